import type { AddressRange } from '../../vocab/index.js';

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
/** The second pair of variable MTRRs; SeaBIOS uses the first. Intel SDM 3A §12.11.2.3 */
const MTRR_BASE_1 = 0x202;
const MTRR_VALID = 0x800;
/** QEMU's processors have 40 bits of address: the upper 8 of a mask. */
const MASK_HIGH = 0xff;
const ENABLE = 0x8000_0000;

const word = (value: number) => [value & 0xff, value >>> 8];
const dword = (value: number) => [...word(value & 0xffff), ...word(value >>> 16)];

/** 16-bit code, called far: makes a range uncached, and writes a dword to 0xcf8 and one to 0xcfc for each row of the table. */
function codeFor({ base, lengthBytes }: AddressRange, tableOffset: number, rows: number): number[] {
  return [
    ...[0x66, 0x60, 0x1e, 0x0e, 0x1f, 0xfc], // pushad; push ds; push cs; pop ds; cld
    ...[0x66, 0xb9, ...dword(MTRR_BASE_1)], // mov ecx, MTRR
    ...[0x66, 0xb8, ...dword(Number(base))], // mov eax, base: type 0 is uncached
    ...[0x66, 0x31, 0xd2, 0x0f, 0x30, 0x66, 0x41], // xor edx, edx; wrmsr; inc ecx
    ...[0x66, 0xb8, ...dword((-Number(lengthBytes) | MTRR_VALID) >>> 0)], // mov eax, mask
    ...[0x66, 0xba, ...dword(MASK_HIGH), 0x0f, 0x30], // mov edx, upper mask; wrmsr
    ...[0xbe, ...word(tableOffset), 0xb9, ...word(rows)], // mov si, table; mov cx, rows
    ...[0xba, 0xf8, 0x0c, 0x66, 0xad, 0x66, 0xef], // mov dx, 0xcf8; lodsd; out dx, eax
    ...[0xba, 0xfc, 0x0c, 0x66, 0xad, 0x66, 0xef], // mov dx, 0xcfc; lodsd; out dx, eax
    ...[0xe2, 0xf0], // loop, 16 bytes back
    ...[0x1f, 0x66, 0x61, 0xcb], // pop ds; popad; retf
  ];
}

/**
 * The ROM for these writes, in their order; at least one. `uncached` is where the window is: below 3 GiB, memory is cached otherwise,
 * and Linux refuses to map an address both ways.
 */
export function encodeOptionRom(writes: readonly ConfigWrite[], uncached: AddressRange): Uint8Array {
  const tableOffset = CODE_OFFSET + codeFor(uncached, 0, 0).length;
  const lengthBytes = Math.ceil((tableOffset + writes.length * 8 + 1) / BLOCK_BYTES) * BLOCK_BYTES;
  const rom = new Uint8Array(lengthBytes);
  rom.set([0x55, 0xaa, lengthBytes / BLOCK_BYTES, ...ENTRY]);
  rom.set(codeFor(uncached, tableOffset, writes.length), CODE_OFFSET);
  const view = new DataView(rom.buffer);
  for (const [index, { bus, device, function: number, offsetBytes, value }] of writes.entries()) {
    const address = ENABLE | (bus << 16) | (device << 11) | (number << 8) | offsetBytes;
    view.setUint32(tableOffset + index * 8, address >>> 0, true);
    view.setUint32(tableOffset + index * 8 + 4, value >>> 0, true);
  }
  rom[lengthBytes - 1] = -rom.reduce((sum, byte) => (sum + byte) & 0xff, 0) & 0xff;
  return rom;
}
