import { ByteWriter, errorAt, requireObjects, requireWithin, SDT_HEADER_BYTES } from '../base/index.js';
import { type AcpiTable, bodyFault, bodyOf, type DecodedTable } from './acpi-table.js';
import { defineLayout, offsetOf } from './field-layout.js';
import { parseMcfgAllocation } from './parsers.js';
import { encodeTable, type TableIdentity } from './write-table.js';

/** One ECAM window: its base is where bus 0 would be. PCI Firmware 3.0 §4.1.2 */
export interface McfgAllocation {
  readonly base: bigint;
  readonly segment: number;
  readonly firstBus: number;
  readonly lastBus: number;
}

/** Reserved bytes between the header and the first window. */
export const MCFG_RESERVED_BYTES = 8;
export const MCFG_ALLOCATION_ROWS = [
  ['base', 'u64'],
  ['segment', 'u16'],
  ['firstBus', 'u8'],
  ['lastBus', 'u8'],
  ['reserved', 'u32'],
] as const;
const allocation = defineLayout(MCFG_ALLOCATION_ROWS, parseMcfgAllocation);

/** Offset in the table of a field of one of the windows. */
export function mcfgOffset(index: number, field: keyof McfgAllocation | 'reserved'): number {
  requireWithin(index, 0, Number.MAX_SAFE_INTEGER, 'mcfgOffset: index');
  return SDT_HEADER_BYTES + MCFG_RESERVED_BYTES + index * allocation.lengthBytes + offsetOf(allocation.offsets, field);
}

/** The table that tells an OS where configuration windows are. Throws a DiagnosticError for what does not fit. */
export function encodeMcfg(
  identity: Omit<TableIdentity, 'signature'>,
  allocations: readonly McfgAllocation[],
): Uint8Array {
  requireObjects(allocations, 'encodeMcfg: allocations', '{ base, segment, firstBus, lastBus }');
  const writer = new ByteWriter(MCFG_RESERVED_BYTES + allocation.lengthBytes * allocations.length);
  writer.u64(0n);
  for (const each of allocations) allocation.encode(writer, each);
  return encodeTable({ ...identity, signature: 'MCFG' }, writer.finish());
}

/** Reads the windows. Bytes left over after the last whole allocation are a finding. */
export function decodeMcfg(table: AcpiTable): DecodedTable<readonly McfgAllocation[]> {
  const fault = bodyFault(table, 'MCFG', SDT_HEADER_BYTES + MCFG_RESERVED_BYTES);
  if (fault !== undefined) return { value: undefined, diagnostics: [fault] };
  const body = bodyOf(table);
  const count = Math.floor((body.length - MCFG_RESERVED_BYTES) / allocation.lengthBytes);
  const value = Array.from({ length: count }, (_, index): McfgAllocation => {
    const { base, segment, firstBus, lastBus } = allocation.decode(
      body.subarray(MCFG_RESERVED_BYTES + index * allocation.lengthBytes),
    );
    return { base, segment, firstBus, lastBus };
  });
  const end = MCFG_RESERVED_BYTES + count * allocation.lengthBytes;
  if (end === body.length) return { value, diagnostics: [] };
  const found = errorAt(
    'TABLE_STRUCTURE',
    { offsetBytes: SDT_HEADER_BYTES + end },
    `The last ${body.length - end} bytes are less than one allocation of ${allocation.lengthBytes} bytes.`,
    'Each window has its base, segment, first and last bus, and four reserved bytes.',
  );
  return { value, diagnostics: [found] };
}
