import { formatHex, formatPciAddress } from '../../base/index.js';
import type { Diagnostic, PciAddress, Place, Platform, Severity } from '../../vocab/index.js';
import { wrapText } from './wrap-text.js';

/** How a report is coloured: each gives text back as it is where there are no colours. */
export interface ReportPainter {
  readonly heading: (text: string) => string;
  readonly severity: (severity: Severity, text: string) => string;
}

export interface TextReportOptions {
  /** Characters that a line holds at the most, 40 or above. */
  readonly columns?: number;
  readonly paint?: ReportPainter;
  /** Gives functions their names. */
  readonly platform?: Pick<Platform, 'functions'>;
}

const COLUMNS = 100;
const INDENT = '  ';
const PLAIN: ReportPainter = { heading: (text) => text, severity: (_severity, text) => text };

/** A place in two parts, as `dsdt.aml+0x01f3` or `vcfg.h:12:9`, and an ACPI path. */
function placeWords(place: Place): string[] {
  let at = place.file ?? '';
  if (place.line !== undefined) at += `:${place.line}${place.column === undefined ? '' : `:${place.column}`}`;
  if (place.offsetBytes !== undefined) at += `+${formatHex(place.offsetBytes, 4)}`;
  return [at, place.path ?? ''].filter((word) => word !== '');
}

/** One finding: what and where on a line, the explanation and the cure below it. */
function findingLines(found: Diagnostic, columns: number, paint: ReportPainter): string[] {
  const { code, severity, place, message, cure, other } = found;
  const head = [code, paint.severity(severity, severity), ...placeWords(place)].join(INDENT);
  const explained = wrapText(`${message} ${cure}`, columns - INDENT.length);
  const compared = other === undefined ? [] : [`compare ${placeWords(other).join(INDENT)}`];
  return [head, ...[...explained, ...compared].map((line) => INDENT + line)];
}

/** The order of the groups: what is about no one function first, then functions by address. */
function groupKey(address: PciAddress | undefined): number {
  return address === undefined ? -1 : (address.bus << 8) | (address.device << 3) | address.function;
}

/**
 * Findings as text for people, those of one PCI function together under its address. Lines are wrapped between words;
 * what is one word, such as a path, may be longer.
 */
export function formatReport(findings: readonly Diagnostic[], options: TextReportOptions = {}): string[] {
  const { columns = COLUMNS, paint = PLAIN, platform } = options;
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
        address === undefined ? [] : [paint.heading([formatPciAddress(address), name].join(' ').trimEnd()), ''];
      return [
        '',
        ...heading,
        ...group.flatMap((found, index) => [...(index === 0 ? [] : ['']), ...findingLines(found, columns, paint)]),
      ];
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
