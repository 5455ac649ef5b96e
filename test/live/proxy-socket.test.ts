import { rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DiagnosticError } from '../../src/base/index.js';
import { LiveEvents } from '../../src/live/port/events.js';
import { LiveWindow } from '../../src/live/port/window.js';
import { platformFunction, serveProxied, WindowCarrier } from '../../src/live/qemu/proxied.js';
import { effort } from '../support/effort.js';
import { boardMachine } from './board.js';

const SENS = 0x11 << 3;
const CONFIG_READ = 3;
const BAR_READ = 5;
/** Bytes of an answer: header and a value. */
const ANSWER_BYTES = 24;
const MESSAGES = effort(500, 10_000);

/** A message as QEMU sends it: command, padding, size, payload. */
function message(command: number, payload: Uint8Array, size: bigint = BigInt(payload.length)): Uint8Array {
  const bytes = new Uint8Array(16 + payload.length);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, command, true);
  view.setBigUint64(8, BigInt.asUintN(64, size), true);
  bytes.set(payload, 16);
  return bytes;
}

function configRead(offset: number, lengthBytes: number): Uint8Array {
  const payload = new Uint8Array(12);
  const view = new DataView(payload.buffer);
  view.setUint32(0, offset, true);
  view.setInt32(8, lengthBytes, true);
  return message(CONFIG_READ, payload);
}

function barAccess(command: number, address: bigint, value: bigint, widthBytes: number): Uint8Array {
  const payload = new Uint8Array(24);
  const view = new DataView(payload.buffer);
  view.setBigUint64(0, address, true);
  view.setBigUint64(8, value, true);
  view.setUint32(16, widthBytes, true);
  return message(command, payload);
}

/** What the server of one connection made of it. */
interface Served {
  readonly socket: Socket;
  readonly failures: Error[];
}

/** Devices as the back end serves them, over sockets: every other connection is the window's. */
describe('the sockets of the proxied devices', () => {
  const path = join(tmpdir(), `vcfg-proxy-${process.pid}.socket`);
  const { machine } = boardMachine();
  const window = new LiveWindow(machine, machine.platform, new LiveEvents());
  const devices = {
    function: platformFunction(window, SENS),
    window: new WindowCarrier(window, 1 << 27, (_, access) => access()),
  };
  let kind: keyof typeof devices = 'function';
  const served: Served[] = [];
  let server: Server;
  beforeAll(
    () =>
      new Promise<void>((resolve) => {
        server = createServer((socket) => {
          const failures: Error[] = [];
          served.push({ socket, failures });
          serveProxied(socket, devices[kind], (error) => failures.push(error));
        });
        server.listen(path, resolve);
      }),
  );
  afterAll(() => {
    server.close();
    rmSync(path, { force: true });
    window.close();
  });

  /** Sends bytes in pieces of a length, and waits for an answer of so many bytes, or for the end of the connection. */
  function talk(bytes: Uint8Array, pieceBytes: number, answerBytes: number) {
    return new Promise<{ answer: Uint8Array; isClosed: boolean }>((resolve, reject) => {
      const client = connect(path);
      let answer = new Uint8Array();
      client.on('data', (data) => {
        answer = Uint8Array.of(...answer, ...(data as Uint8Array));
        if (answerBytes > 0 && answer.length >= answerBytes) {
          client.destroy();
          resolve({ answer, isClosed: false });
        }
      });
      client.on('close', () => resolve({ answer, isClosed: true }));
      // The other side may have closed already.
      client.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EPIPE' && error.code !== 'ECONNRESET') reject(error);
      });
      for (let at = 0; at < bytes.length; at += pieceBytes) client.write(bytes.subarray(at, at + pieceBytes));
    });
  }

  /** A message that breaks the protocol, of every kind that can be told. */
  const wrong = fc.oneof(
    // Commands that there are not, and the answer, which is ours alone.
    fc
      .tuple(
        fc.oneof(fc.integer({ min: 8 }), fc.integer({ max: -1 }), fc.constant(1)),
        fc.uint8Array({ maxLength: 64 }),
      )
      .map(([command, payload]) => message(command, payload)),
    // Sizes that a command does not have.
    fc
      .tuple(
        fc.constantFrom(0, 2, 3, 4, 5, 6, 7),
        fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
        fc.uint8Array({ maxLength: 64 }),
      )
      .filter(([command, size]) => size !== BigInt([192, 8, 12, 12, 24, 24, 0, 0][command] as number))
      .map(([command, size, payload]) => message(command, payload, size)),
    // Widths and offsets of configuration accesses.
    fc
      .tuple(fc.nat(), fc.integer())
      .filter(([offset, width]) => ![1, 2, 4].includes(width) || offset + width > 4096)
      .map(([offset, width]) => configRead(offset, width)),
    // Widths of accesses to the window.
    fc
      .tuple(fc.constantFrom(4, 5), fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), fc.nat())
      .filter(([, , width]) => ![1, 2, 4, 8].includes(width))
      .map(([command, address, width]) => barAccess(command, address, 0n, width)),
  );

  test(`end with a finding for each of ${MESSAGES} malformed messages, and the next connection is served`, async () => {
    const samples = fc.sample(fc.tuple(wrong, fc.constantFrom(1, 7, 16, 4096), fc.boolean()), {
      numRuns: MESSAGES,
      seed: 14,
    });
    for (const [index, [bytes, pieceBytes, isFirst]] of samples.entries()) {
      kind = index % 2 === 0 ? 'function' : 'window';
      served.length = 0;
      // A good message before it is answered, a good one after it is not.
      const before = isFirst ? new Uint8Array() : configRead(0, 4);
      const all = Uint8Array.of(...before, ...bytes, ...configRead(0, 4));
      const { answer, isClosed } = await talk(all, pieceBytes, 0);
      expect([isClosed, answer.length % ANSWER_BYTES]).toEqual([true, 0]);
      expect(answer.length).toBeLessThanOrEqual(before.length === 0 ? 0 : ANSWER_BYTES);
      const [{ socket, failures }] = served as [Served];
      expect([socket.destroyed, failures.length]).toEqual([true, 1]);
      expect(failures[0]).toBeInstanceOf(DiagnosticError);
      expect((failures[0] as DiagnosticError).diagnostics.map(({ code }) => code)).toEqual(['LIVE_PROTOCOL']);
    }
    kind = 'function';
    const { answer } = await talk(configRead(0, 4), 5, ANSWER_BYTES);
    expect(new DataView(answer.buffer).getUint32(16, true)).toBe(machine.root.configReadPacked(SENS, 0));
  }, 240_000);

  test('answer accesses of any width and place, however they are cut, without a finding', async () => {
    kind = 'window';
    const { base } = window.platform.vcfg;
    const accesses = fc.sample(
      fc.tuple(
        fc.constantFrom(4, BAR_READ),
        fc.oneof(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), fc.bigInt({ min: base, max: base + (1n << 21n) })),
        fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
        fc.constantFrom(1, 2, 4, 8),
      ),
      { numRuns: 2000, seed: 14 },
    );
    served.length = 0;
    const bytes = Uint8Array.from(accesses.flatMap((access) => [...barAccess(...access)]));
    const { answer } = await talk(bytes, 1000, accesses.length * ANSWER_BYTES);
    expect(answer.length).toBe(accesses.length * ANSWER_BYTES);
    expect(served.flatMap(({ failures }) => failures)).toEqual([]);
  });
});
