import { decodeAml, displayName, normalizeName, type Term } from '../aml/index.js';
import { errorAt, formatHex, formatPciAddress, inFile } from '../base/index.js';
import { registerAddress } from '../guest/index.js';
import { acpiPaths } from '../platform/acpi-path.js';
import { adrOf, packPciAddress } from '../platform/config-address.js';
import { VFIO_MAILBOX_ARGUMENTS, VFIO_MAILBOX_RESULT } from '../platform/vfio-profile.js';
import { DSDT_64_BIT_REVISION, readTable, SDT_HEADER_BYTES, type SdtHeader } from '../tables/index.js';
import type { Diagnostic, DiagnosticCode, FunctionDescription, Page, Platform } from '../vocab/index.js';
import { baseFindings } from './base.js';
import { differingBits } from './differing-bits.js';
import { integerOf, type NamedBits, type PlacedField, type Region, type TableView, viewOf } from './table-view.js';

export interface TableCheckOptions {
  /** Named in findings. */
  readonly file?: string;
}

const SYSTEM_MEMORY = 0;
const PAGE_BYTES = 4096n;
const DWORD_ACCESS = 3;

/** The trapped page's named bits: registers, and the fields in them. */
function trappedBits({ registers }: FunctionDescription): NamedBits[] {
  return registers.flatMap(({ name, index, fields }) => [
    { name, lowBit: index * 32, bits: 32 },
    ...fields.map((field) => ({ name: field.name, lowBit: index * 32 + field.lowBit, bits: field.widthBits })),
  ]);
}

function sharedBits({ profile, shared }: FunctionDescription): NamedBits[] {
  const mailbox = profile === 'vfio' ? [...VFIO_MAILBOX_ARGUMENTS, ...VFIO_MAILBOX_RESULT] : [];
  return [
    ...mailbox.map(({ name, offsetBits, widthBits }) => ({ name, lowBit: offsetBits, bits: widthBits })),
    ...shared.map(({ name, offsetBytes, lengthBytes }) => ({ name, lowBit: offsetBytes * 8, bits: lengthBytes * 8 })),
  ];
}

const REGENERATE = 'Generate the table and the driver from the same platform file.';

class TableCheck {
  readonly #view: TableView;
  readonly #platform: Platform;
  readonly #file: string | undefined;
  readonly diagnostics: Diagnostic[] = [];

  constructor(view: TableView, platform: Platform, file: string | undefined) {
    this.#view = view;
    this.#platform = platform;
    this.#file = file;
  }

  #report(code: DiagnosticCode, path: string, term: Term | undefined, message: string, cure = REGENERATE): void {
    const place = {
      ...(this.#file === undefined ? {} : { file: this.#file }),
      ...(term === undefined || term.start < 0 ? {} : { offsetBytes: term.start }),
      path: displayName(path),
    };
    this.diagnostics.push(errorAt(code, place, message, cure));
  }

  run(): void {
    const base = this.#platform.vcfg.base;
    this.diagnostics.push(...baseFindings(this.#view, base, this.#file));
    const paths = acpiPaths(this.#platform);
    for (const described of this.#platform.functions) {
      const path = paths.get(packPciAddress(described.address));
      if (path !== undefined) this.#function(described, normalizeName(path));
    }
  }

  #function(described: FunctionDescription, path: string): void {
    const pages = [
      ['trapped', trappedBits(described)],
      ['shared', sharedBits(described)],
    ] as const;
    const device = this.#view.byPath.get(path);
    const where = formatPciAddress(described.address);
    if (device === undefined) {
      if (pages.some(([, named]) => named.length > 0)) {
        this.#report(
          'VCFG_DEVICE_MISSING',
          path,
          undefined,
          `The platform has ${described.name} at ${where}, and the table has no such device.`,
        );
      }
      return;
    }
    this.#address(described, path);
    for (const [page, named] of pages) if (named.length > 0) this.#page(described, path, page, named);
  }

  #address(described: FunctionDescription, path: string): void {
    const declared = this.#view.byPath.get(`${path}._ADR`);
    const value = integerOf(declared);
    const wanted = BigInt(adrOf(described.address));
    if (value === wanted) return;
    const says = value === undefined ? 'no constant' : formatHex(value);
    this.#report(
      'VCFG_DEVICE_ADR',
      `${path}._ADR`,
      declared?.term,
      `_ADR is ${says}, and ${formatHex(wanted)} is ${formatPciAddress(described.address)}.`,
    );
  }

  /** Every named run of bits of one page: that it is there, where the driver looks for it, and as wide. */
  #page(described: FunctionDescription, path: string, page: Page, named: readonly NamedBits[]): void {
    const start = registerAddress(this.#platform.vcfg.base, { address: described.address, page, register: 0 });
    const checked = new Set<string>();
    for (const wanted of named) {
      const name = `${path}.${wanted.name.padEnd(4, '_')}`;
      const field = this.#view.fields.get(name);
      if (field === undefined) {
        const at = formatHex(start + BigInt(wanted.lowBit >>> 3));
        this.#report(
          'VCFG_FIELD_MISSING',
          name,
          undefined,
          `The driver has ${wanted.name} at ${at}, and the table has no such field.`,
        );
        continue;
      }
      const region = this.#view.regions.get(field.region);
      if (region === undefined) {
        this.#report(
          'VCFG_REGION_MISSING',
          name,
          field.term,
          `Its region ${displayName(field.region)} is not in the table.`,
        );
        continue;
      }
      if (!checked.has(region.path)) {
        checked.add(region.path);
        this.#region(region, described, page, start);
      }
      this.#field(name, field, wanted, page, start);
    }
  }

  #region(region: Region, described: FunctionDescription, page: Page, start: bigint): void {
    const what = `${described.name}'s ${page} page at ${formatPciAddress(described.address)}`;
    if (region.space !== SYSTEM_MEMORY) {
      this.#report(
        'VCFG_REGION_OFFSET',
        region.path,
        region.term,
        `It is in address space ${region.space}, and ${what} is SystemMemory.`,
      );
    } else if (region.address === undefined) {
      this.#report(
        'VCFG_REGION_UNKNOWN',
        region.path,
        region.term,
        `Its address cannot be told without running the table; ${what} is ${formatHex(start)}.`,
      );
    } else if (region.address !== start) {
      this.#report(
        'VCFG_REGION_OFFSET',
        region.path,
        region.term,
        `AML says ${formatHex(region.address)}, the driver ${formatHex(start)} for ${what}: ${differingBits(region.address, start)}.`,
      );
    }
    if (region.length !== undefined && region.length !== PAGE_BYTES) {
      this.#report(
        'VCFG_REGION_LENGTH',
        region.path,
        region.term,
        `It has ${region.length} bytes, and a page has ${PAGE_BYTES}.`,
      );
    }
  }

  #field(path: string, field: PlacedField, wanted: NamedBits, page: Page, start: bigint): void {
    const place = (lowBit: number) => {
      const bit = lowBit % 32;
      const address = formatHex(start + BigInt((lowBit - bit) / 8));
      return bit === 0 ? address : `${address} bit ${bit}`;
    };
    if (field.lowBit !== wanted.lowBit) {
      this.#report(
        'VCFG_FIELD_OFFSET',
        path,
        field.term,
        `AML says ${place(field.lowBit)}, the driver ${place(wanted.lowBit)}, ${Math.abs(field.lowBit - wanted.lowBit)} bits apart.`,
      );
    }
    if (field.bits !== wanted.bits) {
      this.#report(
        'VCFG_FIELD_WIDTH',
        path,
        field.term,
        `AML gives it ${field.bits} bits at ${place(field.lowBit)}, the driver ${wanted.bits}.`,
      );
    }
    if (page === 'trapped' && field.access !== DWORD_ACCESS) {
      this.#report(
        'VCFG_FIELD_ACCESS',
        path,
        field.term,
        `Its Field is not DWordAcc, so the guest accesses ${place(field.lowBit)} in pieces, which the window drops: reads give 0.`,
        'Declare the Field with DWordAcc.',
      );
    }
  }
}

/** A DSDT's revision says how wide integers are in every table; an SSDT is taken to come with one that has 64 bits. */
function integerBitsOf({ signature, revision }: SdtHeader): 32 | 64 {
  return signature === 'DSDT' && revision < DSDT_64_BIT_REVISION ? 32 : 64;
}

function decodeForCheck(
  bytes: Uint8Array,
  assumedBase?: bigint,
): { view: TableView | undefined; diagnostics: Diagnostic[] } {
  const { table, diagnostics } = readTable(bytes);
  if (table === undefined) return { view: undefined, diagnostics: [...diagnostics] };
  const decoded = decodeAml(table.bytes, { offset: SDT_HEADER_BYTES });
  const undecodable = decoded.diagnostics.filter(({ severity }) => severity === 'error');
  return {
    view: viewOf(decoded.terms, integerBitsOf(table.header), assumedBase),
    diagnostics: [...diagnostics, ...undecodable],
  };
}

const said = (file: string | undefined, diagnostics: readonly Diagnostic[]): Diagnostic[] =>
  file === undefined ? [...diagnostics] : inFile(file, diagnostics);

/**
 * Compares a table's bytes with the driver's addresses: `\VCFG`, and of every function of the platform its _ADR, its
 * regions, and every register, field and shared run by name, place and width. The table is decoded from the bytes; the
 * addresses are the guest library's. An empty list says that the two agree.
 */
export function checkTable(
  bytes: Uint8Array,
  platform: Platform,
  options: TableCheckOptions = {},
): readonly Diagnostic[] {
  const { view, diagnostics } = decodeForCheck(bytes, platform.vcfg.base);
  if (view === undefined) return said(options.file, diagnostics);
  const check = new TableCheck(view, platform, options.file);
  check.run();
  return said(options.file, [...diagnostics, ...check.diagnostics]);
}

/** Compares a table's `\VCFG` alone with a base. */
export function checkTableBase(
  bytes: Uint8Array,
  base: bigint,
  options: TableCheckOptions = {},
): readonly Diagnostic[] {
  const { view, diagnostics } = decodeForCheck(bytes);
  if (view === undefined) return said(options.file, diagnostics);
  return said(options.file, [...diagnostics, ...baseFindings(view, base, options.file)]);
}
