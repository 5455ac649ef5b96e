import { PREFIX } from '../../aml/grammar/opcodes.js';
import { joinPath, OPCODES, type Term } from '../../aml/index.js';
import { formatHex } from '../../base/index.js';
import { surveyOf } from '../aml-rules/facts/survey.js';
import { findingAt } from '../aml-rules/finding.js';
import type { Finding, Rule } from '../rules/rule.js';
import { saidInReading } from '../rules/rule.js';
import type { Subject } from '../subject/subject.js';

/** Operations of two bytes that declare something, by their second byte. */
const EXTENDED: ReadonlyMap<number, string> = new Map(
  OPCODES.filter(({ code, role }) => code >>> 8 === PREFIX.extended && role === 'declaration').map((row) => [
    row.code & 0xff,
    row.op,
  ]),
);

function* swapped(subject: Subject): Generator<Finding> {
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

/** Operations that a constant, or a name, is. ACPI 6.5 §20.2.5.1 */
const DATA = new Set<string>([
  ...OPCODES.filter(({ role }) => role === 'data').map(({ op }) => op),
  ...['Path', 'Raw', 'Null'],
]);

function* noData(subject: Subject): Generator<Finding> {
  for (const { term, site } of surveyOf(subject).visits('Name')) {
    const [name, data] = term.operands as readonly [string, Term];
    if (DATA.has(data.op)) continue;
    const path = joinPath(site.scope, name);
    yield findingAt(site.table, data, path, `The value of Name is ${data.op}, which is no constant.`);
  }
}

/** First byte that is no AsciiChar. ACPI 6.5 §20.2.3 */
const NO_ASCII = 0x80;

function* wideStrings(subject: Subject): Generator<Finding> {
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

/** What decoding says under a code; of bytes right behind a String, that a NUL within it may have ended it. */
function* saidInDecoding(subject: Subject, code: Rule['code']): Generator<Finding> {
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
  'The OS stops there: of a table it drops the rest, or the whole, and a method is aborted when it gets there.';

/** What is wrong with the bytes of AML, before anything is known of their meaning. */
export const BYTE_RULES: readonly Rule[] = [
  decoding('AML_UNKNOWN_OPCODE', {
    what: 'A byte stands where an operation is wanted, and is none.',
    why: `${LOST} Patching a constant in place does it, if the old one was ZeroOp or OneOp, which have no room for a value.`,
    cure: 'Give the table whole. To patch a value, write it as a DWord or QWord in the source.',
    source: 'ACPI 6.5 §20.3',
  }),
  decoding('AML_UNEXPECTED_TERM', {
    what: 'A statement or a declaration stands where a value is wanted.',
    why: LOST,
    cure: 'Give the tables that declare the methods called before it: with a wrong number of arguments all that follows is misread.',
    source: 'ACPI 6.5 §20.2.5',
  }),
  decoding('AML_TRUNCATED', {
    what: 'A term ends past the end of what holds it.',
    why: LOST,
    cure: 'Give the table whole; an edit that changes lengths has to change those of everything around it.',
    source: 'ACPI 6.5 §20.2.5',
  }),
  decoding('AML_PKG_LENGTH', {
    what: 'A PkgLength reaches past the end of what holds it, or is shorter than itself.',
    why: LOST,
    cure: 'Compute lengths from the inside to the outside, each with its own bytes.',
    source: 'ACPI 6.5 §20.2.4',
  }),
  decoding('AML_BAD_NAME', {
    what: 'A name has characters that no name has: lower case, a blank, a ^ inside, a digit first.',
    why: LOST,
    cure: 'Segments are of four characters A to Z, 0 to 9 and _, filled with _, and none begins with a digit.',
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
    why: 'Interpreters with a stack of their own give up before.',
    cure: 'Write it flatter.',
    source: 'this project’s limit',
  }),
  {
    code: 'AML_STRING_BYTES',
    family: 'aml',
    severity: 'warning',
    what: 'A String constant has bytes of 0x80 and above, which are no ASCII.',
    why: 'OSes take ASCII, and pass such bytes on as they are: each reader makes other characters of them. iasl -d writes \\xFFFFFFE9 for 0xE9, and does not compile that again.',
    cure: 'Write it in ASCII; in _STR put UTF-16 into a Buffer, by Unicode ("…").',
    source: 'ACPI 6.5 §20.2.3 (AsciiChar); iasl warning 3055',
    find: wideStrings,
  },
  {
    code: 'AML_SWAPPED_OPCODE',
    family: 'aml',
    severity: 'error',
    what: 'The two bytes of an operation stand in the wrong order, where nothing can be decoded, or nothing that has a meaning.',
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
    why: 'ACPICA refuses it while it loads the table. A ZeroOp or OneOp that was patched in place to another byte looks so, and eats the terms behind it.',
    cure: 'Write a constant, wide enough for what is patched into it.',
    source: 'ACPI 6.5 §20.2.5.1',
    find: noData,
  },
];
