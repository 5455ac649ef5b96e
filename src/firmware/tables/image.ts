import { DiagnosticError, errorAt, formatHex } from '../../base/index.js';
import { endOf, formatRange, overlaps } from '../../platform/address-ranges.js';
import { fixedRanges, type TakenRange } from '../../platform/layout.js';
import {
  type AcpiTable,
  encodeFacs,
  encodeRsdp,
  encodeXsdt,
  FACS_BYTES,
  pointFadt,
  RSDP_BYTES,
  requireTable,
  xsdtBytes,
} from '../../tables/index.js';
import type { AddressRange, Diagnostic, Platform } from '../../vocab/index.js';
import { checkBase, checkList, type HeaderOptions, tableIdentity } from './table-identity.js';
import type { TableSet } from './table-set.js';

export type { TakenRange };

export interface ImageOptions {
  /** Width of a guest-physical address. Default: 64. */
  readonly addressBits?: number;
  /** Ranges that the image must not overlap. */
  readonly taken?: readonly TakenRange[];
  /** RAM, for a warning if the image is outside it. Default: no warning. */
  readonly memory?: readonly AddressRange[];
  /** Fields of the XSDT's header. The RSDP gets the same OEM ID. */
  readonly identity?: HeaderOptions;
}

export interface PlacedTable {
  readonly signature: string;
  readonly address: bigint;
  readonly lengthBytes: number;
}

/** Tables in one piece, to be loaded at guest-physical address `base`. The RSDP is at the base. */
export interface TableImage {
  readonly base: bigint;
  readonly bytes: Uint8Array;
  /** What is where, in ascending order: the RSDP first. */
  readonly tables: readonly PlacedTable[];
  /** Warnings and notes. */
  readonly diagnostics: readonly Diagnostic[];
}

/** A FACS must be at a multiple of this; like crosvm, we place every table at one. ACPI 6.5 §5.2.10 */
const ALIGNMENT = BigInt(FACS_BYTES);
const XSDT_REVISION = 1;
/** Where an OS searches for an RSDP at each multiple of 16, if it is not told the address. ACPI 6.5 §5.2.5.1 */
const SEARCHED: AddressRange = { base: 0xe_0000n, lengthBytes: 0x2_0000n };

const holds = (outer: AddressRange, inner: AddressRange) => outer.base <= inner.base && endOf(inner) <= endOf(outer);

function refuse(code: Diagnostic['code'], message: string, cure: string): never {
  throw new DiagnosticError([errorAt(code, {}, message, cure)]);
}

/** The only table with a signature. Throws a DiagnosticError if there is none, or more than one. */
function requireOne(tables: readonly AcpiTable[], signature: string): AcpiTable {
  const [table, ...more] = tables.filter(({ header }) => header.signature === signature);
  if (table !== undefined && more.length === 0) return table;
  refuse(
    'FIRMWARE_TABLE_SET',
    `There are ${table === undefined ? 0 : more.length + 1} tables with signature ${signature}; a machine has exactly one.`,
    `Give one table with signature ${signature}.`,
  );
}

/** Tables that hold the addresses of others: these are generated here. */
const MADE_HERE = ['XSDT', 'RSDT'];

function requireSet(tables: readonly Uint8Array[]): { dsdt: AcpiTable; fadt: AcpiTable; others: AcpiTable[] } {
  const read = tables.map((bytes) => requireTable(bytes));
  const made = read.find(({ header }) => MADE_HERE.includes(header.signature));
  if (made !== undefined) {
    const message = `There is already a table with signature ${made.header.signature}, but the image makes its own.`;
    refuse('FIRMWARE_TABLE_SET', message, 'Leave it out.');
  }
  const dsdt = requireOne(read, 'DSDT');
  const fadt = requireOne(read, 'FACP');
  return { dsdt, fadt, others: read.filter((table) => table !== dsdt && table !== fadt) };
}

function requirePlace(range: AddressRange, { addressBits = 64, taken = [] }: ImageOptions): void {
  const { base } = range;
  if (base < 0n) refuse('FIRMWARE_IMAGE_BASE', `The image's base is ${base}, below 0.`, 'Give an address.');
  if (base % ALIGNMENT !== 0n) {
    const below = (base / ALIGNMENT) * ALIGNMENT;
    const cure = `Use ${formatHex(below)} or ${formatHex(below + ALIGNMENT)}.`;
    refuse('FIRMWARE_IMAGE_BASE', `The image's base is ${formatHex(base)}, which is not a multiple of 64.`, cure);
  }
  if (endOf(range) > 1n << BigInt(addressBits)) {
    const message = `The image of ${range.lengthBytes} bytes at ${formatHex(base)} ends past the last address of ${addressBits} bits.`;
    refuse('FIRMWARE_IMAGE_BASE', message, 'Give a lower base.');
  }
  for (const { what, range: other } of taken) {
    if (!overlaps(range, other)) continue;
    const message = `The image at ${formatRange(range)} overlaps ${what} at ${formatRange(other)}.`;
    refuse('FIRMWARE_IMAGE_OVERLAP', message, 'Give a base in RAM, such as 0xe_0000.');
  }
}

function remarks(range: AddressRange, memory: readonly AddressRange[] | undefined): Diagnostic[] {
  const found: Diagnostic[] = [];
  if (memory !== undefined && !memory.some((ram) => holds(ram, range))) {
    found.push({
      code: 'FIRMWARE_IMAGE_NOT_RAM',
      severity: 'warning',
      place: {},
      message: `The image at ${formatRange(range)} is not within one range of the platform's RAM.`,
      cure: 'Make sure that the VMM maps memory there, or give a base in RAM.',
    });
  }
  if (!holds(SEARCHED, { base: range.base, lengthBytes: BigInt(RSDP_BYTES) })) {
    found.push({
      code: 'FIRMWARE_RSDP_NOT_SEARCHED',
      severity: 'note',
      place: {},
      message: `The RSDP is at ${formatHex(range.base)}; an OS that searches for it looks only at ${formatRange(SEARCHED)}.`,
      cure: "Pass its address to the OS: acpi_rsdp_addr in Linux's boot_params, rsdp_paddr in PVH, or EFI's configuration table.",
    });
  }
  return found;
}

/**
 * A machine's tables as one blob, to be copied to guest-physical address `base`: RSDP, FACS and XSDT are generated, the
 * FADT gets the addresses of FACS and DSDT, and the XSDT lists every other table in the order given. Throws a
 * DiagnosticError for tables that are not a sound set and for a base that is taken or not a multiple of 64, and a TypeError
 * for a base that is not a bigint.
 */
export function tableImage(tables: readonly Uint8Array[], base: bigint, options: ImageOptions = {}): TableImage {
  checkBase(base);
  checkList('tables', tables);
  const { dsdt, fadt, others } = requireSet(tables);
  let end = 0n;
  const place = (signature: string, lengthBytes: number): PlacedTable => {
    const address = base + end;
    end += ((BigInt(lengthBytes) + ALIGNMENT - 1n) / ALIGNMENT) * ALIGNMENT;
    return { signature, address, lengthBytes };
  };
  // Tables of known or small length come first, so that their addresses do not change with the AML.
  const rsdpPlace = place('RSDP', RSDP_BYTES);
  const facsPlace = place('FACS', FACS_BYTES);
  const xsdtPlace = place('XSDT', xsdtBytes(1 + others.length));
  const fadtPlace = place('FACP', fadt.bytes.length);
  const otherPlaces = others.map(({ header, bytes }) => place(header.signature, bytes.length));
  const dsdtPlace = place('DSDT', dsdt.bytes.length);
  const range = { base, lengthBytes: end };
  requirePlace(range, options);

  const pointed = pointFadt(fadt, { facs: facsPlace.address, dsdt: dsdtPlace.address });
  if (pointed === undefined) {
    const message = `The FADT has ${fadt.bytes.length} bytes, too few for X_DSDT.`;
    refuse('FIRMWARE_TABLE_SET', message, 'Give one of revision 3 or later.');
  }
  const listed = [fadtPlace, ...otherPlaces].map(({ address }) => address);
  const xsdt = encodeXsdt(tableIdentity('XSDT', XSDT_REVISION, options.identity), listed);
  const { oemId } = tableIdentity('XSDT', XSDT_REVISION, options.identity);
  const bytes = new Uint8Array(Number(end));
  const put = ({ address }: PlacedTable, contents: Uint8Array) => bytes.set(contents, Number(address - base));
  put(rsdpPlace, encodeRsdp({ oemId, xsdt: xsdtPlace.address }));
  put(facsPlace, encodeFacs());
  put(xsdtPlace, xsdt);
  put(fadtPlace, pointed);
  for (const [index, each] of otherPlaces.entries()) put(each, (others[index] as AcpiTable).bytes);
  put(dsdtPlace, dsdt.bytes);
  const placed = [rsdpPlace, facsPlace, xsdtPlace, fadtPlace, ...otherPlaces, dsdtPlace];
  return { base, bytes, tables: placed, diagnostics: remarks(range, options.memory) };
}

/** Where a platform has something other than RAM. */
function takenBy(platform: Platform): TakenRange[] {
  const { mmio32, mmio64 } = platform.windows;
  return [
    ...fixedRanges(platform),
    ...(mmio32 ? [{ what: 'the window mmio32', range: mmio32 }] : []),
    ...(mmio64 ? [{ what: 'the window mmio64', range: mmio64 }] : []),
  ];
}

/** {@link tableImage} of a platform's tables, checked against the platform's windows, RAM and address bits. */
export function platformImage({ platform, header, aml, data }: TableSet, base: bigint): TableImage {
  const tables = [...data, ...aml].map(({ bytes }) => bytes);
  return tableImage(tables, base, {
    addressBits: platform.addressBits,
    taken: takenBy(platform),
    memory: platform.memory,
    identity: header,
  });
}
