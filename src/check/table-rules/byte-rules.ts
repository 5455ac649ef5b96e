import { PREFIX } from '../../aml/grammar/opcodes.js';
import { joinPath, OPCODES, type Term } from '../../aml/index.js';
import { formatHex } from '../../base/index.js';
import { surveyOf } from '../aml-rules/facts/survey.js';
import { findingAt } from '../aml-rules/finding.js';
import type { Finding, Rule } from '../rules/rule.js';
import { saidInReading } from '../rules/rule.js';
import type { CheckedMachine } from '../subject/checked-machine.js';

/** Operations of two bytes that declare something, by their second byte. */
const EXTENDED: ReadonlyMap<number, string> = new Map(
  OPCODES.filter(({ code, role }) => code >>> 8 === PREFIX.extended && role === 'declaration').map((row) => [
    row.code & 0xff,
    row.op,
  ]),
);

function* swapped(subject: CheckedMachine): Generator<Finding> {
  const survey = surveyOf(subject);
  // PowerResource's second byte is ConcatenateResTemplate by itself, of which no operation of two bytes is an operand.
  for (const { term, site } of [...survey.visits('Raw'), ...survey.visits('ConcatenateResTemplate')]) {
    const bytes = site.table.bytes.subarray(term.start, term.start + 2);
    const op = bytes[1] === PREFIX.extended ? EXTENDED.get(bytes[0] as number) : undefined;
    if (op === undefined) continue;
    const [low, high] = [formatHex(bytes[0] as number, 2), formatHex(PREFIX.extended, 2)];
    const message = `It begins ${low} ${high}: the two bytes of ${op}, ${high} ${low}, in the wrong order.`;
    yield findingAt(site.table, term, site.method?.path ?? site.scope, message);
  }
}

/** Operations that are a constant or a name. ACPI 6.5 §20.2.5.1 */
const DATA = new Set<string>([
  ...OPCODES.filter(({ role }) => role === 'data').map(({ op }) => op),
  ...['Path', 'Raw', 'Null'],
]);

function* noData(subject: CheckedMachine): Generator<Finding> {
  for (const { term, site } of surveyOf(subject).visits('Name')) {
    const [name, data] = term.operands as readonly [string, Term];
    if (DATA.has(data.op)) continue;
    const path = joinPath(site.scope, name);
    yield findingAt(site.table, data, path, `The value of Name is ${data.op}, which is not a constant.`);
  }
}

/** The first byte that is not an AsciiChar. ACPI 6.5 §20.2.3 */
const NO_ASCII = 0x80;

function* wideStrings(subject: CheckedMachine): Generator<Finding> {
  for (const { term, site } of surveyOf(subject).visits('String')) {
    const bytes = Array.from(term.operands[0], (character) => character.charCodeAt(0));
    const at = bytes.findIndex((byte) => byte >= NO_ASCII);
    if (at < 0) continue;
    const more = bytes.filter((byte) => byte >= NO_ASCII).length - 1;
    const others = more === 0 ? '' : `, and ${more} more like it`;
    const message = `The String has the byte ${formatHex(bytes[at] as number, 2)} as character ${at}${others}.`;
    yield findingAt(site.table, term, site.method?.path ?? site.scope, message);
  }
}

/** What decoding reports under a code. Where a String ends right before, a NUL within it may have ended it too early. */
function* saidInDecoding(subject: CheckedMachine, code: Rule['code']): Generator<Finding> {
  let ends: ReadonlySet<string> | undefined;
  for (const found of saidInReading(code)(subject)) {
    const { file, offsetBytes } = found.place;
    ends ??= new Set(
      surveyOf(subject)
        .visits('String')
        .map(({ term, site }) => `${term.end} ${site.table.file}`),
    );
    if (!ends.has(`${offsetBytes} ${file}`)) yield found;
    else yield { ...found, message: `${found.message} A String ends right before it: does it have a NUL too early?` };
  }
}

/** A rule about what decoding says. */
function decoding(
  code: Rule['code'],
  texts: Pick<Rule, 'what' | 'why' | 'cure' | 'source'>,
  severity: Rule['severity'] = 'error',
): Rule {
  return { code, family: 'aml', severity, ...texts, find: (subject) => saidInDecoding(subject, code) };
}

const LOST =
  'The OS stops there. It drops the rest of the table or all of it; a method is aborted when it reaches this point.';

/** What is wrong with the bytes of AML, whatever they mean. */
export const BYTE_RULES: readonly Rule[] = [
  decoding('AML_UNKNOWN_OPCODE', {
    what: 'A byte where an operation is expected is not an opcode.',
    why: `${LOST} This happens when a constant is patched in place and the old one was ZeroOp or OneOp, which have no room for a value.`,
    cure: 'Give the whole table. To make a value patchable, write it as a DWord or QWord in the source.',
    source: 'ACPI 6.5 §20.3',
  }),
  decoding('AML_UNEXPECTED_TERM', {
    what: 'A statement or a declaration is where a value is expected.',
    why: LOST,
    cure: 'Give the tables that declare the methods called before it: with a wrong argument count, everything after the call is misread.',
    source: 'ACPI 6.5 §20.2.5',
  }),
  decoding('AML_TRUNCATED', {
    what: 'A term ends past the end of its enclosing term.',
    why: LOST,
    cure: 'Give the whole table; an edit that changes a length also has to change the lengths of all enclosing terms.',
    source: 'ACPI 6.5 §20.2.5',
  }),
  decoding('AML_PKG_LENGTH', {
    what: 'A PkgLength reaches past the end of the enclosing term, or is shorter than its own encoding.',
    why: LOST,
    cure: 'Compute lengths from the innermost term outwards; each includes its own bytes.',
    source: 'ACPI 6.5 §20.2.4',
  }),
  decoding('AML_BAD_NAME', {
    what: 'A name has characters that are not allowed: lower-case letters, a space, a ^ in the middle, or a leading digit.',
    why: LOST,
    cure: 'A segment has four characters from A to Z, 0 to 9 and _, is padded with _, and does not begin with a digit.',
    source: 'ACPI 6.5 §20.2.2',
  }),
  decoding('AML_UNTERMINATED_STRING', {
    what: 'A string has no NUL at its end.',
    why: LOST,
    cure: 'End the string with a zero byte.',
    source: 'ACPI 6.5 §20.2.3',
  }),
  decoding('AML_TOO_DEEP', {
    what: 'Terms are nested deeper than any compiler writes.',
    why: 'Interpreters with a limited stack give up earlier.',
    cure: 'Nest less deeply.',
    source: 'this project’s limit',
  }),
  {
    code: 'AML_STRING_BYTES',
    family: 'aml',
    severity: 'warning',
    what: 'A String constant has bytes of 0x80 or above, which are not ASCII.',
    why: 'Operating systems expect ASCII and pass such bytes on unchanged, so readers differ in what characters they show. iasl -d writes \\xFFFFFFE9 for 0xE9, which iasl does not compile again.',
    cure: 'Write it in ASCII; for _STR, put UTF-16 into a Buffer with Unicode ("…").',
    source: 'ACPI 6.5 §20.2.3 (AsciiChar); iasl warning 3055',
    find: wideStrings,
  },
  {
    code: 'AML_SWAPPED_OPCODE',
    family: 'aml',
    severity: 'error',
    what: 'The two bytes of an opcode are in the wrong order, so nothing meaningful can be decoded there.',
    why: `${LOST} rust-vmm’s acpi_tables writes PowerResource as 84 5B.`,
    cure: 'Write 0x5B first.',
    source: 'ACPI 6.5 §20.2.1; rust-vmm acpi_tables',
    find: swapped,
  },
  {
    code: 'AML_NAME_VALUE',
    family: 'aml',
    severity: 'error',
    what: 'The value of a Name is an operation, not data.',
    why: 'ACPICA refuses it while loading the table. A ZeroOp or OneOp that was patched in place to another byte looks like this, and swallows the terms after it.',
    cure: 'Write a constant that is wide enough for the value to be patched in.',
    source: 'ACPI 6.5 §20.2.5.1',
    find: noData,
  },
];
