import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeAml } from '../../src/aml/decode/decode.js';
import { FIELD_ELEMENTS } from '../../src/aml/grammar/field-elements.js';
import { OPCODES, type OpcodeRow } from '../../src/aml/grammar/opcodes.js';
import type { FieldElement } from '../../src/aml/grammar/term.js';
import { ENCODING_ROWS } from '../aml/encode/encoding-rows.js';
import { projectFolder } from '../support/shared-material.js';
import { type Shape, shapeOf } from '../support/term-shape.js';

const rows: readonly OpcodeRow[] = OPCODES;
/** The size of a table's header. ACPI 6.5 §5.2.6 */
const HEADER_BYTES = 36;
const tablesFolder = join(projectFolder, 'fixtures/tables');

/** Counts the operations and the field elements that shapes hold, at any depth. */
function count(part: unknown, into: Map<string, number>): void {
  if (Array.isArray(part)) {
    if (typeof part[0] === 'string') into.set(part[0], (into.get(part[0]) ?? 0) + 1);
    for (const inner of part) count(inner, into);
  } else if (typeof part === 'object' && part !== null && !(part instanceof Uint8Array)) {
    const element = part as FieldElement;
    into.set(element.kind, (into.get(element.kind) ?? 0) + 1);
    if (element.kind === 'ConnectField') count(element.connection, into);
  }
}

/** How often each operation stands in the definition blocks among the fixtures. */
function countFixtures(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const entry of readdirSync(tablesFolder, { recursive: true, encoding: 'utf8' })) {
    if (!entry.endsWith('.aml')) continue;
    const bytes = new Uint8Array(readFileSync(join(tablesFolder, entry)));
    const signature = String.fromCharCode(...bytes.subarray(0, 4));
    if (signature !== 'DSDT' && signature !== 'SSDT') continue;
    count(decodeAml(bytes, { offset: HEADER_BYTES }).terms.map(shapeOf), counts);
  }
  return counts;
}

const hex = (value: number) => value.toString(16).padStart(2, '0');

function codes({ code, span = 1 }: OpcodeRow): string {
  const first = code > 0xff ? `${hex(code >>> 8)} ${hex(code & 0xff)}` : hex(code);
  return span === 1 ? first : `${first}..${hex(code + span - 1)}`;
}

const PLACES: Readonly<Record<OpcodeRow['role'], string>> = {
  data: 'data',
  object: 'value, target',
  expression: 'statement, value',
  reference: 'statement, value, target',
  statement: 'statement',
  declaration: 'statement',
};

const section = (text: string) => (text.startsWith('ACPI') ? text : `§${text}`);
const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;

function table(heads: readonly string[], body: readonly (readonly (string | number)[])[]): string[] {
  return [line(heads), line(heads.map(() => '---')), ...body.map(line)];
}

/** The page that lists every opcode and field element, with what proves each. */
export function writeOpcodeCoverage(): string {
  const inRows = new Map<string, number>();
  for (const [, shapes] of ENCODING_ROWS) count(shapes satisfies readonly Shape[], inRows);
  const inFixtures = countFixtures();
  const proof = (name: string) => [inRows.get(name) ?? 0, inFixtures.get(name) ?? 0];
  const codeCount = rows.reduce((sum, row) => sum + (row.span ?? 1), 0);
  const lines = [
    '# Opcode coverage',
    '',
    'Written by `npm run docs` from `src/aml/grammar/opcodes.ts` and `src/aml/grammar/field-elements.ts`, which the encoder, the decoder',
    'and the tests read too. Sections are of ACPI 6.5 where no other version stands. *Rows* counts how often a row of',
    '`test/aml/encode/encoding-rows.ts` holds the operation, each proven in four directions; *fixtures* how often the tables in',
    '`fixtures/tables` do. Each operation is also generated with random operands by `test/aml/encode/properties.test.ts`.',
    '',
    `${rows.length} operations, ${codeCount} opcodes, ${FIELD_ELEMENTS.length} field elements.`,
    '',
    '## Operations',
    '',
    ...table(
      ['operation', 'opcode', 'operands', 'may stand as', 'section', 'rows', 'fixtures'],
      rows.map((row) => [
        row.op,
        `\`${codes(row)}\``,
        [...(row.package ? ['PkgLength'] : []), ...row.operands].join(' ') || '-',
        PLACES[row.role],
        section(row.section),
        ...proof(row.op),
      ]),
    ),
    '',
    '## Field elements',
    '',
    ...table(
      ['element', 'first byte', 'operands', 'section', 'rows', 'fixtures'],
      FIELD_ELEMENTS.map((row) => [
        row.kind,
        row.code === undefined ? 'of its name' : `\`${hex(row.code)}\``,
        row.operands.join(' '),
        section(row.section),
        ...proof(row.kind),
      ]),
    ),
  ];
  return `${lines.join('\n')}\n`;
}
