import { requireAml } from '../../aml/grammar/required.js';
import type { Term } from '../../aml/grammar/term.js';
import { NamespaceNode } from '../../aml/namespace/namespace.js';
import { type DecodedAml, tapeOf, termsOf } from '../../aml/tape/decoded-aml.js';
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
  /**
   * Names of this table and of others, as the decoder gives them: tells calls without arguments from values. Of decoded AML
   * its own, if not given.
   */
  readonly namespace?: NamespaceNode;
  /** The table's (default: of what `decodeTable` returned its own). */
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

/** Bytes of text that a record becomes, as a first guess. */
const BYTES_A_RECORD = 20;

/**
 * Prints terms as one DefinitionBlock that iasl compiles, or as what stands in one: with `iasl -oa`, to the same bytes where
 * ASL can say them. Decoded AML is printed without making its terms. Throws a DiagnosticError on terms that were built and
 * that AML cannot hold.
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

/** The header that `decodeTable` gives with the terms; else one of our own. */
function headerOf(aml: object): AslHeader {
  return 'header' in aml ? (aml.header as AslHeader) : HEADER;
}

/** Those of the terms from one up to another. */
function recordsOf(tape: Tape, first: number, end: number): number[] {
  const records: number[] = [];
  for (let record = first; record < end; record = tape.next(record)) records.push(record);
  return records;
}

/** What stands before the terms, and is known when they are printed. */
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
