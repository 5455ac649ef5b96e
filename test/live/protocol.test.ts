import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DiagnosticError } from '../../src/base/index.js';
import { encodeAnswer, isAnswered, ProxyDecoder, type ProxyRequest } from '../../src/live/qemu/protocol.js';
import { effort } from '../support/effort.js';

function message(command: number, size: number | bigint, payload: Uint8Array = new Uint8Array()): Uint8Array {
  const bytes = new Uint8Array(16 + payload.length);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, command, true);
  view.setBigUint64(8, BigInt(size), true);
  bytes.set(payload, 16);
  return bytes;
}

function config(command: 2 | 3, offset: number, value: number, width: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(12));
  view.setUint32(0, offset, true);
  view.setUint32(4, value, true);
  view.setInt32(8, width, true);
  return message(command, 12, new Uint8Array(view.buffer));
}

function bar(command: 4 | 5, address: bigint, value: bigint, width: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(24));
  view.setBigUint64(0, address, true);
  view.setBigUint64(8, value, true);
  view.setUint32(16, width, true);
  return message(command, 24, new Uint8Array(view.buffer));
}

const ROWS: readonly (readonly [bytes: Uint8Array, request: ProxyRequest, answered: boolean])[] = [
  [message(0, 192, new Uint8Array(192)), { kind: 'syncMemory' }, false],
  [message(6, 0), { kind: 'setInterrupt' }, false],
  [message(7, 0), { kind: 'reset' }, true],
  [config(3, 0x10, 0, 4), { kind: 'configRead', offset: 0x10, value: 0, widthBytes: 4 }, true],
  [config(2, 4, 0x107, 2), { kind: 'configWrite', offset: 4, value: 0x107, widthBytes: 2 }, true],
  [bar(5, 0xc011_0004n, 0n, 4), { kind: 'barRead', address: 0xc011_0004n, value: 0n, widthBytes: 4 }, true],
  [bar(4, 0xc011_0000n, 0x51n, 4), { kind: 'barWrite', address: 0xc011_0000n, value: 0x51n, widthBytes: 4 }, true],
];

const codeOf = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics[0]?.code;
    throw error;
  }
  return undefined;
};

describe('the protocol of QEMU’s devices in other processes', () => {
  test.each(ROWS)('decodes %#', (bytes, request, answered) => {
    expect(new ProxyDecoder().push(bytes)).toEqual([request]);
    expect(isAnswered(request)).toBe(answered);
  });

  test('takes messages however they are split and merged', () => {
    const all = Uint8Array.from(ROWS.flatMap(([bytes]) => [...bytes]));
    const cuts = fc.array(fc.integer({ min: 0, max: all.length }), { maxLength: 40 });
    fc.assert(
      fc.property(cuts, (places) => {
        const decoder = new ProxyDecoder();
        const sorted = [0, ...places.sort((a, b) => a - b), all.length];
        const found = sorted.slice(1).flatMap((end, index) => decoder.push(all.slice(sorted[index], end)));
        expect(found).toEqual(ROWS.map(([, request]) => request));
      }),
    );
  });

  test.each([
    ['an unknown command', message(99, 0)],
    ['a negative one', message(-1, 0)],
    ['an answer, which is ours to give', message(1, 8, new Uint8Array(8))],
    ['a size that its command does not have', message(5, 25)],
    ['a size of 2^64 - 1', message(5, 0xffff_ffff_ffff_ffffn)],
    ['a configuration access of 3 bytes', config(3, 0, 0, 3)],
    ['one of -4 bytes', config(3, 0, 0, -4)],
    ['one past the configuration space', config(2, 0xffe, 0, 4)],
    ['a BAR access of 16 bytes', bar(5, 0n, 0n, 16)],
  ])('refuses %s, and reads nothing after it', (_, bytes) => {
    const decoder = new ProxyDecoder();
    expect(codeOf(() => decoder.push(bytes))).toBe('LIVE_PROTOCOL');
    expect(decoder.push(message(7, 0))).toEqual([]);
  });

  test('ends with requests or with a finding for thousands of streams of any bytes', () => {
    const good = fc.constantFrom(...ROWS.map(([bytes]) => bytes));
    const header = fc
      .tuple(
        fc.integer({ min: -2, max: 9 }),
        fc.constantFrom(0, 8, 12, 24, 192, 193, 2 ** 40),
        fc.uint8Array({ maxLength: 40 }),
      )
      .map(([command, size, payload]) => message(command, size, payload));
    const stream = fc.array(fc.oneof(good, header, fc.uint8Array({ maxLength: 64 })), { maxLength: 8 });
    fc.assert(
      fc.property(stream, (parts) => {
        const decoder = new ProxyDecoder();
        for (const part of parts) expect([undefined, 'LIVE_PROTOCOL']).toContain(codeOf(() => decoder.push(part)));
      }),
      { numRuns: effort(2000, 10_000) },
    );
  });

  test('answers with 64 bits', () => {
    const answer = encodeAnswer(0x1_0000_0002n);
    expect([...answer]).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0]);
  });
});
