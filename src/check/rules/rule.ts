import type { Diagnostic, DiagnosticCode, PciAddress, Place, Severity } from '../../vocab/index.js';
import type { CheckedMachine } from '../subject/checked-machine.js';

/** What rules are about: tables as containers, `VCFG` and its window, regions and fields, AML of any kind, the driver. */
export const RULE_FAMILIES = ['table', 'vcfg', 'field', 'aml', 'driver'] as const;

export type RuleFamily = (typeof RULE_FAMILIES)[number];

/** What a rule found. What is left out here follows from the rule's row. */
export interface Finding {
  readonly place: Place;
  /** What is wrong, in one or two sentences with the values. */
  readonly message: string;
  readonly cure?: string;
  readonly severity?: Severity;
  /** The PCI function that it is about, for grouping. */
  readonly function?: PciAddress;
  /** Where the other side has a different value. */
  readonly other?: Place;
  /**
   * Places where the rules for AML of any kind, or for a header by itself, would report the same problem in more general
   * words.
   */
  readonly explains?: readonly Place[];
}

/** One thing that can be wrong. The texts are shown on the page of rules. */
export interface Rule {
  readonly code: DiagnosticCode;
  readonly family: RuleFamily;
  readonly severity: Severity;
  /** What is wrong if the rule finds something. */
  readonly what: string;
  /** What happens if it is left as it is. */
  readonly why: string;
  readonly cure: string;
  /** Where the requirement comes from: `ACPI 6.5 §…`, `crosvm f1e797a …`. */
  readonly source: string;
  readonly find: (subject: CheckedMachine) => Iterable<Finding>;
}

/** A finding, completed from the rule's row. */
export function diagnosticOf(rule: Rule, { severity, cure, explains: _, ...finding }: Finding): Diagnostic {
  return { code: rule.code, severity: severity ?? rule.severity, ...finding, cure: cure ?? rule.cure };
}

/** A `find` that returns the findings of one code that reading and decoding the tables gave. */
export function saidInReading(code: DiagnosticCode): Rule['find'] {
  return ({ reading }) => reading.filter((found) => found.code === code);
}

/** The first few findings; if there were more, the last one also says how many. */
export function countFindings(
  shown: readonly Diagnostic[],
  differing: number,
  compared: number,
): readonly Diagnostic[] {
  const last = shown.at(-1);
  if (last === undefined || differing <= shown.length) return shown;
  return [...shown.slice(0, -1), { ...last, message: `${last.message} In all, ${differing} of ${compared} differ.` }];
}
