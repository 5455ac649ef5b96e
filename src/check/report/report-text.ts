import { escapeControls } from '../../base/diagnostics.js';
import { formatHex, formatPciAddress } from '../../base/index.js';
import { packPciAddress } from '../../platform/config-address.js';
import type { Diagnostic, PciAddress, Place, Platform, Severity } from '../../vocab/index.js';
import { type Cause, findCauses } from './causes.js';

/** How a report is coloured. Without colours, each function returns the text as it is. */
export interface ReportPainter {
  readonly heading: (text: string) => string;
  readonly severity: (severity: Severity, text: string) => string;
}

export interface TextReportOptions {
  /** The most characters of a line, 40 or more (default: 100). */
  readonly columns?: number;
  /** The most findings of one code that a group shows; the others are counted (default: 20). */
  readonly mostOfCode?: number;
  readonly paint?: ReportPainter;
  /** Gives functions their names. With it, the report begins with what to fix first. */
  readonly platform?: Pick<Platform, 'functions'>;
}

type GroupOptions = Required<Omit<TextReportOptions, 'platform'>>;

const COLUMNS = 100;
const MOST_OF_CODE = 20;
const INDENT = '  ';
const PLAIN: ReportPainter = { heading: (text) => text, severity: (_severity, text) => text };

/** A place in two parts, as `dsdt.aml+0x01f3` or `vcfg.h:12:9`, and an ACPI path. */
function placeWords(place: Place): string[] {
  let at = place.file ?? '';
  if (place.line !== undefined) at += `:${place.line}${place.column === undefined ? '' : `:${place.column}`}`;
  if (place.offsetBytes !== undefined) at += `+${formatHex(place.offsetBytes, 4)}`;
  return [at, place.path ?? ''].filter((word) => word !== '').map(escapeControls);
}

/** Puts words on lines of at most `columns` characters; a longer word has its own line. */
function wrapWords(words: readonly string[], columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    if (word === '') continue;
    if (line !== '' && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' ? lines : [...lines, line];
}

/** Breaks text between words into lines of at most `columns` characters; a longer word has its own line. */
export function wrapText(text: string, columns: number): string[] {
  return wrapWords(text.split(/\s+/), columns);
}

/**
 * A finding: code, severity and place on a line, the explanation and the cure below it. For several equal ones, the first line
 * gives their number, and the last lines their places.
 */
function findingLines(
  all: readonly [Diagnostic, ...Diagnostic[]],
  { columns, paint, mostOfCode }: GroupOptions,
): string[] {
  const [{ code, severity, place, message, cure, other }] = all;
  const words = all.length === 1 ? placeWords(place) : [`${all.length} places`];
  const head = [code, paint.severity(severity, severity), ...words].join(INDENT);
  const most = columns - INDENT.length;
  const compared = other === undefined ? [] : [`compare ${placeWords(other).join(INDENT)}`];
  const where = all.length === 1 ? [] : wrapWords(placesOf(all, mostOfCode), most);
  const explained = wrapText(escapeControls(`${message} ${cure}`), most);
  return [head, ...[...explained, ...compared, ...where].map((line) => INDENT + line)];
}

/** The places of findings, which name a file only where it changes: `dsdt.aml+0x01f3 \_SB.A,` and `+0x0204 \_SB.B`. */
function placesOf(all: readonly Diagnostic[], most: number): string[] {
  let file: string | undefined;
  const shown = all.slice(0, most).map(({ place }) => {
    const words = placeWords(place.file === file && place.offsetBytes !== undefined ? { ...place, file: '' } : place);
    file = place.file;
    return words.join(' ');
  });
  const words = [...shown, ...(all.length > most ? [`${all.length - most} more`] : [])];
  return words.map((word, index) => (index < words.length - 1 ? `${word},` : word));
}

/** Notes that say the same of several places are joined; what has to be fixed is listed one by one. */
function equalNotes(group: readonly Diagnostic[]): [Diagnostic, ...Diagnostic[]][] {
  const notes = new Map<string, [Diagnostic, ...Diagnostic[]]>();
  const blocks: [Diagnostic, ...Diagnostic[]][] = [];
  for (const found of group) {
    const { severity, code, message, cure, other } = found;
    const block: [Diagnostic, ...Diagnostic[]] = [found];
    if (severity === 'note' && other === undefined) {
      const key = JSON.stringify([code, message, cure]);
      const same = notes.get(key);
      if (same !== undefined) {
        same.push(found);
        continue;
      }
      notes.set(key, block);
    }
    blocks.push(block);
  }
  return blocks;
}

/** Findings of one group, with a blank line between them. Past the limit for one code, only their number. */
function groupLines(group: readonly Diagnostic[], options: GroupOptions): string[] {
  const { mostOfCode } = options;
  const shown = new Map<string, number>();
  const left = new Map<string, number>();
  const blocks: string[][] = [];
  for (const equal of equalNotes(group)) {
    const [{ code }] = equal;
    const count = shown.get(code) ?? 0;
    if (count < mostOfCode) {
      shown.set(code, count + 1);
      blocks.push(findingLines(equal, options));
    } else left.set(code, (left.get(code) ?? 0) + equal.length);
  }
  for (const [code, count] of left) blocks.push([`${code}${INDENT}${count} more`]);
  return blocks.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
}

const MOST_CAUSES = 5;

/** A cause in one line: its only finding, or how many there are and the first of them. */
function causeText({ code, findings }: Cause): string {
  const [first] = findings as readonly [Diagnostic];
  const where = placeWords(first.place).join(' ');
  const more = findings.length === 1 ? '' : `, and ${findings.length - 1} more like it`;
  return `${code}: ${where === '' ? '' : `${where}: `}${firstSentence(escapeControls(first.message))}${more}.`;
}

const firstSentence = (text: string): string => text.replace(/\.(\s.*)?$/s, '');

function cutToLine(text: string, columns: number): string {
  return text.length <= columns ? text : `${text.slice(0, columns - 1)}…`;
}

/** What to fix, in order, at most five lines. Nothing if there is only one error or warning. */
function causeLines(findings: readonly Diagnostic[], columns: number, paint: ReportPainter): string[] {
  const { causes, consequences } = findCauses(findings);
  if (causes.length + consequences < 2) return [];
  const shown = causes
    .slice(0, MOST_CAUSES)
    .map((cause, index) => cutToLine(`${INDENT}${index + 1}. ${causeText(cause)}`, columns));
  const left = causes.length - shown.length;
  const rest = [
    ...(left > 0 ? [`${left} more ${left === 1 ? 'cause' : 'causes'}`] : []),
    ...(consequences > 0
      ? [
          `${consequences} ${consequences === 1 ? 'finding that probably follows' : 'findings that probably follow'} from these`,
        ]
      : []),
  ];
  return [
    paint.heading('What to fix, in this order:'),
    ...shown,
    ...(rest.length === 0 ? [] : [`${INDENT}Then ${rest.join(', and ')}.`]),
  ];
}

/** The order of the groups: what is not about a function first, then functions by address. */
function groupKey(address: PciAddress | undefined): number {
  return address === undefined ? -1 : packPciAddress(address);
}

/**
 * Findings as text for people, those of one PCI function together under its address. With a platform, the causes come
 * first, in the order to fix them. Lines are wrapped between words; a word that is longer, such as a path, has its own
 * line. Control characters are escaped.
 */
export function formatReport(findings: readonly Diagnostic[], options: TextReportOptions = {}): string[] {
  const { columns = COLUMNS, paint = PLAIN, mostOfCode = MOST_OF_CODE, platform } = options;
  const groups = new Map<number, Diagnostic[]>();
  for (const found of findings) {
    const key = groupKey(found.function);
    const group = groups.get(key);
    if (group) group.push(found);
    else groups.set(key, [found]);
  }
  const groupedLines = [...groups]
    .sort(([a], [b]) => a - b)
    .flatMap(([key, group]) => {
      const address = group[0]?.function;
      const name = platform?.functions.find((each) => groupKey(each.address) === key)?.name;
      const heading =
        address === undefined
          ? []
          : [paint.heading(escapeControls([formatPciAddress(address), name].join(' ').trimEnd())), ''];
      return ['', ...heading, ...groupLines(group, { columns, paint, mostOfCode })];
    })
    .slice(1);
  const summary = platform === undefined ? [] : causeLines(findings, columns, paint);
  return summary.length === 0 ? groupedLines : [...summary, '', ...groupedLines];
}

/** How many findings there are of each severity: `3 findings: 2 errors, 1 warning`. */
export function countText(findings: readonly Pick<Diagnostic, 'severity'>[]): string {
  const count = (severity: Severity) => findings.filter((found) => found.severity === severity).length;
  const plural = (number: number, word: string) => `${number} ${word}${number === 1 ? '' : 's'}`;
  const parts = (['error', 'warning', 'note'] as const)
    .filter((severity) => count(severity) > 0)
    .map((severity) => plural(count(severity), severity));
  return [plural(findings.length, 'finding'), parts.join(', ')].filter((text) => text !== '').join(': ');
}
