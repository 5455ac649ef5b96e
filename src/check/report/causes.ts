import type { Diagnostic, DiagnosticCode } from '../../vocab/index.js';

/** Findings of one code that nothing else in the report explains. */
export interface Cause {
  readonly code: DiagnosticCode;
  readonly findings: readonly Diagnostic[];
}

export interface Causes {
  /** In the order to fix them. */
  readonly causes: readonly Cause[];
  /** Errors and warnings that probably go away with the causes. */
  readonly consequences: number;
}

const UNDECODED: readonly DiagnosticCode[] = [
  'TABLE_TRUNCATED',
  'TABLE_LENGTH',
  'TABLE_SIGNATURE',
  'AML_UNKNOWN_OPCODE',
  'AML_UNEXPECTED_TERM',
  'AML_TRUNCATED',
  'AML_PKG_LENGTH',
  'AML_BAD_NAME',
  'AML_SWAPPED_OPCODE',
];

const MISPLACED: readonly DiagnosticCode[] = [
  'VCFG_REGION_SPACE',
  'VCFG_REGION_OFFSET',
  'VCFG_REGION_UNALIGNED',
  'VCFG_PAGE_SWAPPED',
  'VCFG_REGION_UNKNOWN',
  'VCFG_REGION_MISSING',
];

/** Codes, and the codes of what usually follows from them. */
const FOLLOWS: readonly (readonly [causes: readonly DiagnosticCode[], consequences: readonly DiagnosticCode[]])[] = [
  [
    UNDECODED,
    [
      'TABLE_CHECKSUM',
      'TABLE_TRAILING_BYTES',
      'VCFG_MISSING',
      'VCFG_DEVICE_MISSING',
      'VCFG_FIELD_MISSING',
      'VCFG_REGION_MISSING',
      'VCFG_NOT_RESERVED',
      'AML_NAME_MISSING',
    ],
  ],
  [['VCFG_ZERO', 'VCFG_UNALIGNED', 'VCFG_TRUNCATED', 'VCFG_NOT_INTEGER'], ['VCFG_BASE']],
  [
    ['VCFG_BASE', 'VCFG_ZERO', 'VCFG_UNALIGNED'],
    ['VCFG_OVERLAPS_RAM', 'VCFG_OVERLAPS_ECAM', 'VCFG_OVERLAPS_CRS', 'VCFG_OVERLAPS_OTHER', 'VCFG_NOT_RESERVED'],
  ],
  [['VCFG_BASE', 'VCFG_ECAM_BASE'], ['VCFG_BAR_OVERLAPS']],
  [['VCFG_MISSING'], ['VCFG_NOT_RESERVED', 'VCFG_REGION_UNKNOWN']],
  [['VCFG_DEVICE_MISSING'], ['VCFG_FIELD_MISSING']],
  [['VCFG_DEVICE_ADR'], ['VCFG_REGION_OFFSET', 'VCFG_DEVICE_MISSING']],
  [
    MISPLACED,
    ['VCFG_REGION_LENGTH', 'VCFG_FIELD_OFFSET', 'VCFG_FIELD_CROSSES', 'VCFG_FIELD_PAST_PAGE', 'VCFG_FIELD_OVERLAP'],
  ],
  [
    ['VCFG_FIELD_OFFSET', 'VCFG_FIELD_WIDTH'],
    ['VCFG_FIELD_OVERLAP', 'VCFG_FIELD_CROSSES', 'VCFG_FIELD_PAST_PAGE'],
  ],
  [['VCFG_BUSES_TOO_MANY', 'VCFG_BUSES_TOO_FEW'], ['VCFG_BUS_OUTSIDE']],
  [
    ['VCFG_HEADER_STRIDE', 'VCFG_HEADER_COMPILE'],
    ['VCFG_HEADER_ADDRESS', 'VCFG_HEADER_VALUE'],
  ],
];

/**
 * Sorts errors and warnings into causes and consequences, by their codes. The causes keep the order of the findings,
 * which `checkSet` gives as one would fix them: tables first, then `VCFG`, its window, regions, fields, and the driver.
 */
export function findCauses(findings: readonly Diagnostic[]): Causes {
  const groups = new Map<DiagnosticCode, Diagnostic[]>();
  for (const found of findings) {
    if (found.severity === 'note') continue;
    const same = groups.get(found.code);
    if (same) same.push(found);
    else groups.set(found.code, [found]);
  }
  const explained = new Set<DiagnosticCode>();
  for (const [causes, consequences] of FOLLOWS) {
    if (!causes.some((code) => groups.has(code))) continue;
    for (const code of consequences) explained.add(code);
  }
  const all = [...groups].map(([code, group]) => ({ code, findings: group }));
  const causes = all.filter(({ code }) => !explained.has(code));
  const count = (list: readonly Cause[]) => list.reduce((sum, each) => sum + each.findings.length, 0);
  return { causes, consequences: count(all) - count(causes) };
}
