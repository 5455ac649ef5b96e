import type { Diagnostic } from '../../vocab/index.js';
import type { NamespaceNode } from '../namespace.js';
import type { Op, Term } from '../term.js';
import { externalText, foreignText, hiddenExternals, isRelative, isUsualExternal } from './externals.js';
import { Names } from './names.js';
import { PrintState } from './state.js';
import { printTerms } from './statements.js';
import { hexText, stringText } from './text.js';
import { toleranceText } from './tolerated.js';

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
  /**
   * How names of other tables are shown. `comment` lists them in comments, and has iasl take undeclared names, so that
   * the text compiles to the same bytes. `declare` declares them: iasl then compiles the Externals too, before all else.
   */
  readonly externals?: 'comment' | 'declare';
  /** `include` leaves the DefinitionBlock out: text that is included at the top level of one. */
  readonly form?: 'block' | 'include';
}

/** ASL, and what of the terms it could not say. */
export interface PrintedAsl {
  readonly text: string;
  /** Empty if the text compiles to the same bytes, as far as is known. */
  readonly diagnostics: readonly Diagnostic[];
}

const HEADER: AslHeader = { signature: 'SSDT', revision: 2, oemId: 'VCFG', oemTableId: 'PRINTED', oemRevision: 1 };

/**
 * Prints terms as one DefinitionBlock that iasl compiles, or as what stands in one: with `iasl -oa`, to the same bytes where
 * ASL can say them.
 */
export function printAsl(terms: readonly Term[], options: PrintOptions = {}): PrintedAsl {
  const declare = options.externals === 'declare';
  const names = new Names(terms, options.namespace);
  const state = new PrintState(names, options.style !== 'legacy', options.offsets ?? false);
  const externals: Op<'External'>[] = [];
  const rest = terms.filter((term, index) => {
    const hidden = hiddenExternals(term);
    for (const external of hidden) {
      externals.push(external);
      if (index > 0 || !isUsualExternal(external)) state.wide('external', external.start);
    }
    return hidden.length === 0;
  });
  for (const { operands } of externals) names.declare(operands[0]);
  const include = options.form === 'include';
  if (include) printTerms(state, rest);
  else state.indented(() => printTerms(state, rest));
  const margin = include ? '' : '    ';
  const parts = [
    declare ? '' : toleranceText(state.badIdentifiers),
    include ? '' : `${definitionBlock(options.header ?? HEADER)}{\n`,
    ...externals.map((external) => `${margin}${isRelative(external) ? '// ' : ''}${externalText(external)}\n`),
    ...names.foreign.map((name) => `${margin}${declare ? '' : '// '}${foreignText(name)}\n`),
    state.text,
    include ? '' : '}\n',
  ];
  return { text: parts.join(''), diagnostics: state.diagnostics };
}

function definitionBlock({ signature, revision, oemId, oemTableId, oemRevision }: AslHeader): string {
  const strings = [signature, oemId, oemTableId].map((text) => stringText(text));
  return `DefinitionBlock ("", ${strings[0]}, ${revision}, ${strings[1]}, ${strings[2]}, ${hexText(oemRevision, 4)})\n`;
}
