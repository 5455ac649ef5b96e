import { DiagnosticError, formatHex } from '../../base/index.js';
import { type DiagnosticLog, deviceFinding } from '../diagnostic-log.js';
import { WordPool } from '../functions/word-pool.js';
import type { HeaderMirror } from './header-mirror.js';
import { type BarConfiguration, barFault, barLayout, barRegister, isMemoryBar } from './pci-bar.js';
import { type Capability, capabilityBytes } from './pci-capability.js';

const HEADER_WORDS = new WordPool();

/** Dwords in the header and capabilities that every function has. PCI 3.0 §6.1 */
export const HEADER_REGISTERS = 64;
/** Status and command. PCI 3.0 §6.2.2 */
export const COMMAND_REGISTER = 1;
const COMMAND_IO = 1;
const COMMAND_MEMORY = 2;
const STATUS_CAPABILITIES = 0x0010_0000;
const BAR_COUNT = 7;
const CAPABILITY_HEAD = 0x34;
const FIRST_CAPABILITY = 0x40;
const LAST_CAPABILITY_BYTE = 0xff;
const MULTIFUNCTION = 0x0080_0000;
const ABSENT = 0xffff_ffff;

export type HeaderType = 'device' | 'bridge';

/** What a configuration header is made from. PCI 3.0 §6.2.1 */
export interface HeaderDescription {
  readonly vendor: number;
  readonly device: number;
  /** Class, subclass and programming interface as one 24-bit number. */
  readonly classCode: number;
  readonly revision?: number;
  readonly headerType: HeaderType;
  readonly multifunction?: boolean;
  readonly subsystemVendor?: number;
  readonly subsystem?: number;
}

/** The whole state of a header, as a snapshot holds it; names and order are crosvm's. */
export interface HeaderState {
  readonly registers: readonly number[];
  readonly writableBits: readonly number[];
  readonly barUsed: readonly boolean[];
  readonly barConfigs: readonly (BarConfiguration | undefined)[];
  /** Offset and length in bytes of the capability added last. */
  readonly lastCapability: readonly [number, number] | undefined;
}

/** Rows of a header type: register, value, writable bits. PCI 3.0 §6.1, PCI-to-PCI Bridge 1.2 §3.2 */
const HEADER_ROWS: Readonly<Record<HeaderType, readonly (readonly [number, number, number])[]>> = {
  device: [
    [COMMAND_REGISTER, 0, 0x0000_ffff],
    [3, 0, 0x0000_00ff],
    [15, 0, 0x0000_00ff],
  ],
  bridge: [
    [COMMAND_REGISTER, 0, 0x0000_ffff],
    [3, 0x0001_0000, 0x0000_00ff],
    [6, 0, 0x00ff_ffff],
    [7, 0, 0x0000_f0f0],
    [8, 0, 0xfff0_fff0],
    [9, 0, 0xfff0_fff0],
    [15, 0, 0xffff_00ff],
  ],
};

/** The configuration header and capabilities of one function: 64 dwords, and which of their bits a guest may write. */
export class PciConfiguration {
  readonly #label: string;
  readonly #log: DiagnosticLog;
  readonly #registers = HEADER_WORDS.takeArray(HEADER_REGISTERS);
  readonly #writable = HEADER_WORDS.takeArray(HEADER_REGISTERS);
  #barUsed: boolean[] = Array(BAR_COUNT).fill(false);
  #bars: (BarConfiguration | undefined)[] = Array(BAR_COUNT).fill(undefined);
  #lastCapability: readonly [number, number] | undefined;
  #mirror: HeaderMirror | undefined;

  /** `label` names the function in diagnostics. */
  constructor(header: HeaderDescription, label: string, log: DiagnosticLog) {
    this.#label = label;
    this.#log = log;
    this.#registers[0] = (header.device << 16) | header.vendor;
    this.#registers[2] = (header.classCode << 8) | (header.revision ?? 0);
    for (const [register, value, writable] of HEADER_ROWS[header.headerType]) {
      this.#registers[register] = value;
      this.#writable[register] = writable;
    }
    if (header.headerType === 'device')
      this.#registers[11] = ((header.subsystem ?? 0) << 16) | (header.subsystemVendor ?? 0);
    if (header.multifunction) this.#registers[3] = (this.#registers[3] as number) | MULTIFUNCTION;
  }

  /** A dword; all ones past the header. */
  readRegister(register: number): number {
    return register < HEADER_REGISTERS ? (this.#registers[register] as number) : ABSENT;
  }

  /** Keeps a copy in a page that the guest reads without exits; without `mirror`, no more. */
  mirrorTo(mirror?: HeaderMirror): void {
    this.#mirror = mirror;
    mirror?.fill(this.#registers);
  }

  /** Every change of a dword goes through here. */
  #store(register: number, value: number): void {
    this.#registers[register] = value;
    this.#mirror?.store(register, value);
  }

  /** Sets a dword whatever its writable bits: for the device itself. */
  setRegister(register: number, value: number): void {
    if (!(register >= 0 && register < HEADER_REGISTERS))
      throw new RangeError(`register is ${register}; it must be 0..${HEADER_REGISTERS - 1}.`);
    this.#store(register, value);
  }

  /** Which bits of a dword a guest may write. */
  setWritableBits(register: number, bits: number): void {
    if (!(register >= 0 && register < HEADER_REGISTERS))
      throw new RangeError(`register is ${register}; it must be 0..${HEADER_REGISTERS - 1}.`);
    this.#writable[register] = bits;
  }

  /** A guest's write of 1, 2 or 4 aligned bytes; any other is dropped with a diagnostic. */
  writeRegister(register: number, offset: number, data: Uint8Array): void {
    const length = data.length;
    const start = register * 4 + offset;
    if ((length !== 1 && length !== 2 && length !== 4) || start % length !== 0 || register >= HEADER_REGISTERS) {
      if (this.#log.count('PCI_CONFIG_WRITE'))
        this.#log.keep(
          'PCI_CONFIG_WRITE',
          this.#label,
          `A write of ${length} bytes at ${formatHex(start)} is dropped.`,
        );
      return;
    }
    let value = 0;
    for (let index = 0; index < length; index++) value |= (data[index] as number) << ((offset + index) * 8);
    const written = length === 4 ? 0xffff_ffff : ((1 << (length * 8)) - 1) << (offset * 8);
    const mask = (this.#writable[register] as number) & written;
    this.#store(register, ((this.#registers[register] as number) & ~mask) | (value & mask));
  }

  /** Adds a base address register. Throws a DiagnosticError if it does not fit; nothing changes then. */
  addBar(bar: BarConfiguration): void {
    const fault = barFault(bar, this.#barUsed);
    if (fault !== undefined) throw new DiagnosticError([deviceFinding('PCI_BAR_REFUSED', this.#label, fault)]);
    for (const [register, value, writable] of barLayout(bar)) {
      this.#store(register, value);
      this.#writable[register] = writable;
    }
    const enabled = isMemoryBar(bar) ? COMMAND_MEMORY : COMMAND_IO;
    this.#store(COMMAND_REGISTER, (this.#registers[COMMAND_REGISTER] as number) | enabled);
    this.#bars[bar.index] = bar;
    this.#barUsed[bar.index] = true;
    if (bar.kind === 'mem64') this.#barUsed[bar.index + 1] = true;
  }

  bar(index: number): BarConfiguration | undefined {
    return this.#bars[index];
  }

  /** Where a BAR is now: its registers without the type bits. Undefined if there is no such BAR. */
  barAddress(index: number): bigint | undefined {
    const bar = this.#bars[index];
    if (bar === undefined) return undefined;
    const register = barRegister(index);
    const low =
      BigInt((this.#registers[register] as number) & (isMemoryBar(bar) ? 0xffff_fff0 : 0xffff_fffc)) & 0xffff_ffffn;
    return bar.kind === 'mem64' ? (BigInt(this.#registers[register + 1] as number) << 32n) | low : low;
  }

  /** Whether COMMAND lets the function answer for a BAR. */
  isBarEnabled(bar: BarConfiguration): boolean {
    const command = this.#registers[COMMAND_REGISTER] as number;
    if (bar.index === BAR_COUNT - 1 && ((this.#registers[barRegister(bar.index)] as number) & 1) === 0) return false;
    return (command & (isMemoryBar(bar) ? COMMAND_MEMORY : COMMAND_IO)) !== 0;
  }

  /** The BARs in index order. */
  get bars(): readonly BarConfiguration[] {
    return this.#bars.filter((bar) => bar !== undefined);
  }

  /** Appends a capability to the list and returns its offset. Throws a DiagnosticError if the space is full. */
  addCapability(capability: Capability): number {
    const bytes = capabilityBytes(capability);
    const last = this.#lastCapability;
    const offset = last === undefined ? FIRST_CAPABILITY : (last[0] + last[1] + 3) & ~3;
    if (offset + bytes.length > LAST_CAPABILITY_BYTE) {
      const message = `A capability of ${bytes.length} bytes does not fit at ${formatHex(offset)}.`;
      throw new DiagnosticError([deviceFinding('PCI_CAPABILITY_REFUSED', this.#label, message)]);
    }
    this.#store(COMMAND_REGISTER, (this.#registers[COMMAND_REGISTER] as number) | STATUS_CAPABILITIES);
    this.#setByte(last === undefined ? CAPABILITY_HEAD : last[0] + 1, offset);
    for (const [index, byte] of bytes.entries()) this.#setByte(offset + index, byte);
    for (const [index, bits] of (capability.writableBits ?? []).entries()) this.#writable[offset / 4 + index] = bits;
    this.#lastCapability = [offset, bytes.length];
    return offset;
  }

  #setByte(offset: number, byte: number): void {
    const register = offset >>> 2;
    const shift = (offset & 3) * 8;
    this.#store(register, ((this.#registers[register] as number) & ~(0xff << shift)) | (byte << shift));
  }

  /** A copy of the whole state. */
  get state(): HeaderState {
    return {
      registers: [...this.#registers],
      writableBits: [...this.#writable],
      barUsed: [...this.#barUsed],
      barConfigs: [...this.#bars],
      lastCapability: this.#lastCapability,
    };
  }

  /** Puts back a state that was checked. */
  set state(state: HeaderState) {
    for (const [register, value] of state.registers.entries()) this.#store(register, value);
    this.#writable.set(state.writableBits);
    this.#barUsed = [...state.barUsed];
    this.#bars = [...state.barConfigs];
    this.#lastCapability = state.lastCapability;
  }
}
