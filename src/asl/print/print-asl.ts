import type { Term } from '../../aml/grammar/term.js';
import { NamespaceNode } from '../../aml/namespace/namespace.js';
import { type DecodedAml, requireAml, tapeOf, termsOf } from '../../aml/tape/decoded-aml.js';
import { recordTerms } from '../../aml/tape/record-terms.js';
import type { Tape } from '../../aml/tape/tape.js';
import { refuseArgument, requireObject, requireOption, requireText, requireWithin } from '../../base/index.js';
import type { Diagnostic } from '../../vocab/index.js';
import { AslWriter } from './asl-writer.js';
import { hexText, stringText } from './constants.js';
import { hiddenExternals, isRelative, isUsualExternal, putExternal, putForeign } from './externals.js';
import { Names, surveyNames } from './names.js';
import { PrintState } from './state.js';
import { printTerms } from './statements.js';
import { toleranceText } from './tolerated.js';

/** The header fields in a DefinitionBlock. ACPI 6.5 §19.6.30 */
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
  /** `2.0` writes operators as symbols, `legacy` as calls (default: `2.0`). */
  readonly style?: '2.0' | 'legacy';
  /** Adds a comment with its offset to each statement (default: false). */
  readonly offsets?: boolean;
  /**
   * The decoder's namespace, which tells calls without arguments from values (default: that of the decoded
   * AML; none for built terms).
   */
  readonly namespace?: NamespaceNode;
  /** The table's header (default: that of what `decodeTable` returned, or one for an SSDT). */
  readonly header?: AslHeader;
  /**
   * How names of other tables are shown (default: `comment`). `comment` lists them in comments and makes iasl accept
   * undeclared names, so that the text compiles to the same bytes. `declare` declares them as External, which iasl
   * compiles too, before everything else.
   */
  readonly externals?: 'comment' | 'declare';
  /** `include` leaves out the DefinitionBlock: the text can be included in one (default: `block`). */
  readonly form?: 'block' | 'include';
}

/** ASL text, and what it cannot express. */
export interface PrintedAsl {
  readonly text: string;
  /** Empty if the text is expected to compile to the same bytes. */
  readonly diagnostics: readonly Diagnostic[];
}

const HEADER: AslHeader = { signature: 'SSDT', revision: 2, oemId: 'VCFG', oemTableId: 'PRINTED', oemRevision: 1 };

/** First estimate of the bytes of text for each record. */
const BYTES_A_RECORD = 20;

/**
 * Prints terms as a DefinitionBlock that iasl compiles, or as the contents of one. `iasl -oa` compiles it to the same
 * bytes where ASL can express them. Decoded AML is printed without making its terms. Throws a DiagnosticError for built
 * terms that AML cannot express.
 */
export function printAsl(aml: Iterable<Term> | DecodedAml, options: PrintOptions = {}): PrintedAsl {
  requirePrintable(aml, options);
  const decoded = tapeOf(aml);
  const tape = decoded ?? recordTerms(termsOf(aml));
  const first = decoded === undefined ? 0 : 1;
  const end = decoded === undefined ? tape.count : tape.next(0);
  const names = new Names(
    tape,
    surveyNames(tape, first, end),
    options.namespace ?? ('namespace' in aml ? aml.namespace : undefined),
  );
  const include = options.form === 'include';
  const hidden = recordsOf(tape, first, end).filter((record) => hiddenExternals(tape, record).length > 0);
  const state = new PrintState(
    tape,
    new AslWriter(BYTES_A_RECORD * tape.count),
    names,
    { symbols: options.style !== 'legacy', offsets: options.offsets ?? false, level: include ? 0 : 1 },
    hidden,
  );
  const externals = hidden.flatMap((record) => {
    const found = hiddenExternals(tape, record);
    for (const external of found) {
      names.declare(tape.name(external + 1));
      if (record > first || !isUsualExternal(tape, external)) state.wide('external', tape.start(external));
    }
    return found;
  });
  printTerms(state, first, end);
  const text =
    frontText(state, externals, options, options.header ?? headerOf(aml)) + state.out.finish() + (include ? '' : '}\n');
  if (decoded === undefined) tape.release();
  return { text, diagnostics: state.diagnostics };
}

/** Throws a TypeError for what {@link printAsl} does not take. */
function requirePrintable(aml: unknown, options: PrintOptions): void {
  requireAml(aml, 'printAsl: aml');
  requireObject(options, 'printAsl: options');
  requireOption(options.style, ['2.0', 'legacy'], 'printAsl: style');
  requireOption(options.externals, ['comment', 'declare'], 'printAsl: externals');
  requireOption(options.form, ['block', 'include'], 'printAsl: form');
  if (options.namespace !== undefined && !(options.namespace instanceof NamespaceNode))
    refuseArgument('printAsl: namespace', options.namespace, 'a namespace as createNamespace or decodeAml returns it');
  if (options.header !== undefined) requireHeader(options.header);
}

function requireHeader(header: AslHeader): void {
  requireObject(header, 'printAsl: header', '{ signature, revision, oemId, oemTableId, oemRevision }');
  for (const key of ['signature', 'oemId', 'oemTableId'] as const) requireText(header[key], `printAsl: header.${key}`);
  requireWithin(header.revision, 0, 0xff, 'printAsl: header.revision');
  requireWithin(header.oemRevision, 0, 0xffff_ffff, 'printAsl: header.oemRevision');
}

/** The header that `decodeTable` returned with the terms, or a default one. */
function headerOf(aml: object): AslHeader {
  return 'header' in aml ? (aml.header as AslHeader) : HEADER;
}

/** The records of the terms from one record up to another. */
function recordsOf(tape: Tape, first: number, end: number): number[] {
  const records: number[] = [];
  for (let record = first; record < end; record = tape.next(record)) records.push(record);
  return records;
}

/** The text before the terms, which is only known once they are printed. */
function frontText(state: PrintState, externals: readonly number[], options: PrintOptions, header: AslHeader): string {
  const { tape, names } = state;
  const declare = options.externals === 'declare';
  const include = options.form === 'include';
  const out = new AslWriter(0);
  if (!declare) out.put(toleranceText(state));
  if (!include) out.put(`${definitionBlock(header)}{\n`);
  const margin = include ? '' : '    ';
  for (const external of externals) {
    out.put(isRelative(tape, external) ? `${margin}// ` : margin);
    putExternal(out, tape, external);
    out.put('\n');
  }
  for (const name of names.foreign) {
    out.put(declare ? margin : `${margin}// `);
    putForeign(out, name);
    out.put('\n');
  }
  return out.finish();
}

function definitionBlock({ signature, revision, oemId, oemTableId, oemRevision }: AslHeader): string {
  const strings = [signature, oemId, oemTableId].map((text) => stringText(text));
  return `DefinitionBlock ("", ${strings[0]}, ${revision}, ${strings[1]}, ${strings[2]}, ${hexText(oemRevision, 4)})\n`;
}
