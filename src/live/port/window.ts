import {
  type BusAccessInfo,
  type Machine,
  PAGE_BYTES,
  type PageMapper,
  type SharedMemory,
} from '../../device/index.js';
import { packPciAddress, unpackPciAddress } from '../../platform/index.js';
import type { FunctionDescription, Platform } from '../../vocab/index.js';
import { type LiveEvents, liveFinding } from './events.js';

/** How a live guest used the window. */
export interface LiveCounts {
  /** Reads of trapped registers: each one left the guest. */
  readonly reads: number;
  /** Writes of trapped registers. */
  readonly writes: number;
  /** Accesses to shared pages, which are memory; undefined where the guest makes them without anyone seeing. */
  readonly shared: number | undefined;
}

/** One access to the device, as it can be made again. */
export type Recorded =
  | readonly [kind: 'read' | 'write' | 'shared', offsetBytes: number, value: number, widthBytes: number]
  | readonly [kind: 'config', packedBdf: number, registerAndOffset: number, value: number, widthBytes: number];

/** A boot that makes more accesses than this is not kept. */
const MOST_RECORDED = 100_000;
const FUNCTION_BITS = 13;
const PAGE_BIT = PAGE_BYTES;
const IN_PAGE = PAGE_BYTES - 1;

/**
 * A machine's window as a live guest reaches it, by offsets from its base, wherever the guest has it. Trapped registers go to
 * the device core, shared pages are the machine's own memory. Whatever goes wrong here is a finding; the guest gets its answer.
 */
export class LiveWindow {
  readonly machine: Machine;
  /** The platform as the guest has it: its window may be elsewhere than the machine's. */
  readonly platform: Platform;
  /** Where the back end has the window, which may differ from where the guest's kernel maps it. */
  readonly base: bigint;
  readonly #events: LiveEvents;
  /** By packed BDF. */
  readonly #pages: (SharedMemory | undefined)[] = [];
  readonly #uses: Uint32Array;
  readonly #unwatch: () => void;
  #reads = 0;
  #writes = 0;
  #record: Recorded[] | undefined;
  readonly #names = new Map<number, FunctionDescription>();

  constructor(machine: Machine, platform: Platform, events: LiveEvents, placedBase: bigint = platform.vcfg.base) {
    this.machine = machine;
    this.platform = platform;
    this.base = placedBase;
    this.#events = events;
    const { base, lengthBytes } = machine.platform.vcfg;
    this.#uses = new Uint32Array(lengthBytes >>> FUNCTION_BITS);
    const packedAt = (address: bigint) => Number((address - base) >> BigInt(FUNCTION_BITS));
    const isOurs = (address: bigint) => address >= base && address < base + BigInt(lengthBytes);
    const mapper: PageMapper = {
      map: (address, memory) => {
        if (isOurs(address)) this.#pages[packedAt(address)] = memory;
      },
      unmap: (address) => {
        if (isOurs(address)) this.#pages[packedAt(address)] = undefined;
      },
    };
    this.#unwatch = machine.memory.watch(mapper);
    for (const described of machine.platform.functions) this.#names.set(packPciAddress(described.address), described);
  }

  /** Forgets the machine's pages. */
  close(): void {
    this.#unwatch();
  }

  get counts(): LiveCounts {
    return { reads: this.#reads, writes: this.#writes, shared: this.#uses.reduce((sum, uses) => sum + uses, 0) };
  }

  /** The shared pages there are, by packed BDF. */
  get pages(): readonly (readonly [packedBdf: number, memory: SharedMemory])[] {
    return this.#pages.flatMap((memory, packed) => (memory === undefined ? [] : [[packed, memory] as const]));
  }

  /** How often the guest touched a function's shared page. */
  usesOfPage(packedBdf: number): number {
    return this.#uses[packedBdf] ?? 0;
  }

  resetCounts(): void {
    this.#reads = 0;
    this.#writes = 0;
    this.#uses.fill(0);
  }

  /** Keeps every access from now on that changes the device, and every answer. */
  startRecording(): void {
    this.#record = [];
  }

  /** The accesses since {@link startRecording}; undefined if there were too many. */
  stopRecording(): readonly Recorded[] | undefined {
    const record = this.#record;
    this.#record = undefined;
    return record !== undefined && record.length <= MOST_RECORDED ? record : undefined;
  }

  /** Makes recorded accesses again. False if the device answered one otherwise than then: what the guest knows is out of date. */
  replay(record: readonly Recorded[]): boolean {
    const { machine } = this;
    return record.every((entry) => {
      if (entry[0] === 'config') {
        const [, packed, at, value, width] = entry;
        machine.root.configWritePacked(packed, at >>> 2, at & 3, bytesOf(value, width));
        return true;
      }
      const [kind, offset, value, width] = entry;
      if (kind === 'shared') this.#pages[offset >>> FUNCTION_BITS]?.bytes.set(bytesOf(value, width), offset & IN_PAGE);
      else if (kind === 'write') this.#answerWrite(offset, value, width);
      else return this.#answerRead(offset, width) >>> 0 === value;
      return true;
    });
  }

  /** Notes a write to a configuration space, which the back end makes itself. */
  noteConfigWrite(packedBdf: number, register: number, start: number, value: number, widthBytes: number): void {
    if (this.#record !== undefined && this.#record.length <= MOST_RECORDED)
      this.#record.push(['config', packedBdf, (register << 2) | start, value, widthBytes]);
  }

  /** A four-byte read. The result may be signed. */
  read32(offset: number): number {
    if ((offset & PAGE_BIT) !== 0) {
      const page = this.#pages[offset >>> FUNCTION_BITS];
      if (page !== undefined && (offset & IN_PAGE) <= PAGE_BYTES - 4) {
        if ((this.#uses[offset >>> FUNCTION_BITS] as number)++ === 0) this.#firstUse(offset);
        return page.view.getInt32(offset & IN_PAGE, true);
      }
    }
    this.#reads++;
    const value = this.#answerRead(offset, 4);
    if (this.#record !== undefined || this.#events.hearsTraps) this.#note('read', offset, value, 4);
    return value;
  }

  write32(offset: number, value: number): void {
    if ((offset & PAGE_BIT) !== 0) {
      const page = this.#pages[offset >>> FUNCTION_BITS];
      if (page !== undefined && (offset & IN_PAGE) <= PAGE_BYTES - 4) {
        if ((this.#uses[offset >>> FUNCTION_BITS] as number)++ === 0) this.#firstUse(offset);
        page.view.setInt32(offset & IN_PAGE, value, true);
        if (this.#record !== undefined) this.#keep(['shared', offset, value >>> 0, 4]);
        return;
      }
    }
    this.#writes++;
    if (this.#record !== undefined || this.#events.hearsTraps) this.#note('write', offset, value, 4);
    this.#answerWrite(offset, value, 4);
  }

  /** A read of 1, 2 or 4 bytes. */
  read(offset: number, widthBytes: number): number {
    if (widthBytes === 4) return this.read32(offset) >>> 0;
    const page = (offset & PAGE_BIT) === 0 ? undefined : this.#pages[offset >>> FUNCTION_BITS];
    if (page !== undefined) {
      if ((this.#uses[offset >>> FUNCTION_BITS] as number)++ === 0) this.#firstUse(offset);
      return numberOf(page.bytes.subarray(offset & IN_PAGE, (offset & IN_PAGE) + widthBytes));
    }
    this.#reads++;
    const value = this.#answerRead(offset, widthBytes);
    this.#note('read', offset, value, widthBytes);
    return value;
  }

  /** A write of 1, 2 or 4 bytes. */
  write(offset: number, value: number, widthBytes: number): void {
    if (widthBytes === 4) {
      this.write32(offset, value);
      return;
    }
    const page = (offset & PAGE_BIT) === 0 ? undefined : this.#pages[offset >>> FUNCTION_BITS];
    if (page !== undefined) {
      if ((this.#uses[offset >>> FUNCTION_BITS] as number)++ === 0) this.#firstUse(offset);
      page.bytes.set(bytesOf(value, widthBytes), offset & IN_PAGE);
      if (this.#record !== undefined) this.#keep(['shared', offset, value >>> 0, widthBytes]);
      return;
    }
    this.#writes++;
    this.#note('write', offset, value, widthBytes);
    this.#answerWrite(offset, value, widthBytes);
  }

  #answerRead(offset: number, widthBytes: number): number {
    const window = this.machine.virtualConfig;
    try {
      if (widthBytes === 4) return window.readDword(offset);
      const data = new Uint8Array(widthBytes);
      window.read(this.#info(offset), data);
      return numberOf(data);
    } catch (thrown) {
      this.#deviceThrew('read', offset, thrown);
      return 0;
    }
  }

  #answerWrite(offset: number, value: number, widthBytes: number): void {
    const window = this.machine.virtualConfig;
    try {
      if (widthBytes === 4) window.writeDword(offset, value);
      else window.write(this.#info(offset), bytesOf(value, widthBytes));
    } catch (thrown) {
      this.#deviceThrew('write', offset, thrown);
    }
  }

  #info(offset: number): BusAccessInfo {
    return { offset: BigInt(offset), address: this.machine.vcfgBase + BigInt(offset), id: 0 };
  }

  #deviceThrew(access: string, offset: number, thrown: unknown): void {
    const text = thrown instanceof Error ? thrown.message : String(thrown);
    const message = `The device at offset 0x${offset.toString(16)} of the window threw on a ${access}: ${text}.`;
    this.#events.report(liveFinding('LIVE_HOOK', message, 'Your own BusDevice must not throw.'));
  }

  #firstUse(offset: number): void {
    const packed = offset >>> FUNCTION_BITS;
    const address = unpackPciAddress(packed);
    this.#events.emit({ kind: 'shared', address, function: this.#names.get(packed)?.name });
  }

  #keep(entry: Recorded): void {
    if (this.#record !== undefined && this.#record.length <= MOST_RECORDED) this.#record.push(entry);
  }

  #note(access: 'read' | 'write', offset: number, value: number, widthBytes: number): void {
    this.#keep([access, offset, value >>> 0, widthBytes]);
    if (!this.#events.hearsTraps) return;
    const packed = offset >>> FUNCTION_BITS;
    const described = this.#names.get(packed);
    const register = (offset & IN_PAGE) >>> 2;
    const page = (offset & PAGE_BIT) === 0 ? 'trapped' : 'shared';
    this.#events.emit({
      kind: 'trap',
      access,
      address: unpackPciAddress(packed),
      function: described?.name,
      page,
      register,
      name: page === 'trapped' ? described?.registers.find(({ index }) => index === register)?.name : undefined,
      value: value >>> 0,
      widthBytes,
    });
  }
}

/** The little-endian bytes of a number of up to 32 bits. */
export function bytesOf(value: number, widthBytes: number): Uint8Array {
  return Uint8Array.from({ length: widthBytes }, (_, index) => (value >>> (index * 8)) & 0xff);
}

/** Up to four little-endian bytes as an unsigned number. */
export function numberOf(bytes: Uint8Array): number {
  let value = 0;
  for (let index = bytes.length; index-- > 0; ) value = (value << 8) | (bytes[index] as number);
  return value >>> 0;
}
