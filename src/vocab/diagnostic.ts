import type { DiagnosticCode } from './diagnostic-code.js';
import type { PciAddress } from './pci.js';

export type Severity = 'error' | 'warning' | 'note';

/** Where a finding is, as far as known. */
export interface Place {
  readonly file?: string;
  /** 1-based, for text. */
  readonly line?: number;
  /** 1-based, for text. */
  readonly column?: number;
  /** Offset of the byte in the file, for binaries. */
  readonly offsetBytes?: number;
  /** ACPI path of the object, or the key path in a description file. */
  readonly path?: string;
}

/** A finding, as data. It is turned into text only when it is shown. */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  readonly place: Place;
  /** What is wrong: a sentence that includes the values. */
  readonly message: string;
  /** How to fix it. */
  readonly cure: string;
  /** The PCI function that it concerns, for grouping. Absent if it concerns none or several. */
  readonly function?: PciAddress;
  /** The place that it conflicts with: the driver's header for a table, the first definition for a second one. */
  readonly other?: Place;
}
