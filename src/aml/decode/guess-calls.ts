import type { Diagnostic } from '../../vocab/index.js';
import { displayName, MAX_ARGUMENTS, predefinedArguments } from '../grammar/name-string.js';
import type { Body } from './body.js';
import type { Decoder } from './decoder.js';
import { searchBody } from './search-body.js';

/** How often every callee is tried again with the latest choices for the others. */
const MAX_ROUNDS = 3;

/**
 * Implausibility from which a body's only callee is searched for again. Below it, an idle name or two may be intended.
 */
const WORTH_SEARCHING = 5;

/** A callee that none of the given tables declares, and the argument count that makes its calls most plausible. */
export interface GuessedCall {
  readonly name: string;
  readonly argumentCount: number;
  /** Offset of its first use. */
  readonly offsetBytes: number;
}

/**
 * Decodes all bodies, and chooses argument counts for the callees that no table declares.
 *
 * A call does not encode its argument count, and a wrong guess makes the code around it implausible: see plausibility.ts.
 * Names that the specification reserves have the count it gives. Every other callee is tried by itself in all bodies that
 * call it; if a body is still implausible, its callees are searched together. Of equally plausible counts the smallest is
 * kept. A callee has the same count everywhere. Guessing ends when `spentBytes` reaches `budgetBytes`.
 */
export function guessCalls(decoder: Decoder, budgetBytes: number): GuessedCall[] {
  const table = decoder.bodies[0] as Body;
  decoder.decodeTable();
  // Bytes that cost this much to decode once are not AML, or were crafted to be costly: decoding them again is pointless.
  const first = decoder.spentBytes;
  if (isSuspect(table) && first < budgetBytes) settleTable(decoder, table, first + budgetBytes);
  const extra = decoder.spentBytes - first;
  const bodies = decoder.bodies.slice(1);
  // Only now: after a method, the table may have declared names in its scope, and those belong to other bodies.
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

/** Gives reserved names the counts in the specification. True if any of them is not 0. */
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

/** Decoding the table's own level lists all methods again, so here each callee is only tried by itself. */
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

/** Which bodies call what, seen before any guess: a guess may turn a callee into an argument. */
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

/** Searches a body's callees together. Keeps the result if all bodies that call them become more plausible. */
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

/** Tries each callee of implausible bodies by itself, until nothing improves. */
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

/** Gives a callee its most plausible count. True if the count changed. */
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

/** Implausibility of all bodies with the current guesses. Stops counting at `most`. */
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

/** A note for each callee that was guessed to have arguments, up to `most` notes. */
export function noteGuesses(guesses: readonly GuessedCall[], most: number): Diagnostic[] {
  const called = guesses.filter(({ argumentCount }) => argumentCount > 0).slice(0, most);
  return called.map(({ name, argumentCount, offsetBytes }) => {
    const plural = argumentCount === 1 ? 'argument' : 'arguments';
    return {
      code: 'AML_GUESSED_CALL',
      severity: 'note',
      place: { offsetBytes, path: name },
      message: `None of the given tables declares ${displayName(name)}; it is decoded as a method with ${argumentCount} ${plural}.`,
      cure: 'Also give the table that declares it.',
    };
  });
}
