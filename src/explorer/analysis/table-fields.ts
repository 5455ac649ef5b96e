import { formatHex, SDT_OFFSET, toHex } from '../../base/index.js';
import {
  type AcpiTable,
  beginsWithSdtHeader,
  decodeDataTable,
  FADT_BYTES,
  type Fadt,
  fadtOffset,
  type GenericAddress,
  hasSdtHeader,
  madtOffset,
  mcfgOffset,
  rootEntryOffset,
} from '../../tables/index.js';

/** A value of a table with the bytes that hold it, as far as they are known. */
export interface TableField {
  readonly name: string;
  readonly value: string;
  /** First byte of it; undefined if the field is not at a fixed place. */
  readonly start?: number;
  readonly end?: number;
}

/** Bytes of each field of the header. ACPI 6.5 §5.2.6 */
const HEADER_FIELDS = [
  ['signature', 4],
  ['length', 4],
  ['revision', 1],
  ['checksum', 1],
  ['oemId', 6],
  ['oemTableId', 8],
  ['oemRevision', 4],
  ['creatorId', 4],
  ['creatorRevision', 4],
] as const;

function headerFields({ header }: AcpiTable): TableField[] {
  return HEADER_FIELDS.map(([name, bytes]) => {
    const start = name === 'signature' ? 0 : SDT_OFFSET[name];
    return { name, value: valueText(header[name]), start, end: start + bytes };
  });
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !(value instanceof Uint8Array);

const SPACES: Readonly<Record<number, string>> = { 0: 'SystemMemory', 1: 'SystemIO', 2: 'PCI_Config', 127: 'FFixedHW' };

function addressText({ space, bitWidth, address }: GenericAddress): string {
  if (address === 0n && bitWidth === 0) return 'none';
  return `${SPACES[space] ?? `space ${space}`} ${formatHex(address)}, ${bitWidth} bits`;
}

function valueText(value: unknown): string {
  if (typeof value === 'bigint') return formatHex(value);
  if (typeof value === 'number') return value < 10 ? String(value) : formatHex(value);
  if (value instanceof Uint8Array) return toHex(value);
  if (isObject(value) && 'bitWidth' in value) return addressText(value as unknown as GenericAddress);
  if (isObject(value)) return structureText(value);
  return String(value).trimEnd();
}

function structureText({ kind, ...fields }: Readonly<Record<string, unknown>>): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name} ${valueText(value)}`)
    .join(', ');
}

/** Where a field of the body is, in those tables that have it at a fixed offset. */
function offsetOf(signature: string, name: string, length: number): number | undefined {
  if (signature === 'FACP') {
    const offset = fadtOffset(name as keyof Fadt);
    return offset < length ? offset : undefined;
  }
  if (signature === 'APIC' && (name === 'localApicAddress' || name === 'flags')) return madtOffset(name);
  return undefined;
}

/** Where the entries of a list begin, in those tables that are one. */
function entryOffset(signature: string, index: number): number | undefined {
  if (signature === 'MCFG') return mcfgOffset(index, 'base');
  return signature === 'XSDT' || signature === 'RSDT' ? rootEntryOffset(signature, index) : undefined;
}

function entryFields(signature: string, name: string, entries: readonly unknown[], end: number): TableField[] {
  return entries.map((entry, index) => {
    const start = entryOffset(signature, index);
    const next = entryOffset(signature, index + 1);
    const kind = isObject(entry) && typeof entry.kind === 'string' ? entry.kind : name;
    return {
      name: `${kind} ${index}`,
      value: valueText(entry),
      ...(start !== undefined && next !== undefined && { start, end: Math.min(next, end) }),
    };
  });
}

/** The fields of any table: those of its header, and of its body where that is known. */
export function tableFields(table: AcpiTable): TableField[] {
  const { header, bytes } = table;
  const { signature } = header;
  const head = hasSdtHeader(header) && beginsWithSdtHeader(bytes) ? headerFields(table) : [];
  const value: unknown = decodeDataTable(table)?.value;
  if (Array.isArray(value)) return [...head, ...entryFields(signature, 'entry', value, bytes.length)];
  if (!isObject(value)) return head;
  const named = Object.entries(value);
  const fields = named.flatMap(([name, each], index): TableField[] => {
    if (Array.isArray(each)) return entryFields(signature, name, each, bytes.length);
    const start = offsetOf(signature, name, bytes.length);
    const next = named[index + 1];
    const after = next === undefined ? FADT_BYTES : offsetOf(signature, next[0], bytes.length);
    const end = Math.min(after ?? bytes.length, bytes.length);
    return [{ name, value: valueText(each), ...(start !== undefined && { start, end: Math.max(end, start + 1) }) }];
  });
  return [...head, ...fields];
}
