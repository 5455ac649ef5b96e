import { DiagnosticError, formatHex } from '../../base/index.js';
import type { DeviceRange } from '../bus/bus-device.js';
import { type DiagnosticLog, deviceFinding } from '../diagnostic-log.js';
import { WordPool } from '../functions/word-pool.js';
import type { SharedMemory } from '../memory/shared-memory.js';
import {
  ABSENT,
  BAR_COUNT,
  CAPABILITY_HEAD,
  COMMAND_IO,
  COMMAND_MEMORY,
  COMMAND_REGISTER,
  EXTENDED_END,
  EXTENDED_START,
  FIRST_CAPABILITY,
  HEADER_LAYOUTS,
  HEADER_REGISTERS,
  HEADER_TYPE_REGISTER,
  type HeaderType,
  LAST_CAPABILITY_BYTE,
  MULTIFUNCTION,
  STATUS_CAPABILITIES,
  SUBSYSTEM_REGISTER,
} from './header-layout.js';
import {
  type BarConfiguration,
  type BarState,
  barAddress,
  barFault,
  barLayout,
  barRanges,
  isBarEnabled,
  isMemoryBar,
} from './pci-bar.js';

const HEADER_WORDS = new WordPool();

/** What a configuration header is made from. PCI 3.0 §6.2.1 */
export interface HeaderDescription {
  readonly vendor: number;
  readonly device: number;
  /** Class, subclass and programming interface as one 24-bit number. */
  readonly classCode: number;
  readonly revision?: number;
  readonly headerType: HeaderType;
  readonly multifunction?: boolean;
  /** Of a device; the header of a bridge has no subsystem. */
  readonly subsystemVendor?: number;
  readonly subsystem?: number;
}

/** A capability of a function's configuration header. PCI 3.0 §6.7 */
export interface Capability {
  readonly id: number;
  /** What follows the id and the next-pointer. */
  readonly body: Uint8Array;
  /** For each dword of the capability, from its first byte, the bits that a guest may write. */
  readonly writableBits?: readonly number[];
}

/** The whole state of a header, as a snapshot holds it; names and order are crosvm's. */
export interface HeaderState {
  readonly registers: readonly number[];
  readonly writableBits: readonly number[];
  readonly barUsed: readonly boolean[];
  readonly barConfigs: readonly (BarConfiguration | undefined)[];
  /** Offset and length in bytes of the capability that was added last. */
  readonly lastCapability: readonly [number, number] | undefined;
}

/** The greatest value of each number in a header. */
const MOST: readonly (readonly [keyof HeaderDescription, number])[] = [
  ['vendor', 0xffff],
  ['device', 0xffff],
  ['classCode', 0xff_ffff],
  ['revision', 0xff],
  ['subsystemVendor', 0xffff],
  ['subsystem', 0xffff],
];

function checkHeader(header: HeaderDescription): void {
  for (const [name, most] of MOST) {
    const value = header[name] ?? 0;
    if (!Number.isInteger(value) || (value as number) < 0 || (value as number) > most)
      throw new RangeError(`${name} is ${String(value)}; it must be a whole number from 0 to ${formatHex(most)}.`);
  }
  if (!Object.hasOwn(HEADER_LAYOUTS, header.headerType))
    throw new RangeError(`headerType is ${String(header.headerType)}; it must be device or bridge.`);
}

/** Throws a RangeError for a dword that the header does not have. */
function checkRegister(register: number): void {
  if (!Number.isInteger(register) || register < 0 || register >= HEADER_REGISTERS)
    throw new RangeError(`register is ${String(register)}; it must be 0..${HEADER_REGISTERS - 1}.`);
}

/**
 * The copy of a function's header in a page that is mapped into the guest for reading. Past the header it reads as all
 * ones, as a trapped read does. The multifunction bit belongs to the PCI root and stays as it is.
 */
export class HeaderMirror {
  readonly #memory: SharedMemory;
  readonly #base: number;
  readonly #lengthBytes: number;

  /** The copy takes `[base, base + lengthBytes)` of the memory. */
  constructor(memory: SharedMemory, base: number, lengthBytes: number) {
    this.#memory = memory;
    this.#base = base;
    this.#lengthBytes = lengthBytes;
  }

  /** Writes the whole header, and what follows it. */
  fill(registers: Uint32Array, extended?: Uint32Array): void {
    this.#memory.bytes.fill(0xff, this.#base + registers.length * 4, this.#base + this.#lengthBytes);
    for (const [register, value] of registers.entries()) this.store(register, value);
    for (const [at, value] of (extended ?? []).entries()) this.store(registers.length + at, value);
  }

  /** Writes one dword. */
  store(register: number, value: number): void {
    const at = this.#base + register * 4;
    if (register * 4 >= this.#lengthBytes) return;
    const kept = register === HEADER_TYPE_REGISTER ? this.#memory.read32(at) & MULTIFUNCTION : 0;
    this.#memory.write32(at, value | kept);
  }
}

/** The configuration header and capabilities of one function: 64 dwords, and which of their bits a guest may write. */
export class PciConfiguration {
  readonly headerType: HeaderType;
  readonly #label: string;
  readonly #log: DiagnosticLog;
  readonly #registers = HEADER_WORDS.takeArray(HEADER_REGISTERS);
  readonly #writable = HEADER_WORDS.takeArray(HEADER_REGISTERS);
  #barUsed: boolean[] = Array(BAR_COUNT).fill(false);
  #bars: (BarConfiguration | undefined)[] = Array(BAR_COUNT).fill(undefined);
  #lastCapability: readonly [number, number] | undefined;
  #mirror: HeaderMirror | undefined;
  /** The dwords from 0x100 on, which no guest can write; undefined if there are no extended capabilities. */
  #extended: Uint32Array | undefined;
  /** Bytes of the extended capabilities, and the dword of the last one's head. */
  #extendedEnd = 0;
  #lastExtended = 0;

  /** `label` names the function in diagnostics. Throws a RangeError for a number that does not fit in the header. */
  constructor(header: HeaderDescription, label: string, log: DiagnosticLog) {
    checkHeader(header);
    this.headerType = header.headerType;
    this.#label = label;
    this.#log = log;
    this.#registers[0] = (header.device << 16) | header.vendor;
    this.#registers[2] = (header.classCode << 8) | (header.revision ?? 0);
    for (const [register, value, writable] of HEADER_LAYOUTS[header.headerType].rows) {
      this.#registers[register] = value;
      this.#writable[register] = writable;
    }
    if (header.headerType === 'device')
      this.#registers[SUBSYSTEM_REGISTER] = ((header.subsystem ?? 0) << 16) | (header.subsystemVendor ?? 0);
    if (header.multifunction)
      this.#registers[HEADER_TYPE_REGISTER] = (this.#registers[HEADER_TYPE_REGISTER] as number) | MULTIFUNCTION;
  }

  /** A dword; all ones past the header, unless there are extended capabilities. */
  readRegister(register: number): number {
    return this.#registers[register] ?? this.#extended?.[register - HEADER_REGISTERS] ?? ABSENT;
  }

  /** Keeps a copy in a page that the guest reads without exits; without `mirror`, stops doing so. */
  mirrorTo(mirror?: HeaderMirror): void {
    this.#mirror = mirror;
    mirror?.fill(this.#registers, this.#extended);
  }

  /** Every change of a dword goes through here. */
  #store(register: number, value: number): void {
    this.#registers[register] = value;
    this.#mirror?.store(register, value);
  }

  /** Sets a dword regardless of its writable bits: for the device itself. */
  setRegister(register: number, value: number): void {
    checkRegister(register);
    this.#store(register, value);
  }

  /** Sets which bits of a dword a guest may write. */
  setWritableBits(register: number, bits: number): void {
    checkRegister(register);
    this.#writable[register] = bits;
  }

  /** A guest's write of 1, 2 or 4 aligned bytes; any other is dropped with a diagnostic. */
  writeRegister(register: number, offset: number, data: Uint8Array): void {
    const length = data.length;
    const start = register * 4 + offset;
    const isRegister = register >= 0 && register < HEADER_REGISTERS;
    if ((length !== 1 && length !== 2 && length !== 4) || start % length !== 0 || !isRegister) {
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
    const fault = barFault(bar, this.#barUsed, this.headerType);
    if (fault !== undefined) throw new DiagnosticError([deviceFinding('PCI_BAR_REFUSED', this.#label, fault)]);
    for (const [register, value, writable] of barLayout(bar, this.headerType)) {
      this.#store(register, value);
      this.#writable[register] = writable;
    }
    const enabled = isMemoryBar(bar) ? COMMAND_MEMORY : COMMAND_IO;
    this.#store(COMMAND_REGISTER, (this.#registers[COMMAND_REGISTER] as number) | enabled);
    this.#bars[bar.index] = bar;
    this.#barUsed[bar.index] = true;
    if (bar.kind === 'mem64') this.#barUsed[bar.index + 1] = true;
  }

  /** The BAR as it was added; undefined if there is none with this index. */
  bar(index: number): BarConfiguration | undefined {
    return this.#bars[index];
  }

  get #barState(): BarState {
    return { headerType: this.headerType, registers: this.#registers, barConfigs: this.#bars };
  }

  /** Where a BAR is now. Undefined if there is no such BAR. */
  barAddress(index: number): bigint | undefined {
    const bar = this.#bars[index];
    return bar === undefined ? undefined : barAddress(this.#barState, bar);
  }

  /** Whether COMMAND, and for the ROM its own enable bit, let the function answer for a BAR. */
  isBarEnabled(bar: BarConfiguration): boolean {
    return isBarEnabled(this.#barState, bar);
  }

  /** The BARs in index order. */
  get bars(): readonly BarConfiguration[] {
    return this.#bars.filter((bar) => bar !== undefined);
  }

  /** Whether a BAR that was added occupies a dword. */
  hasBarAt(register: number): boolean {
    return this.bars.some((bar) => barLayout(bar, this.headerType).some(([occupied]) => occupied === register));
  }

  /** The ranges for which the function answers now: its enabled BARs, in index order. */
  get ranges(): readonly DeviceRange[] {
    return barRanges(this.#barState);
  }

  /** Appends a capability to the list and returns its offset. Throws a DiagnosticError if it does not fit. */
  addCapability(capability: Capability): number {
    const { id, body, writableBits = [] } = capability;
    const length = 2 + body.length;
    const last = this.#lastCapability;
    const offset = last === undefined ? FIRST_CAPABILITY : (last[0] + last[1] + 3) & ~3;
    const fault =
      !Number.isInteger(id) || id < 0 || id > 0xff
        ? `A capability has the id ${String(id)}; it must be 0..255.`
        : offset + length > LAST_CAPABILITY_BYTE
          ? `A capability of ${length} bytes does not fit at ${formatHex(offset)}.`
          : writableBits.length * 4 > length + 3
            ? `A capability of ${length} bytes has writable bits for ${writableBits.length} dwords.`
            : undefined;
    if (fault !== undefined) throw new DiagnosticError([deviceFinding('PCI_CAPABILITY_REFUSED', this.#label, fault)]);
    this.#store(COMMAND_REGISTER, (this.#registers[COMMAND_REGISTER] as number) | STATUS_CAPABILITIES);
    this.#setByte(last === undefined ? CAPABILITY_HEAD : last[0] + 1, offset);
    for (const [index, byte] of [id, 0, ...body].entries()) this.#setByte(offset + index, byte);
    for (const [index, bits] of writableBits.entries()) this.#writable[offset / 4 + index] = bits;
    this.#lastCapability = [offset, length];
    return offset;
  }

  /**
   * Appends an extended capability, of which a guest can write nothing, and returns its offset. Throws a DiagnosticError if
   * it does not fit. PCIe 5.0 §7.6.3
   * Deviates: crosvm has no extended configuration space.
   */
  addExtendedCapability(id: number, version: number, body: Uint8Array): number {
    const offset = EXTENDED_START + this.#extendedEnd;
    const length = 4 + body.length;
    const fault =
      !Number.isInteger(id) || id < 0 || id > 0xffff || !Number.isInteger(version) || version < 0 || version > 0xf
        ? `An extended capability has the id ${String(id)} and version ${String(version)}; they must be 0..0xffff and 0..15.`
        : offset + length > EXTENDED_END
          ? `An extended capability of ${length} bytes does not fit at ${formatHex(offset)}.`
          : undefined;
    if (fault !== undefined) throw new DiagnosticError([deviceFinding('PCI_CAPABILITY_REFUSED', this.#label, fault)]);
    this.#extended ??= new Uint32Array((EXTENDED_END - EXTENDED_START) / 4);
    const words = this.#extended;
    const at = this.#extendedEnd / 4;
    if (at > 0) words[this.#lastExtended] = ((words[this.#lastExtended] as number) & 0xf_ffff) | (offset << 20);
    words[at] = (version << 16) | id;
    for (const [index, byte] of body.entries())
      words[at + 1 + (index >> 2)] = (words[at + 1 + (index >> 2)] as number) | (byte << ((index & 3) * 8));
    this.#lastExtended = at;
    this.#extendedEnd = (this.#extendedEnd + length + 3) & ~3;
    this.#mirror?.fill(this.#registers, words);
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

  /** Restores a state that was checked. */
  set state(state: HeaderState) {
    for (const [register, value] of state.registers.entries()) this.#store(register, value);
    this.#writable.set(state.writableBits);
    this.#barUsed = [...state.barUsed];
    this.#bars = [...state.barConfigs];
    this.#lastCapability = state.lastCapability;
  }
}
