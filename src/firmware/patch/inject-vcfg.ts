import { type Declaration, declarations, displayName, encodeAml, replaceTerms, type Term } from '../../aml/index.js';
import { DiagnosticError, errorAt, formatHex, inFile, MOST_U64 } from '../../base/index.js';
import { VCFG_BYTES_PER_BUS } from '../../platform/layout.js';
import { VCFG_NAME } from '../../platform/names/generated-names.js';
import {
  type AcpiTable,
  DSDT_64_BIT_REVISION,
  encodeTable,
  requireTable,
  SDT_OFFSET,
  type SdtHeader,
} from '../../tables/index.js';
import type { Diagnostic } from '../../vocab/index.js';

import { VCFG_WIDTHS, type VcfgNameOptions, vcfgName } from '../dsdt/vcfg-name.js';
import { checkChoices } from '../tables/table-identity.js';
import { decodeToChange } from './decode-to-change.js';

export interface InjectOptions extends VcfgNameOptions {
  /** File name for findings. */
  readonly file?: string;
}

export interface Injected {
  readonly bytes: Uint8Array;
  /** Warnings about what the change means for whoever loads the table. */
  readonly diagnostics: readonly Diagnostic[];
  /** How many definitions of `VCFG` there were before. */
  readonly replaced: number;
}

const ROOT_VCFG = `\\${VCFG_NAME}`;

function warn(code: Diagnostic['code'], place: Diagnostic['place'], message: string, cure: string): Diagnostic {
  return { code, severity: 'warning', place, message, cure };
}

/** What a higher revision of a table changes for whoever loads it. */
export function revisionWarning(header: SdtHeader, revision = DSDT_64_BIT_REVISION): Diagnostic {
  const what = `The revision was raised from ${header.revision} to ${revision}.`;
  return header.signature === 'DSDT'
    ? warn(
        'FIRMWARE_REVISION_RAISED',
        { offsetBytes: SDT_OFFSET.revision },
        `${what} Integers in this and every other table now have 64 bits instead of 32.`,
        'Check AML that relies on 32 bits: shifts, Not, and comparisons with Ones.',
      )
    : warn(
        'FIRMWARE_REVISION_RAISED',
        { offsetBytes: SDT_OFFSET.revision },
        `${what} The width of integers depends only on the DSDT's revision, not on this table's.`,
        `Make sure that the DSDT has revision ${DSDT_64_BIT_REVISION} or later; otherwise a base above 32 bits is truncated.`,
      );
}

/** The table's terms with `VCFG` at the root: in its old place if it was declared there unconditionally, otherwise first. */
function withVcfg(terms: readonly Term[], existing: readonly Declaration[], name: Term): readonly Term[] {
  const first = existing.find(({ conditional, inMethod }) => !conditional && !inMethod);
  const replacements = new Map<Term, readonly Term[]>(existing.map(({ term }) => [term, []]));
  if (first) replacements.set(first.term, [name]);
  const replaced = replaceTerms(terms, replacements);
  return first ? replaced : [name, ...replaced];
}

/** Throws a DiagnosticError for a `VCFG` that is not a Name. */
function requireNames(existing: readonly Declaration[]): void {
  for (const { term } of existing) {
    if (term.op === 'Name') continue;
    throw new DiagnosticError([
      errorAt(
        'FIRMWARE_VCFG_NOT_NAME',
        { offsetBytes: term.start, path: ROOT_VCFG },
        `${displayName(ROOT_VCFG)} is declared by ${term.op} here; only a Name can be replaced.`,
        'Rename that object in the source of the table.',
      ),
    ]);
  }
}

function inject(table: AcpiTable, base: bigint, options: VcfgNameOptions): Injected {
  const { header } = table;
  const decoded = decodeToChange(table);
  const name = vcfgName(base, options);
  const existing = declarations(decoded.terms).filter(({ path }) => path === ROOT_VCFG);
  requireNames(existing);
  const diagnostics: Diagnostic[] = [];
  if (header.revision < DSDT_64_BIT_REVISION) diagnostics.push(revisionWarning(header));
  if (base % VCFG_BYTES_PER_BUS !== 0n) {
    diagnostics.push(
      warn(
        'FIRMWARE_BASE_UNALIGNED',
        {},
        `The base ${formatHex(base)} is not a multiple of 2 MiB.`,
        'Give a multiple of 2 MiB: a window and each of its buses begin at one.',
      ),
    );
  }
  const body = encodeAml(withVcfg(decoded.terms, existing, name));
  const identity = { ...header, revision: Math.max(header.revision, DSDT_64_BIT_REVISION) };
  return { bytes: encodeTable(identity, body), diagnostics, replaced: existing.length };
}

function refuseBase(base: unknown): never {
  if (typeof base !== 'bigint') throw new TypeError(`base is ${String(base)} (${typeof base}); it must be a bigint.`);
  throw new RangeError(`base is ${base}; it must be 0..0x${MOST_U64.toString(16)}.`);
}

/**
 * Puts `Name (VCFG, base)` into a DSDT or SSDT: in place of the one that is there, otherwise before everything else. The
 * header's length and checksum are updated, and its revision becomes 2 if it was lower; every other byte stays. Throws a
 * DiagnosticError for any other table, for one that cannot be decoded to its end, and for a `VCFG` that is not a Name; and
 * a TypeError or RangeError for a base that is not a bigint of 64 bits.
 */
export function injectVcfg(table: Uint8Array, base: bigint, options: InjectOptions = {}): Injected {
  if (typeof base !== 'bigint' || BigInt.asUintN(64, base) !== base) refuseBase(base);
  checkChoices(options, { width: VCFG_WIDTHS });
  const { file } = options;
  if (file === undefined) return inject(requireTable(table), base, options);
  try {
    const injected = inject(requireTable(table), base, options);
    return { ...injected, diagnostics: inFile(file, injected.diagnostics) };
  } catch (error) {
    throw error instanceof DiagnosticError ? new DiagnosticError(inFile(file, error.diagnostics)) : error;
  }
}
