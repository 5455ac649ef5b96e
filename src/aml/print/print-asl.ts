import type { Diagnostic } from '../../vocab/index.js';
import { createNamespace, type NamespaceNode } from '../namespace.js';
import type { Term } from '../term.js';
import { Printer } from './printer.js';
import { stringText } from './text.js';

/** What a DefinitionBlock says of its table. ACPI 6.5 §19.6.30 */
export interface AslHeader {
  /** `DSDT` or `SSDT`. */
  readonly signature: string;
  /** Below 2, integers have 32 bits. */
  readonly revision: number;
  /** At most 6 characters. */
  readonly oemId: string;
  /** At most 8 characters. */
  readonly oemTableId: string;
  readonly oemRevision: number;
}

export interface PrintOptions {
  /** `2.0` writes operators as symbols, `legacy` as calls. */
  readonly style?: '2.0' | 'legacy';
  /** Begins each statement with a comment that says where it was decoded. */
  readonly offsets?: boolean;
  /** Names of this table and of others, as the decoder gives them: tells calls without arguments from values. */
  readonly namespace?: NamespaceNode;
  readonly header?: AslHeader;
}

/** ASL, and what of the terms it could not say. */
export interface PrintedAsl {
  readonly text: string;
  /** Empty if the text says everything. */
  readonly diagnostics: readonly Diagnostic[];
}

const HEADER: AslHeader = { signature: 'SSDT', revision: 2, oemId: 'VCFG', oemTableId: 'PRINTED', oemRevision: 1 };

const DISABLED = [6004, 6005, 6006, 6008, 6058, 6062, 6066, 6074, 6080, 6083, 6084, 6085, 6114, 6117, 6160, 6161];

/** Prints terms as one DefinitionBlock that iasl compiles. */
export function printAsl(terms: readonly Term[], options: PrintOptions = {}): PrintedAsl {
  const printer = new Printer({
    style: options.style ?? '2.0',
    offsets: options.offsets ?? false,
    namespace: options.namespace ?? createNamespace(),
  });
  const { signature, revision, oemId, oemTableId, oemRevision } = options.header ?? HEADER;
  for (const id of DISABLED) printer.put(`#pragma disable (${id})\n`);
  printer.put(
    `DefinitionBlock ("", "${signature}", ${revision}, ${stringText(oemId)}, ${stringText(oemTableId)}, ${oemRevision})\n`,
  );
  printer.block(terms);
  return { text: printer.text, diagnostics: printer.diagnostics };
}
