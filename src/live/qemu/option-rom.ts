/**
 * An option ROM that writes to configuration registers after SeaBIOS has set up PCI, and before Linux looks at it: bus numbers of
 * bridges and places of BARs that are the platform's rather than the firmware's. PCI Firmware 3.0 §5.1, PCI 3.0 §3.2.2.3.2
 */

/** A dword for a register of a function. Bus numbers are those that apply when its turn comes. */
export interface ConfigWrite {
  readonly bus: number;
  readonly device: number;
  readonly function: number;
  readonly offsetBytes: number;
  readonly value: number;
}

const BLOCK_BYTES = 512;
const CODE_OFFSET = 0x20;
/** `jmp CODE_OFFSET`, at offset 3. */
const ENTRY = [0xeb, CODE_OFFSET - 5];
/** 16-bit code, called far: for each row of the table, a dword to 0xcf8 and one to 0xcfc. */
const BEFORE_TABLE = [
  ...[0x60, 0x1e, 0x0e, 0x1f, 0xfc], // pusha; push ds; push cs; pop ds; cld
];
const LOOP = [
  ...[0xba, 0xf8, 0x0c, 0x66, 0xad, 0x66, 0xef], // mov dx, 0xcf8; lodsd; out dx, eax
  ...[0xba, 0xfc, 0x0c, 0x66, 0xad, 0x66, 0xef], // mov dx, 0xcfc; lodsd; out dx, eax
  ...[0xe2, 0xf0], // loop, 16 bytes back
  ...[0x1f, 0x61, 0xcb], // pop ds; popa; retf
];
const ENABLE = 0x8000_0000;

const word = (value: number) => [value & 0xff, value >>> 8];

/** The ROM for these writes, in their order; at least one. */
export function encodeOptionRom(writes: readonly ConfigWrite[]): Uint8Array {
  const tableOffset = CODE_OFFSET + BEFORE_TABLE.length + 6 + LOOP.length;
  const lengthBytes = Math.ceil((tableOffset + writes.length * 8 + 1) / BLOCK_BYTES) * BLOCK_BYTES;
  const rom = new Uint8Array(lengthBytes);
  rom.set([0x55, 0xaa, lengthBytes / BLOCK_BYTES, ...ENTRY]);
  // mov si, table; mov cx, rows
  rom.set([...BEFORE_TABLE, 0xbe, ...word(tableOffset), 0xb9, ...word(writes.length), ...LOOP], CODE_OFFSET);
  const view = new DataView(rom.buffer);
  for (const [index, { bus, device, function: number, offsetBytes, value }] of writes.entries()) {
    const address = ENABLE | (bus << 16) | (device << 11) | (number << 8) | offsetBytes;
    view.setUint32(tableOffset + index * 8, address >>> 0, true);
    view.setUint32(tableOffset + index * 8 + 4, value >>> 0, true);
  }
  rom[lengthBytes - 1] = -rom.reduce((sum, byte) => (sum + byte) & 0xff, 0) & 0xff;
  return rom;
}
