import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../src/base/index.js';
import { GuestMemory, MmioBus, Ram, SharedMemory } from '../../../src/device/index.js';
import { RecordingDevice } from '../bus/recording-device.js';

/** RAM at 0x1000 of one page, a page at 0x2000, a read-only one at 0x3000, a device at 0x4000 of one page. */
function build() {
  const bus = new MmioBus();
  const device = new RecordingDevice(0xdd);
  bus.insert(device, 0x3000n, 0x2000n);
  const memory = new GuestMemory(bus);
  memory.addRam({ base: 0x1000n, lengthBytes: 0x1000n });
  const page = new SharedMemory(4096);
  const readOnly = new SharedMemory(4096);
  memory.map(0x2000n, page, false);
  memory.map(0x3000n, readOnly, true);
  return { bus, device, memory, page, readOnly };
}

function read(memory: GuestMemory, address: bigint, length: number): string {
  const data = new Uint8Array(length).fill(0xee);
  memory.read(address, data);
  return toHex(data);
}

describe('GuestMemory', () => {
  it('makes an access that crosses pages in parts, each where it belongs', () => {
    const { memory, page, readOnly, device } = build();
    memory.write32(0x1ffen, 0x4433_2211);
    expect([toHex(page.bytes.subarray(0, 2)), read(memory, 0x1ffen, 4)]).toEqual(['3344', '11223344']);
    expect(memory.read32(0x1ffen)).toBe(0x4433_2211);
    readOnly.bytes.fill(0x55);
    expect(memory.read32(0x3ffen)).toBe(0xdddd_5555);
    expect(read(memory, 0x2ffcn, 0x1008)).toBe(`00000000${'55'.repeat(4096)}dddddddd`);
    expect(device.calls).toEqual(['read 1000 4000 2 by 0', 'read 1000 4000 4 by 0']);
    expect(memory.counts).toEqual({ exits: 2, direct: 2 + 2 + 2 + 1 + 2 });
  });

  it('traps writes to a read-only page, of any width', () => {
    const { memory, readOnly, device } = build();
    memory.write32(0x3004n, 1);
    memory.write(0x3008n, fromHex('0203'));
    expect(device.calls).toEqual(['write 4 3004 01000000 by 0', 'write 8 3008 0203 by 0']);
    expect(readOnly.read32(4)).toBe(0);
    expect(memory.counts).toEqual({ exits: 2, direct: 0 });
    memory.resetCounts();
    expect(memory.counts).toEqual({ exits: 0, direct: 0 });
  });

  it('reads and writes dwords of RAM as bytes, unwritten ones as zeros, once it is shared too', () => {
    const { memory } = build();
    const [region] = memory.ram;
    expect([memory.read32(0x1004n), region?.ram.residentBytes]).toEqual([0, 0]);
    for (const value of [0x8877_6655, 0xffee_ddcc]) {
      memory.write32(0x1003n, value);
      expect(memory.read32(0x1003n)).toBe(value);
      expect(read(memory, 0x1002n, 6)).toBe(value === 0x8877_6655 ? '005566778800' : '00ccddeeff00');
      region?.ram.share();
    }
  });

  it('reads and writes a dword at every offset around the end of a page', () => {
    const { memory, page } = build();
    const [ram] = memory.ram;
    for (const shared of [false, true]) {
      if (shared) ram?.ram.share();
      memory.write(0x1ff8n, fromHex('a0a1a2a3a4a5a6a7'));
      page.bytes.set(fromHex('b0b1b2b3b4b5b6b7'));
      const around = 'a0a1a2a3a4a5a6a7b0b1b2b3b4b5b6b7';
      for (let offset = 0; offset <= 12; offset++) {
        const expected = around.slice(offset * 2, offset * 2 + 8);
        const data = new Uint8Array(4);
        new DataView(data.buffer).setUint32(0, memory.read32(0x1ff8n + BigInt(offset)), true);
        expect([offset, toHex(data)]).toEqual([offset, expected]);
        memory.write32(0x1ff8n + BigInt(offset), 0x4433_2211);
        const written = `${around.slice(0, offset * 2)}11223344${around.slice(offset * 2 + 8)}`;
        expect(read(memory, 0x1ff8n, 16)).toBe(written);
        memory.write(0x1ff8n, fromHex(around));
      }
    }
  });

  it('lets a device access it while it answers, across pages too', () => {
    const bus = new MmioBus();
    const memory = new GuestMemory(bus);
    memory.addRam({ base: 0x1000n, lengthBytes: 0x1000n });
    memory.addRam({ base: 0x4000n, lengthBytes: 0x2000n });
    memory.write(0x4ffen, fromHex('deadbeef'));
    /** Answers with a dword that it reads across two pages, and copies what is written to another such dword. */
    class Reentrant extends RecordingDevice {
      override read(_info: unknown, data: Uint8Array): void {
        const dword = new Uint8Array(4);
        new DataView(dword.buffer).setUint32(0, memory.read32(0x4ffen), true);
        data.set(dword.subarray(0, data.length));
      }
      override write(_info: unknown, data: Uint8Array): void {
        memory.write32(0x4ffen, 0);
        memory.write(0x1100n, data);
      }
    }
    bus.insert(new Reentrant(1), 0x2000n, 0x1000n);
    memory.write(0x1ffen, fromHex('1122'));
    expect(memory.read32(0x1ffen)).toBe(0xadde_2211);
    expect(memory.read32(0x2000n)).toBe(0xefbe_adde);
    memory.write32(0x1ffen, 0x4433_2211);
    expect([read(memory, 0x1100n, 2), read(memory, 0x1ffen, 2), read(memory, 0x4ffen, 4)]).toEqual([
      '3344',
      '1122',
      '00000000',
    ]);
  });

  it('makes no access of no bytes', () => {
    const { memory, device } = build();
    for (const address of [0x1000n, 0x2000n, 0x4000n, 0x9000n]) {
      memory.read(address, new Uint8Array(0));
      memory.write(address, new Uint8Array(0));
    }
    expect([device.calls, memory.counts]).toEqual([[], { exits: 0, direct: 0 }]);
  });

  it('tells what is mapped where', () => {
    const { memory, page } = build();
    expect(memory.mappedAt(0x2010n)).toEqual({ memory: page, offsetBytes: 0x10 });
    expect(memory.mappedAt(0x1010n)).toBeUndefined();
    memory.unmap(0x2000n);
    expect(memory.mappedAt(0x2010n)).toBeUndefined();
  });

  it('wraps at 2^64', () => {
    const { memory, bus } = build();
    memory.addRam({ base: 0n, lengthBytes: 0x1000n });
    memory.write(0xffff_ffff_ffff_fffen, fromHex('01020304'));
    expect(memory.read32(0n)).toBe(0x0403);
    expect(bus.counts).toEqual({ reads: 0, writes: 1, misses: 1, drops: 0 });
  });

  it('refuses regions that overlap, that are no whole pages, and that are not there', () => {
    const { memory } = build();
    expect(() => memory.addRam({ base: 0n, lengthBytes: 0x2000n })).toThrow(/MEMORY_OVERLAP/);
    expect(() => memory.map(0x1000n, new SharedMemory(4096), false)).toThrow(/MEMORY_OVERLAP/);
    for (const [base, lengthBytes] of [
      [0x8001n, 0x1000n],
      [0x8000n, 0x10n],
      [0x8000n, 0n],
      [-0x1000n, 0x1000n],
    ] as const)
      expect(() => memory.addRam({ base, lengthBytes })).toThrow(RangeError);
    for (const base of [0x1000n, 0x2010n, 0x9000n]) expect(() => memory.unmap(base)).toThrow(/MEMORY_UNMAPPED/);
    for (const size of [0, 1, 4097, -4096]) expect(() => new SharedMemory(size)).toThrow(RangeError);
    expect(() => new Ram(1n << 60n)).toThrow(RangeError);
  });

  it('takes host memory only for RAM that was written', () => {
    const memory = new GuestMemory(new MmioBus());
    const ram = memory.addRam({ base: 0n, lengthBytes: 1n << 40n });
    expect(memory.read32(0x12_3456_7800n)).toBe(0);
    expect(ram.residentBytes).toBe(0);
    memory.write32(0x12_3456_7800n, 0xffff_fffe);
    expect(memory.read32(0x12_3456_7800n)).toBe(0xffff_fffe);
    expect(ram.residentBytes).toBe(4096);
  });
});
