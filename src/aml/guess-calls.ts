import type { Body, Decoder, GuessedCall } from './decode.js';

/** Most arguments that a method takes. ACPI 6.5 §19.6.84 */
const MAX_ARGUMENTS = 7;

/**
 * Chooses how many arguments the callees take that no table declares.
 *
 * A call carries no count, so a wrong one leaves its arguments standing as statements, or takes statements for
 * arguments. Both look unlikely: a number, a string, a Local or an Arg alone is no statement, and a statement is no
 * argument. For each unknown callee, in the order in which it is met, the count is kept that makes the bodies that
 * call it look best, the smallest if several do. One callee has one count everywhere.
 */
export function resolveGuesses(decoder: Decoder, budgetBytes: number): GuessedCall[] {
  let budget = budgetBytes;
  const decodeAll = (bodies: readonly Body[]): number => {
    let implausibility = 0;
    for (const body of bodies) {
      budget -= body.end - body.start;
      decoder.decodeBody(body);
      implausibility += body.implausibility;
    }
    return implausibility;
  };
  // The table's own level holds the other bodies, and is not tried again: real tables call nothing unknown there.
  const suspects = () =>
    decoder.bodies.filter((body, index) => index > 0 && body.implausibility > 0 && body.unknown.size > 0);
  for (let round = 0; round < 2 && budget > 0; round++) {
    let improved = false;
    for (const name of new Set(suspects().flatMap((body) => [...body.unknown]))) {
      const bodies = decoder.bodies.filter((body, index) => index > 0 && body.unknown.has(name));
      let best = decoder.guesses.get(name) ?? 0;
      let least = bodies.reduce((sum, body) => sum + body.implausibility, 0);
      const before = best;
      for (let count = 0; count <= MAX_ARGUMENTS && least > 0 && budget > 0; count++) {
        if (count === before) continue;
        decoder.guesses.set(name, count);
        const implausibility = decodeAll(bodies);
        if (implausibility < least) {
          least = implausibility;
          best = count;
        }
      }
      decoder.guesses.set(name, best);
      decodeAll(bodies);
      improved ||= best !== before;
    }
    if (!improved) break;
  }
  const called = new Set(decoder.bodies.flatMap((body) => [...body.unknown]));
  return [...called].map((name) => ({ name, argumentCount: decoder.guesses.get(name) ?? 0 }));
}
