import { formatHex, formatPciAddress } from '../../base/index.js';
import { type DsmValue, dsmOnValues, RegisterMapFunction, VfioFunction } from '../../device/index.js';
import { PlatformMachine } from '../../device/platform-machine.js';
import type { RegionHandler } from '../../interpreter/index.js';
import type { FunctionDescription, MemoryPort, Platform } from '../../vocab/index.js';

/** An access that reached a function of the device core. */
export interface DeviceAccess {
  readonly kind: 'read' | 'write';
  readonly description: FunctionDescription;
  /** 0..2047. */
  readonly register: number;
  readonly value: number;
}

/** An access of guest-physical memory. */
export interface MemoryAccess {
  readonly kind: 'read' | 'write';
  readonly address: bigint;
  readonly widthBytes: number;
  readonly value: bigint;
}

/** An access for a sentence: `reads 4 bytes at 0x230040000`. The value of a read is the device's, so it is left out. */
export function accessText({ kind, address, widthBytes, value }: MemoryAccess): string {
  const bytes = widthBytes === 1 ? '1 byte' : `${widthBytes} bytes`;
  return kind === 'read'
    ? `reads ${bytes} at ${formatHex(address)}`
    : `writes ${formatHex(value)} in ${bytes} at ${formatHex(address)}`;
}

/** Such an access for a sentence: `write 0x1 to register 3 of 00:04.0`. */
export function deviceAccessText({ kind, description, register, value }: DeviceAccess): string {
  const of = `register ${register} of ${formatPciAddress(description.address)}`;
  return kind === 'read' ? `read ${of}` : `write ${formatHex(value >>> 0)} to ${of}`;
}

/** Whether two lists are of the same accesses, in the same order. */
function alike<T extends { readonly kind: 'read' | 'write' }>(
  a: readonly T[],
  b: readonly T[],
  same: (a: T, b: T) => boolean,
): boolean {
  return a.length === b.length && a.every((each, index) => each.kind === b[index]?.kind && same(each, b[index] as T));
}

/** Whether two lists of accesses are the same. Values read are the devices', and differ only if something else does. */
export function areSame(a: readonly MemoryAccess[], b: readonly MemoryAccess[]): boolean {
  return alike(
    a,
    b,
    (one, other) =>
      one.address === other.address &&
      one.widthBytes === other.widthBytes &&
      (one.kind === 'read' || one.value === other.value),
  );
}

/** Whether two machines' functions were accessed alike. */
export function reachedAlike(a: readonly DeviceAccess[], b: readonly DeviceAccess[]): boolean {
  return alike(
    a,
    b,
    (one, other) =>
      one.description === other.description && one.register === other.register && one.value >>> 0 === other.value >>> 0,
  );
}

/**
 * A platform's machine that records every access of memory, and what of it reached a function. Two of them that start
 * alike and are used in the same way have the same records.
 */
export class RecordedMachine {
  readonly machine: PlatformMachine;
  /** The bytes of the shared page each time that a function with a mailbox was rung, up to the mailbox's end. */
  readonly requests: Uint8Array[] = [];
  /** What such a function answers; undefined if it cannot evaluate its method. */
  dsmResult: DsmValue | undefined;
  readonly #accesses: MemoryAccess[] = [];
  readonly #reached: DeviceAccess[] = [];

  constructor(platform: Platform, mailboxBytes: number) {
    const reached = this.#reached;
    class RecordedRegisters extends RegisterMapFunction {
      override virtualConfigRegisterRead(register: number): number {
        const value = super.virtualConfigRegisterRead(register);
        reached.push({ kind: 'read', description: this.description, register, value });
        return value;
      }
      override virtualConfigRegisterWrite(register: number, value: number): void {
        reached.push({ kind: 'write', description: this.description, register, value });
        super.virtualConfigRegisterWrite(register, value);
      }
    }
    class RecordedVfio extends VfioFunction {
      override virtualConfigRegisterRead(register: number): number {
        const value = super.virtualConfigRegisterRead(register);
        reached.push({ kind: 'read', description: this.description, register, value });
        return value;
      }
      override virtualConfigRegisterWrite(register: number, value: number): void {
        reached.push({ kind: 'write', description: this.description, register, value });
        super.virtualConfigRegisterWrite(register, value);
      }
    }
    const answer = dsmOnValues(() => {
      if (this.dsmResult === undefined) throw new Error('no result is wanted');
      return this.dsmResult;
    });
    const backend = {
      evaluateDsm: (page: Uint8Array) => {
        this.requests.push(page.slice(0, mailboxBytes));
        answer(page);
      },
    };
    this.machine = new PlatformMachine(platform, {
      create: (description, log) =>
        description.profile === 'vfio'
          ? new RecordedVfio(description, log, backend)
          : new RecordedRegisters(description, log),
    });
  }

  /** Memory as a driver reaches it: dwords. */
  readonly port: MemoryPort = {
    read32: (address) => {
      const value = this.machine.memory.read32(address);
      this.#accesses.push({ kind: 'read', address, widthBytes: 4, value: BigInt(value) });
      return value;
    },
    write32: (address, value) => {
      this.#accesses.push({ kind: 'write', address, widthBytes: 4, value: BigInt(value >>> 0) });
      this.machine.memory.write32(address, value);
    },
  };

  /** Memory as AML reaches it: whatever width its Fields ask for. */
  readonly handler: RegionHandler = {
    read: (address, widthBytes) => {
      const data = new Uint8Array(widthBytes);
      this.machine.memory.read(address, data);
      const value = littleEndian(data);
      this.#accesses.push({ kind: 'read', address, widthBytes, value });
      return widthBytes > 4 ? value : Number(value);
    },
    write: (address, widthBytes, value) => {
      const data = new Uint8Array(widthBytes);
      let rest = BigInt.asUintN(widthBytes * 8, BigInt(value));
      this.#accesses.push({ kind: 'write', address, widthBytes, value: rest });
      for (let at = 0; at < widthBytes; at++, rest >>= 8n) data[at] = Number(rest & 0xffn);
      this.machine.memory.write(address, data);
    },
  };

  /** What was recorded since the last call. */
  take(): { readonly accesses: MemoryAccess[]; readonly reached: DeviceAccess[] } {
    return { accesses: this.#accesses.splice(0), reached: this.#reached.splice(0) };
  }
}

function littleEndian(data: Uint8Array): bigint {
  return data.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}
