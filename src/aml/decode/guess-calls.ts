import type { Diagnostic } from '../../vocab/index.js';
import { displayName, MAX_ARGUMENTS, predefinedArguments } from '../grammar/name-string.js';
import type { Body } from './body.js';
import type { Decoder } from './decoder.js';
import { searchBody } from './search-body.js';

/** Times that every callee is tried again with what was chosen for the others since. */
const MAX_ROUNDS = 3;

/** Implausibility from which a lone callee of a body is searched for once more: an idle name or two may well be meant. */
const WORTH_SEARCHING = 5;

/** A callee that no table given declares, and the number of arguments that makes its calls read best. */
export interface GuessedCall {
  readonly name: string;
  readonly argumentCount: number;
  /** Where it stands first. */
  readonly offsetBytes: number;
}

/**
 * Decodes all bodies, and chooses how many arguments the callees take that no table declares.
 *
 * A call carries no count, so a wrong one makes what is around it unlikely: see plausibility.ts. Names that the
 * specification reserves take what it says. Each other callee is tried by itself in all bodies that call it; where that
 * leaves a body implausible, its callees are searched together. Of counts that read equally well the smallest is kept.
 * One callee has one count everywhere. Guessing ends when `budgetBytes` were decoded for it, as `spentBytes` counts.
 */
export function guessCalls(decoder: Decoder, budgetBytes: number): GuessedCall[] {
  const table = decoder.bodies[0] as Body;
  decoder.decodeTable();
  // Bytes that cost so much to decode once are no AML, or are made to cost: nothing can be learnt from decoding them again.
  const first = decoder.spentBytes;
  if (isSuspect(table) && first < budgetBytes) settleTable(decoder, table, first + budgetBytes);
  const extra = decoder.spentBytes - first;
  const bodies = decoder.bodies.slice(1);
  // Only now: behind a method the table may have declared names within its scope, which other bodies belong to.
  for (const body of bodies) body.outerNames = body.scope.children.length;
  for (const body of bodies) decoder.decodeBody(body);
  const once = decoder.spentBytes - extra;
  const suspects = bodies.filter(isSuspect);
  if (suspects.length > 0 && once < budgetBytes) {
    settleBodies(decoder, bodies, suspects, once + budgetBytes);
    for (const body of bodies) if (body.tried) decoder.decodeBody(body);
  }
  return listGuesses(decoder);
}

function isSuspect(body: Body): boolean {
  return body.implausibility > 0 && body.unknown.size > 0;
}

/** Gives names the counts that the specification says; true if any is not 0. */
function takePredefined(decoder: Decoder, bodies: readonly Body[]): boolean {
  let changed = false;
  for (const { unknown } of bodies) {
    for (const name of unknown.keys()) {
      const count = predefinedArguments(name);
      if (count === undefined || decoder.guesses.has(name)) continue;
      decoder.guesses.set(name, count);
      changed ||= count > 0;
    }
  }
  return changed;
}

/** The table's own level holds all methods, and decoding it anew lists them anew: each callee is tried by itself. */
function settleTable(decoder: Decoder, table: Body, mostBytes: number): void {
  if (takePredefined(decoder, [table])) decoder.decodeTable();
  improveAll(decoder, () => [table], [table], mostBytes);
}

function settleBodies(decoder: Decoder, bodies: readonly Body[], suspects: readonly Body[], mostBytes: number): void {
  if (takePredefined(decoder, suspects)) for (const body of bodies) decoder.tryBody(body);
  const calls = indexCalls(bodies);
  improveAll(decoder, (name) => calls.callers.get(name) ?? [], bodies, mostBytes);
  const left = bodies.filter(
    (body) => isSuspect(body) && (body.unknown.size > 1 || body.implausibility >= WORTH_SEARCHING),
  );
  for (const body of left.sort((a, b) => a.unknown.size - b.unknown.size)) {
    if (decoder.spentBytes + body.end - body.start > mostBytes) break;
    searchAnew(decoder, body, calls, mostBytes);
  }
}

/** Who calls what, as far as the bodies tell while nothing is guessed: a guess may hide a callee as an argument. */
interface Calls {
  readonly callers: ReadonlyMap<string, readonly Body[]>;
  readonly callees: ReadonlyMap<Body, readonly string[]>;
}

function indexCalls(bodies: readonly Body[]): Calls {
  const callers = new Map<string, Body[]>();
  const callees = new Map<Body, readonly string[]>();
  for (const body of bodies) {
    callees.set(body, [...body.unknown.keys()]);
    for (const name of body.unknown.keys()) {
      const others = callers.get(name);
      if (others === undefined) callers.set(name, [body]);
      else others.push(body);
    }
  }
  return { callers, callees };
}

/** Searches the callees of a body together, and keeps what that gives if all that call them become more plausible. */
function searchAnew(decoder: Decoder, body: Body, calls: Calls, mostBytes: number): void {
  const { guesses } = decoder;
  const names = new Set([...(calls.callees.get(body) ?? []), ...body.unknown.keys()]);
  const before = new Map([...names].map((name) => [name, guesses.get(name)]));
  const callers = new Set([body, ...[...names].flatMap((name) => calls.callers.get(name) ?? [])]);
  const least = [...callers].reduce((sum, caller) => sum + caller.implausibility, 0);
  for (const name of names) if (predefinedArguments(name) === undefined) guesses.delete(name);
  const chosen = searchBody(decoder, body, mostBytes);
  if (weigh(decoder, [...callers], least) < least) return;
  for (const name of chosen) guesses.delete(name);
  for (const [name, count] of before) if (count !== undefined) guesses.set(name, count);
  for (const caller of callers) decode(decoder, caller);
}

/** Tries each callee of implausible bodies by itself, until nothing becomes better. */
function improveAll(
  decoder: Decoder,
  callersOf: (name: string) => readonly Body[],
  bodies: readonly Body[],
  mostBytes: number,
): void {
  for (let round = 0; round < MAX_ROUNDS && decoder.spentBytes < mostBytes; round++) {
    const names = new Set(bodies.filter(isSuspect).flatMap((body) => [...body.unknown.keys()]));
    let improved = false;
    for (const name of names) {
      if (decoder.spentBytes >= mostBytes) break;
      if (predefinedArguments(name) === undefined && improve(decoder, name, callersOf(name), mostBytes))
        improved = true;
    }
    if (!improved) break;
  }
}

/** Gives one callee the count that suits it best; true if that is another than before. */
function improve(decoder: Decoder, name: string, bodies: readonly Body[], mostBytes: number): boolean {
  const before = decoder.guesses.get(name) ?? 0;
  let least = bodies.reduce((sum, body) => sum + body.implausibility, 0);
  let best = before;
  for (let count = 0; count <= MAX_ARGUMENTS && least > 0 && decoder.spentBytes < mostBytes; count++) {
    if (count === before) continue;
    decoder.guesses.set(name, count);
    const implausibility = weigh(decoder, bodies, least);
    if (implausibility < least) {
      least = implausibility;
      best = count;
    }
  }
  decoder.guesses.set(name, best);
  for (const body of bodies) decode(decoder, body);
  return best !== before;
}

/** Implausibility of all bodies with the guesses as they are; `most` or more if it is not worth knowing. */
function weigh(decoder: Decoder, bodies: readonly Body[], most: number): number {
  let sum = 0;
  for (const body of bodies) {
    if (!decode(decoder, body, most - sum)) return most;
    sum += body.implausibility;
  }
  return sum;
}

function decode(decoder: Decoder, body: Body, patience?: number): boolean {
  return body === decoder.bodies[0] ? decoder.decodeTable(patience) : decoder.tryBody(body, patience);
}

function listGuesses(decoder: Decoder): GuessedCall[] {
  const first = new Map<string, number>();
  for (const { unknown } of decoder.bodies)
    for (const [name, offset] of unknown) if (!first.has(name)) first.set(name, offset);
  return [...first].map(([name, offsetBytes]) => ({
    name,
    argumentCount: decoder.guesses.get(name) ?? 0,
    offsetBytes,
  }));
}

/** A note for each callee that was taken to have arguments, the first `most` of them. */
export function noteGuesses(guesses: readonly GuessedCall[], most: number): Diagnostic[] {
  const called = guesses.filter(({ argumentCount }) => argumentCount > 0).slice(0, most);
  return called.map(({ name, argumentCount, offsetBytes }) => {
    const plural = argumentCount === 1 ? 'argument' : 'arguments';
    return {
      code: 'AML_GUESSED_CALL',
      severity: 'note',
      place: { offsetBytes, path: name },
      message: `No table given declares ${displayName(name)}; it is taken for a method with ${argumentCount} ${plural}.`,
      cure: 'Give the table that declares it as well.',
    };
  });
}
