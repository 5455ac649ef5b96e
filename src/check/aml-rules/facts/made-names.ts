import { type FieldElement, OPCODES, type Term } from '../../../aml/index.js';

/** Where the name stands among the operands of what declares one; the last for what has its name at its end. */
const NAME_AT: ReadonlyMap<string, number> = new Map(
  OPCODES.filter((row) => 'declares' in row && row.declares !== 'fields').map((row): [string, number] => [
    row.op,
    (row.operands as readonly string[]).lastIndexOf('NameString'),
  ]),
);

/** The names that a declaration makes, as it writes them: of a Field its units', of an Alias the new one. */
export function madeNames(term: Term): readonly string[] {
  const operands = term.operands as readonly unknown[];
  const at = NAME_AT.get(term.op);
  if (at !== undefined) return [operands[at] as string];
  const elements = operands.at(-1) as readonly FieldElement[];
  return elements.flatMap((element) => (element.kind === 'NamedField' ? [element.name] : []));
}
