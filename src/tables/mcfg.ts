import { ByteWriter } from '../base/index.js';
import { encodeTable, type TableIdentity } from './write-table.js';

/** One ECAM window: its base is where bus 0 would be. PCI Firmware 3.0 §4.1.2 */
export interface McfgAllocation {
  readonly base: bigint;
  readonly segment: number;
  readonly firstBus: number;
  readonly lastBus: number;
}

/** The table that tells an OS where configuration windows are. Its identity's signature is MCFG. */
export function encodeMcfg(
  identity: Omit<TableIdentity, 'signature'>,
  allocations: readonly McfgAllocation[],
): Uint8Array {
  const writer = new ByteWriter(8 + 16 * allocations.length);
  writer.u64(0n);
  for (const { base, segment, firstBus, lastBus } of allocations) {
    writer.u64(base);
    writer.u16(segment);
    writer.u8(firstBus);
    writer.u8(lastBus);
    writer.u32(0);
  }
  return encodeTable({ ...identity, signature: 'MCFG' }, writer.finish());
}
