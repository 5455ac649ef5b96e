import type { Diagnostic, DiagnosticCode, PciAddress, Place, Severity } from '../../vocab/index.js';
import type { Subject } from '../subject/subject.js';

/** What a rule looks at: tables as containers, `VCFG` and its window, regions and fields, any AML, the driver. */
export const RULE_FAMILIES = ['table', 'vcfg', 'field', 'aml', 'driver'] as const;

export type RuleFamily = (typeof RULE_FAMILIES)[number];

/** What a rule found; what it does not say, its row does. */
export interface Finding {
  readonly place: Place;
  /** What is wrong, as one sentence or two that hold the values. */
  readonly message: string;
  readonly cure?: string;
  readonly severity?: Severity;
  /** The PCI function that it is about, for grouping. */
  readonly function?: PciAddress;
  /** Where the other side says something else. */
  readonly other?: Place;
  /**
   * Places at which rules for any AML, or for a header by itself, would say the same once more, in words that do not
   * know what it is about.
   */
  readonly explains?: readonly Place[];
}

/** One thing that can be wrong. The texts are sentences for the page of rules. */
export interface Rule {
  readonly code: DiagnosticCode;
  readonly family: RuleFamily;
  readonly severity: Severity;
  /** What is wrong where the rule finds something. */
  readonly what: string;
  /** What happens to someone who leaves it so. */
  readonly why: string;
  readonly cure: string;
  /** Where the demand comes from: `ACPI 6.5 §…`, `crosvm f1e797a …`. */
  readonly source: string;
  readonly find: (subject: Subject) => Iterable<Finding>;
}

/** A finding with what the rule's row says of all of them. */
export function diagnosticOf(rule: Rule, { severity, cure, explains: _, ...finding }: Finding): Diagnostic {
  return { code: rule.code, severity: severity ?? rule.severity, ...finding, cure: cure ?? rule.cure };
}

/** A `find` that gives what reading and decoding the tables said under a code. */
export function saidInReading(code: DiagnosticCode): Rule['find'] {
  return ({ reading }) => reading.filter((found) => found.code === code);
}
