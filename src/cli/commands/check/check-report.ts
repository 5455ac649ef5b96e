import { formatPciAddress } from '../../../base/index.js';
import { toJson } from '../../../base/json.js';
import { countText, findCauses, formatReport, type ReportPainter, sarifLog } from '../../../check/report/index.js';
import type { Diagnostic, Platform, Severity } from '../../../vocab/index.js';
import type { Io } from '../../io.js';
import { SEVERITY_COLORS, wantsColor } from '../../write/report.js';

/** One thing that was checked: what it was, and how much of it. */
export interface CheckedRow {
  readonly what: string;
  readonly checked: string;
}

/** What some part of a check did and found. */
export interface Part {
  readonly rows: readonly CheckedRow[];
  readonly findings: readonly Diagnostic[];
}

/** All that a run of `vcfg check` has to say. */
export interface CheckResult {
  readonly rows: readonly CheckedRow[];
  readonly findings: readonly Diagnostic[];
  readonly platform: Platform | undefined;
  /** A file that was given: what a finding without one is about. */
  readonly about: string | undefined;
}

/** Lines are not made longer on wide terminals, nor shorter than words need. */
const COLUMNS = { least: 40, most: 100 } as const;

async function painter(io: Io): Promise<ReportPainter | undefined> {
  if (!wantsColor(io, io.stdout)) return undefined;
  const { default: picocolors } = await import('picocolors');
  const colors = picocolors.createColors(true);
  return { heading: colors.bold, severity: (severity, text) => colors[SEVERITY_COLORS[severity]](text) };
}

async function writeText({ rows, findings, platform }: CheckResult, io: Io): Promise<void> {
  const columns = Math.max(COLUMNS.least, Math.min(COLUMNS.most, io.stdout.columns ?? COLUMNS.most));
  const paint = await painter(io);
  const report = formatReport(findings, { columns, ...(paint && { paint }), ...(platform && { platform }) });
  const lines = [
    ...rows.map(({ what, checked }) => `${what}: ${checked}`),
    ...(report.length === 0 ? [] : ['', ...report, '']),
    countText(findings),
  ];
  io.stdout.write(`${lines.join('\n')}\n`);
}

function writeJson({ rows, findings, platform }: CheckResult, io: Io): void {
  const count = (severity: Severity) => findings.filter((found) => found.severity === severity).length;
  const counts = { error: count('error'), warning: count('warning'), note: count('note') };
  // With a platform: the codes to look at first, in that order.
  const causes = platform && { causes: findCauses(findings).causes.map(({ code }) => code) };
  const shown = findings.map((found) =>
    found.function === undefined ? found : { ...found, function: formatPciAddress(found.function) },
  );
  io.stdout.write(`${toJson({ checked: rows, counts, ...causes, findings: shown }, 2)}\n`);
}

function writeSarif({ rows, findings, about }: CheckResult, io: Io): void {
  const log = sarifLog(findings, { version: io.version(), checked: rows, ...(about !== undefined && { about }) });
  io.stdout.write(`${toJson(log, 2)}\n`);
}

/** How `--format` has a result written, each on standard output. */
export const REPORT_WRITERS: Readonly<Record<string, (result: CheckResult, io: Io) => void | Promise<void>>> = {
  text: writeText,
  json: writeJson,
  sarif: writeSarif,
};
