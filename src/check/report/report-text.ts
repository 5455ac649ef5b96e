import { escapeControls } from '../../base/diagnostics.js';
import { formatHex, formatPciAddress } from '../../base/index.js';
import { packPciAddress } from '../../platform/config-address.js';
import type { Diagnostic, PciAddress, Place, Platform, Severity } from '../../vocab/index.js';
import { wrapText } from './wrap-text.js';

/** How a report is coloured: each gives text back as it is where there are no colours. */
export interface ReportPainter {
  readonly heading: (text: string) => string;
  readonly severity: (severity: Severity, text: string) => string;
}

export interface TextReportOptions {
  /** Characters that a line holds at the most, 40 or above; 100 if not given. */
  readonly columns?: number;
  /** Findings of one code in one group that are shown, the others counted; 20 if not given. */
  readonly mostOfCode?: number;
  readonly paint?: ReportPainter;
  /** Gives functions their names. */
  readonly platform?: Pick<Platform, 'functions'>;
}

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

/** One finding: what and where on a line, the explanation and the cure below it. */
function findingLines(found: Diagnostic, columns: number, paint: ReportPainter): string[] {
  const { code, severity, place, message, cure, other } = found;
  const head = [code, paint.severity(severity, severity), ...placeWords(place)].join(INDENT);
  const explained = wrapText(escapeControls(`${message} ${cure}`), columns - INDENT.length);
  const compared = other === undefined ? [] : [`compare ${placeWords(other).join(INDENT)}`];
  return [head, ...[...explained, ...compared].map((line) => INDENT + line)];
}

/** Findings of one group, a blank line between them; past so many of one code, only how many more there are. */
function groupLines(group: readonly Diagnostic[], options: Required<Omit<TextReportOptions, 'platform'>>): string[] {
  const { columns, paint, mostOfCode } = options;
  const counts = new Map<string, number>();
  const blocks: string[][] = [];
  for (const found of group) {
    const count = (counts.get(found.code) ?? 0) + 1;
    counts.set(found.code, count);
    if (count <= mostOfCode) blocks.push(findingLines(found, columns, paint));
  }
  for (const [code, count] of counts)
    if (count > mostOfCode) blocks.push([`${code}${INDENT}${count - mostOfCode} more`]);
  return blocks.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
}

/** The order of the groups: what is about no one function first, then functions by address. */
function groupKey(address: PciAddress | undefined): number {
  return address === undefined ? -1 : packPciAddress(address);
}

/**
 * Findings as text for people, those of one PCI function together under its address. Lines are wrapped between words;
 * what is one word, such as a path, may be longer. Control characters in what findings say are escaped.
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
  return [...groups]
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
