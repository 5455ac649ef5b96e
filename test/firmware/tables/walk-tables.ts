/** Finds the tables of a machine as an OS does, from an RSDP in memory, and believes nothing without a checksum. */

export interface FoundTable {
  readonly signature: string;
  readonly address: bigint;
  readonly bytes: Uint8Array;
}

/** Guest-physical memory: bytes at an address, or an exception where there are none. */
export type ReadMemory = (address: bigint, lengthBytes: number) => Uint8Array;

/** Memory that holds nothing but some bytes at `base`. */
export function memoryOf(bytes: Uint8Array, base: bigint): ReadMemory {
  return (address, lengthBytes) => {
    const start = Number(address - base);
    if (start < 0 || start + lengthBytes > bytes.length) throw new Error(`nothing at 0x${address.toString(16)}`);
    return bytes.subarray(start, start + lengthBytes);
  };
}

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

function requireSum(what: string, bytes: Uint8Array): void {
  const sum = bytes.reduce((total, byte) => (total + byte) % 256, 0);
  if (sum !== 0) throw new Error(`the bytes of ${what} sum up to ${sum}`);
}

/** The RSDP at an address, then all that can be reached from it, in the order in which it is reached. */
export function walkTables(read: ReadMemory, rsdpAddress: bigint): FoundTable[] {
  const rsdp = Buffer.from(read(rsdpAddress, 36));
  if (text(rsdp.subarray(0, 8)) !== 'RSD PTR ') throw new Error('no RSDP');
  requireSum('the RSDP of ACPI 1.0', rsdp.subarray(0, 20));
  requireSum('the RSDP', rsdp.subarray(0, rsdp.readUInt32LE(20)));
  const found: FoundTable[] = [{ signature: 'RSDP', address: rsdpAddress, bytes: rsdp }];
  const table = (address: bigint): Buffer => {
    const bytes = Buffer.from(read(address, Buffer.from(read(address, 8)).readUInt32LE(4)));
    const signature = text(bytes.subarray(0, 4));
    if (signature === 'FACS') {
      if (address % 64n !== 0n) throw new Error('a FACS that is not at a multiple of 64');
    } else requireSum(signature, bytes);
    found.push({ signature, address, bytes });
    return bytes;
  };
  const xsdt = table(rsdp.readBigUInt64LE(24));
  for (let at = 36; at < xsdt.length; at += 8) {
    const bytes = table(xsdt.readBigUInt64LE(at));
    if (text(bytes.subarray(0, 4)) !== 'FACP') continue;
    table(bytes.readBigUInt64LE(132));
    table(bytes.readBigUInt64LE(140));
  }
  return found;
}
