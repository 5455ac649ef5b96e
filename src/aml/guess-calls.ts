import type { Diagnostic } from '../vocab/index.js';
import type { Body, Decoder } from './decoder.js';
import { displayName } from './name-string.js';

/** Most arguments that a method takes. ACPI 6.5 §19.6.84 */
const MAX_ARGUMENTS = 7;

/** Times that every callee is tried again with what was chosen for the others since. */
const MAX_ROUNDS = 4;

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
 * A call carries no count, so a wrong one makes what is around it unlikely: see plausibility.ts. For each unknown
 * callee, in the order in which it is met, the count is kept that makes the bodies that call it look best, the smallest
 * if several do. One callee has one count everywhere. The table's own level is settled before the methods' bodies.
 */
export function guessCalls(decoder: Decoder, budgetBytes: number): GuessedCall[] {
  let budget = budgetBytes;
  const spend = (body: Body) => {
    budget -= decoder.reader.at - body.start;
  };
  const table = decoder.bodies[0] as Body;
  decoder.decodeTable();
  settle([table]);
  const methods = decoder.bodies.slice(1);
  for (const body of methods) decoder.decodeBody(body);
  settle(methods);
  return listGuesses(decoder);

  function decode(body: Body, patience?: number): boolean {
    const done = body === table ? decoder.decodeTable(patience) : decoder.decodeBody(body, patience);
    spend(body);
    return done;
  }

  /** Implausibility of all bodies with the guesses as they are; `most` or more if it is not worth knowing. */
  function weigh(bodies: readonly Body[], most: number): number {
    let sum = 0;
    for (const body of bodies) {
      if (!decode(body, most - sum)) return most;
      sum += body.implausibility;
    }
    return sum;
  }

  function settle(bodies: readonly Body[]): void {
    for (let round = 0; round < MAX_ROUNDS && budget > 0; round++) {
      const suspects = bodies.filter((body) => body.implausibility > 0 && body.unknown.size > 0);
      const names = new Set(suspects.flatMap((body) => [...body.unknown.keys()]));
      let improved = false;
      for (const name of names) {
        if (budget <= 0) break;
        if (improve(name, bodies)) improved = true;
      }
      if (!improved) break;
    }
  }

  /** Gives one callee the count that suits it best; true if that is another than before. */
  function improve(name: string, all: readonly Body[]): boolean {
    const bodies = all.filter((body) => body.unknown.has(name));
    const before = decoder.guesses.get(name) ?? 0;
    let least = bodies.reduce((sum, body) => sum + body.implausibility, 0);
    let best = before;
    for (let count = 0; count <= MAX_ARGUMENTS && least > 0 && budget > 0; count++) {
      if (count === before) continue;
      decoder.guesses.set(name, count);
      const implausibility = weigh(bodies, least);
      if (implausibility < least) {
        least = implausibility;
        best = count;
      }
    }
    decoder.guesses.set(name, best);
    for (const body of bodies) decode(body);
    return best !== before;
  }
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

/** A note for each callee that was taken to have arguments. */
export function noteGuesses(guesses: readonly GuessedCall[]): Diagnostic[] {
  return guesses.flatMap(({ name, argumentCount, offsetBytes }): Diagnostic[] => {
    if (argumentCount === 0) return [];
    const plural = argumentCount === 1 ? 'argument' : 'arguments';
    return [
      {
        code: 'AML_GUESSED_CALL',
        severity: 'note',
        place: { offsetBytes, path: name },
        message: `No table given declares ${displayName(name)}; it is taken for a method with ${argumentCount} ${plural}.`,
        cure: 'Give the table that declares it as well.',
      },
    ];
  });
}
