import {
  type Declaration,
  type DecodedAml,
  declarations,
  displayName,
  encodeAml,
  replaceTerms,
  type Term,
} from '../aml/index.js';
import { DiagnosticError, errorAt, formatHex, inFile } from '../base/index.js';
import { VCFG_BYTES_PER_BUS } from '../platform/layout.js';
import { VCFG_NAME } from '../platform/names/generated-names.js';
import {
  type AcpiTable,
  DSDT_64_BIT_REVISION,
  encodeTable,
  requireTable,
  SDT_OFFSET,
  type SdtHeader,
} from '../tables/index.js';
import type { Diagnostic } from '../vocab/index.js';
import { decodeTable } from './decode-table.js';
import { type VcfgNameOptions, vcfgName } from './dsdt/vcfg-name.js';

export interface InjectOptions extends VcfgNameOptions {
  /** Named in findings. */
  readonly file?: string;
}

export interface Injected {
  readonly bytes: Uint8Array;
  /** Warnings: what the change means for whoever loads the table. */
  readonly diagnostics: readonly Diagnostic[];
  /** Definitions of `VCFG` that were there before. */
  readonly replaced: number;
}

const ROOT_VCFG = `\\${VCFG_NAME}`;

function warn(code: Diagnostic['code'], place: Diagnostic['place'], message: string, cure: string): Diagnostic {
  return { code, severity: 'warning', place, message, cure };
}

function requireAmlTable(header: SdtHeader): void {
  if (header.signature === 'DSDT' || header.signature === 'SSDT') return;
  throw new DiagnosticError([
    errorAt(
      'FIRMWARE_NOT_AML',
      { offsetBytes: 0 },
      `This is a table of signature ${header.signature}, which holds no AML.`,
      'Give the DSDT (or an SSDT).',
    ),
  ]);
}

function revisionWarning(header: SdtHeader): Diagnostic {
  const what = `The revision was ${header.revision} and is ${DSDT_64_BIT_REVISION} now.`;
  return header.signature === 'DSDT'
    ? warn(
        'FIRMWARE_REVISION_RAISED',
        { offsetBytes: SDT_OFFSET.revision },
        `${what} Integers in this and every other table now have 64 bits instead of 32.`,
        'Read the AML that relies on 32 bits: shifts, Not, and comparisons with Ones.',
      )
    : warn(
        'FIRMWARE_REVISION_RAISED',
        { offsetBytes: SDT_OFFSET.revision },
        `${what} How wide integers are is said by the DSDT's revision alone, not by this table's.`,
        `See that the DSDT has revision ${DSDT_64_BIT_REVISION} or above, or a base of over 32 bits is cut.`,
      );
}

/** The table's terms with `VCFG` at the root: where it was if it was made there for certain, else in front. */
function withVcfg(terms: readonly Term[], existing: readonly Declaration[], name: Term): readonly Term[] {
  const first = existing.find(({ conditional, inMethod }) => !conditional && !inMethod);
  const replacements = new Map<Term, readonly Term[]>(existing.map(({ term }) => [term, []]));
  if (first) replacements.set(first.term, [name]);
  const replaced = replaceTerms(terms, replacements);
  return first ? replaced : [name, ...replaced];
}

/** Throws a DiagnosticError for a `VCFG` that is no Name. */
function requireNames(existing: readonly Declaration[]): void {
  for (const { term } of existing) {
    if (term.op === 'Name') continue;
    throw new DiagnosticError([
      errorAt(
        'FIRMWARE_VCFG_NOT_NAME',
        { offsetBytes: term.start, path: ROOT_VCFG },
        `${displayName(ROOT_VCFG)} is made by ${term.op} here, and only a Name can be replaced by another.`,
        'Rename that object in the source of the table.',
      ),
    ]);
  }
}

/** Throws a DiagnosticError for a table of which something could not be decoded: it may hold another `VCFG`. */
function requireDecoded({ diagnostics }: DecodedAml): void {
  const faults = diagnostics.filter(({ severity }) => severity === 'error');
  const [first] = faults;
  if (first === undefined) return;
  const message = 'The table cannot be decoded from here on, so where VCFG is to be put is not known.';
  const cure =
    'Nothing was changed. Give a table that decodes; `vcfg check --rule table,aml` says what is wrong with it.';
  throw new DiagnosticError([errorAt('FIRMWARE_NOT_DECODED', first.place, message, cure), ...faults]);
}

function inject(table: AcpiTable, base: bigint, options: VcfgNameOptions): Injected {
  const { header } = table;
  requireAmlTable(header);
  const name = vcfgName(base, options);
  const decoded = decodeTable(table);
  requireDecoded(decoded);
  const existing = declarations(decoded.terms).filter(({ path }) => path === ROOT_VCFG);
  requireNames(existing);
  const diagnostics: Diagnostic[] = [];
  if (header.revision < DSDT_64_BIT_REVISION) diagnostics.push(revisionWarning(header));
  if (base % VCFG_BYTES_PER_BUS !== 0n) {
    diagnostics.push(
      warn(
        'FIRMWARE_BASE_UNALIGNED',
        {},
        `The base ${formatHex(base)} is no multiple of 2 MiB.`,
        'A window begins at a multiple of 2 MiB, as each of its buses does.',
      ),
    );
  }
  const body = encodeAml(withVcfg(decoded.terms, existing, name));
  const identity = { ...header, revision: Math.max(header.revision, DSDT_64_BIT_REVISION) };
  return { bytes: encodeTable(identity, body), diagnostics, replaced: existing.length };
}

/**
 * Puts `Name (VCFG, base)` into a DSDT or SSDT: in the place of the one that is there, else before everything else.
 * The header's length and checksum follow, its revision becomes 2 if it was lower; every other byte stays. Throws a
 * DiagnosticError for any other table, for one that cannot be decoded to its end, and for a `VCFG` that is not a Name.
 */
export function injectVcfg(table: Uint8Array, base: bigint, options: InjectOptions = {}): Injected {
  const { file } = options;
  if (file === undefined) return inject(requireTable(table), base, options);
  try {
    const injected = inject(requireTable(table), base, options);
    return { ...injected, diagnostics: inFile(file, injected.diagnostics) };
  } catch (error) {
    throw error instanceof DiagnosticError ? new DiagnosticError(inFile(file, error.diagnostics)) : error;
  }
}
