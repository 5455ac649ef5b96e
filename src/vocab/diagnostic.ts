import type { DiagnosticCode } from './diagnostic-code.js';
import type { PciAddress } from './pci.js';

export type Severity = 'error' | 'warning' | 'note';

/** Where a finding is: whatever of this is known. */
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

/** A finding. Prose is rendered from it once, at the edge. */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  readonly place: Place;
  /** What is wrong, as one sentence that holds the values. */
  readonly message: string;
  /** How to mend it. */
  readonly cure: string;
  /** The PCI function that it is about, for grouping; absent if it is about none, or about several. */
  readonly function?: PciAddress;
  /** Where the other side says something else: of a table the driver's header, of a second definition the first. */
  readonly other?: Place;
}
