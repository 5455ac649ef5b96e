import { liveError } from '../port/events.js';

/**
 * The protocol of QEMU's multi-process devices (x-pci-proxy-dev), as QEMU 7.2 speaks it: a command, a size, a payload. QEMU asks, and
 * waits for each answer. QEMU v7.2 hw/remote/mpqemu-link.c, include/hw/remote/mpqemu-link.h
 */
const COMMANDS = [
  { name: 'syncMemory', sizeBytes: 192, isAnswered: false },
  { name: 'return', sizeBytes: 8, isAnswered: false },
  { name: 'configWrite', sizeBytes: 12, isAnswered: true },
  { name: 'configRead', sizeBytes: 12, isAnswered: true },
  { name: 'barWrite', sizeBytes: 24, isAnswered: true },
  { name: 'barRead', sizeBytes: 24, isAnswered: true },
  { name: 'setInterrupt', sizeBytes: 0, isAnswered: false },
  { name: 'reset', sizeBytes: 0, isAnswered: true },
] as const;
const RETURN = 1;
const HEADER_BYTES = 16;

/** A request of QEMU's. */
export type ProxyRequest =
  | { readonly kind: 'syncMemory' | 'setInterrupt' | 'reset' }
  | {
      readonly kind: 'configRead' | 'configWrite';
      readonly offset: number;
      readonly value: number;
      readonly widthBytes: number;
    }
  | {
      readonly kind: 'barRead' | 'barWrite';
      readonly address: bigint;
      readonly value: bigint;
      readonly widthBytes: number;
    };

/** Whether QEMU waits for an answer. */
export function isAnswered({ kind }: ProxyRequest): boolean {
  return COMMANDS.some(({ name, isAnswered: waits }) => name === kind && waits);
}

/** An answer, as bytes. */
export function encodeAnswer(value: bigint): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + 8);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, RETURN, true);
  view.setBigUint64(8, 8n, true);
  view.setBigUint64(HEADER_BYTES, BigInt.asUintN(64, value), true);
  return bytes;
}

function malformed(message: string): Error {
  return liveError(
    'LIVE_PROTOCOL',
    `QEMU sent a message that does not follow its multi-process protocol: ${message}.`,
    'The protocol is private to QEMU, and was tried with version 7.2: use that, or v86.',
  );
}

const CONFIG_BYTES = 4096;
const CONFIG_WIDTHS: readonly number[] = [1, 2, 4];
const BAR_WIDTHS: readonly number[] = [1, 2, 4, 8];

/** Cuts a stream of bytes into requests, however it is divided. Throws a DiagnosticError for what is none; nothing is read after that. */
export class ProxyDecoder {
  #held: Uint8Array = new Uint8Array();
  #isBroken = false;

  /** The requests that these bytes complete. */
  push(bytes: Uint8Array): ProxyRequest[] {
    if (this.#isBroken) return [];
    const all = this.#held.length === 0 ? bytes : joined(this.#held, bytes);
    const view = new DataView(all.buffer, all.byteOffset, all.byteLength);
    const requests: ProxyRequest[] = [];
    let at = 0;
    try {
      while (all.length - at >= HEADER_BYTES) {
        const sizeBytes = checkHeader(view.getInt32(at, true), view.getBigUint64(at + 8, true));
        if (all.length - at < HEADER_BYTES + sizeBytes) break;
        requests.push(decodePayload(view.getInt32(at, true), view, at + HEADER_BYTES));
        at += HEADER_BYTES + sizeBytes;
      }
    } catch (error) {
      this.#isBroken = true;
      this.#held = new Uint8Array();
      throw error;
    }
    // A copy: the stream may use its buffer again.
    this.#held = new Uint8Array(all.subarray(at));
    return requests;
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const all = new Uint8Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}

/** The size of a payload, if that and the command are possible. */
function checkHeader(command: number, size: bigint): number {
  const row = COMMANDS[command];
  if (row === undefined || row.name === 'return') throw malformed(`command ${command}`);
  if (size !== BigInt(row.sizeBytes)) throw malformed(`${row.name} with ${size} bytes, not ${row.sizeBytes}`);
  return row.sizeBytes;
}

function decodePayload(command: number, view: DataView, at: number): ProxyRequest {
  const { name } = COMMANDS[command] as (typeof COMMANDS)[number];
  if (name === 'configRead' || name === 'configWrite') {
    const offset = view.getUint32(at, true);
    const widthBytes = view.getInt32(at + 8, true);
    if (!CONFIG_WIDTHS.includes(widthBytes) || offset + widthBytes > CONFIG_BYTES)
      throw malformed(`${name} of ${widthBytes} bytes at ${offset}`);
    return { kind: name, offset, value: view.getUint32(at + 4, true), widthBytes };
  }
  if (name === 'barRead' || name === 'barWrite') {
    const address = view.getBigUint64(at, true);
    const widthBytes = view.getUint32(at + 16, true);
    if (!BAR_WIDTHS.includes(widthBytes)) throw malformed(`${name} of ${widthBytes} bytes`);
    return { kind: name, address, value: view.getBigUint64(at + 8, true), widthBytes };
  }
  return { kind: name as 'syncMemory' | 'setInterrupt' | 'reset' };
}
