import { expect, it } from 'vitest';
import { ByteWriter, toHex } from '../../src/base/index.js';

it.each([
  ['u8', (out: ByteWriter) => out.u8(0x81), '81'],
  ['u16', (out: ByteWriter) => out.u16(0x8281), '8182'],
  ['u32', (out: ByteWriter) => out.u32(0x8483_8281), '81828384'],
  ['u64', (out: ByteWriter) => out.u64(0x8887_8685_8483_8281n), '8182838485868788'],
  ['append', (out: ByteWriter) => out.append(new Uint8Array([0x81, 0x82])), '8182'],
] as const)('%s writes little-endian, also where the buffer has to grow for it', (_, write, hex) => {
  const out = new ByteWriter(1);
  write(out);
  write(out);
  write(out);
  expect(toHex(out.finish())).toBe(hex.repeat(3));
});
