import { makeTerm, type TermArg } from '../../aml/index.js';
import { printAsl } from '../../asl/index.js';
import type { CheckedMachine } from '../subject/checked-machine.js';
import type { ScopedTerm } from './same-term.js';

/** The lines inside the DefinitionBlock and the Scope that the printer puts around terms. */
const MARGIN = ' '.repeat(8);

/** A term as ASL, in lines. */
export function aslLines({ term, scope }: ScopedTerm, { loaded }: Pick<CheckedMachine, 'loaded'>): string[] {
  const namespace = loaded.find(({ decoded }) => decoded !== undefined)?.decoded?.namespace;
  const { text } = printAsl([makeTerm('Scope', [scope, [term]])], namespace === undefined ? {} : { namespace });
  return text
    .split('\n')
    .filter((line) => line.startsWith(MARGIN))
    .map((line) => line.slice(MARGIN.length));
}

const RETURN = 'Return (';

/** A value as ASL, in lines. */
export function valueLines({ term, scope }: ScopedTerm, subject: Pick<CheckedMachine, 'loaded'>): string[] {
  // Printed within a Return: by itself, a name would be a call.
  const lines = aslLines({ term: makeTerm('Return', [term as TermArg]), scope }, subject);
  const whole = lines.join('\n');
  return whole.startsWith(RETURN) ? whole.slice(RETURN.length, -1).split('\n') : lines;
}

/** A value on one line; if it takes more, only its first line. */
export function valueText(term: ScopedTerm, subject: Pick<CheckedMachine, 'loaded'>): string {
  const [first = '', ...more] = valueLines(term, subject);
  return more.length === 0 ? first : `${first} …`;
}

/** The first line in which two texts differ, from each; undefined for a text that has ended. */
export function differingLines(
  before: readonly string[],
  after: readonly string[],
): [before: string | undefined, after: string | undefined] {
  let at = 0;
  while (at < before.length && before[at] === after[at]) at++;
  return [before[at]?.trim(), after[at]?.trim()];
}
