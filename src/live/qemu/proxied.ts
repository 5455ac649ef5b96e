import type { Duplex } from 'node:stream';
import { DiagnosticError } from '../../base/index.js';
import { liveError } from '../port/events.js';
import { bytesOf, type LiveWindow, numberOf } from '../port/window.js';
import { encodeAnswer, isAnswered, ProxyDecoder, type ProxyRequest } from './protocol.js';

const BAR_REGISTER = 4;
const COMMAND_REGISTER = 1;
/** Red Hat's vendor ID and a device ID without a driver: the carrier is no function of the platform. */
const CARRIER_ID = 0x00fe_1b36;
const CARRIER_CLASS = 0xff00_0000;

/** Answers one device that QEMU has in this process. Returns what a request reads. */
export interface Proxied {
  configRead(register: number): number;
  configWrite(register: number, start: number, data: Uint8Array): void;
  barRead?(address: bigint, widthBytes: number): bigint;
  barWrite?(address: bigint, value: bigint, widthBytes: number): void;
}

/** The device whose BAR is the window. */
export class WindowCarrier implements Proxied {
  readonly #window: LiveWindow;
  readonly #base: bigint;
  readonly #barBytes: number;
  readonly #around: (offset: number, access: () => number) => number;
  readonly #registers = new Uint32Array(64);

  /** `around` is called with each access to the window, which it makes. The BAR has the window in it, and may be longer. */
  constructor(window: LiveWindow, barBytes: number, around: (offset: number, access: () => number) => number) {
    this.#window = window;
    this.#base = window.base;
    this.#barBytes = barBytes;
    this.#around = around;
    this.#registers[0] = CARRIER_ID;
    this.#registers[2] = CARRIER_CLASS;
  }

  /** Where the guest's firmware has put the BAR; undefined while it is not decoded. */
  get base(): bigint {
    return BigInt((this.#registers[BAR_REGISTER] as number) & -16 & 0xffff_ffff) & 0xffff_ffffn;
  }

  configRead(register: number): number {
    return this.#registers[register] ?? 0;
  }

  configWrite(register: number, start: number, data: Uint8Array): void {
    if (register !== BAR_REGISTER && register !== COMMAND_REGISTER) return;
    const bytes = bytesOf(this.#registers[register] as number, 4);
    bytes.set(data.subarray(0, 4 - start), start);
    const value = numberOf(bytes);
    this.#registers[register] = register === BAR_REGISTER ? value & -this.#barBytes : value & 0xffff;
  }

  barRead(address: bigint, widthBytes: number): bigint {
    const offset = Number(address - this.#base);
    if (!this.#isInside(offset, widthBytes)) return 0n;
    if (widthBytes === 8) return this.barRead(address, 4) | (this.barRead(address + 4n, 4) << 32n);
    return BigInt(this.#around(offset, () => this.#window.read(offset, widthBytes)) >>> 0);
  }

  barWrite(address: bigint, value: bigint, widthBytes: number): void {
    const offset = Number(address - this.#base);
    if (!this.#isInside(offset, widthBytes)) return;
    if (widthBytes === 8) {
      this.barWrite(address, value & 0xffff_ffffn, 4);
      this.barWrite(address + 4n, value >> 32n, 4);
      return;
    }
    this.#around(offset, () => {
      this.#window.write(offset, Number(BigInt.asUintN(32, value)), widthBytes);
      return 0;
    });
  }

  #isInside(offset: number, widthBytes: number): boolean {
    return offset >= 0 && offset + widthBytes <= this.#window.platform.vcfg.lengthBytes;
  }
}

/** A function of the platform: its configuration space. */
export function platformFunction(window: LiveWindow, packedBdf: number): Proxied {
  const { root } = window.machine;
  return {
    configRead: (register) => root.configReadPacked(packedBdf, register),
    configWrite: (register, start, data) => root.configWritePacked(packedBdf, register, start, data),
  };
}

function answer(device: Proxied, request: ProxyRequest): bigint {
  switch (request.kind) {
    case 'configRead': {
      const { offset, widthBytes } = request;
      const dword = bytesOf(device.configRead(offset >>> 2), 4);
      return BigInt(numberOf(dword.subarray(offset & 3, (offset & 3) + widthBytes)));
    }
    case 'configWrite':
      device.configWrite(request.offset >>> 2, request.offset & 3, bytesOf(request.value, request.widthBytes));
      return 0n;
    case 'barRead':
      return device.barRead?.(request.address, request.widthBytes) ?? 0n;
    case 'barWrite':
      device.barWrite?.(request.address, request.value, request.widthBytes);
      return 0n;
    default:
      return 0n;
  }
}

function machineThrew(thrown: unknown): Error {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return liveError(
    'LIVE_HOOK',
    `The machine threw on an access of QEMU: ${text}.`,
    'Your own PciDevice must not throw.',
  );
}

/** Serves a device over its socket. What is malformed goes to `failed`, and the socket is closed. */
export function serveProxied(socket: Duplex, device: Proxied, failed: (error: Error) => void): void {
  const decoder = new ProxyDecoder();
  socket.on('data', (bytes: Uint8Array) => {
    try {
      for (const request of decoder.push(bytes)) {
        const value = answer(device, request);
        if (isAnswered(request)) socket.write(encodeAnswer(value));
      }
    } catch (thrown) {
      socket.destroy();
      failed(thrown instanceof DiagnosticError ? thrown : machineThrew(thrown));
    }
  });
  // The end of QEMU is told by its process.
  socket.on('error', () => {});
}
