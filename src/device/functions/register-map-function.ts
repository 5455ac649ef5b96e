import { formatPciAddress } from '../../base/index.js';
import { checkWhole } from '../../platform/config-address.js';
import { PAGE_BYTES, PAGE_REGISTERS } from '../../platform/layout.js';
import type { Access, FunctionDescription, RegisterDescription } from '../../vocab/index.js';
import type { Json } from '../bus/bus-device.js';
import { checkObject, checkOptionalFunction } from '../check-arguments.js';
import { type DiagnosticLog, thrownText } from '../diagnostic-log.js';
import { SharedMemory } from '../memory/shared-memory.js';
import { BUS_NUMBERS_REGISTER } from '../pci/header-layout.js';
import { PciFunction } from '../pci/pci-function.js';
import { bytesJson, type SnapshotReader } from '../snapshot-reader.js';
import { checkDescription } from './check-description.js';
import { accessBits, MixedAccess } from './register-access.js';
import {
  HOOKED,
  MIXED,
  NOT_PLAIN,
  readPlain,
  readWords,
  takeRegisterWords,
  wordsAt,
  writePlain,
  writeWords,
} from './register-words.js';
import type { PooledWords } from './word-pool.js';

/** What the device behind a register does when the guest accesses it. What a hook throws is only a diagnostic. */
export interface RegisterHooks {
  /** Takes what the guest would read, and returns what it reads instead. */
  read?(value: number): number;
  /** Takes what the guest wrote and what the register holds after that. If it returns a number, the register holds that instead. */
  write?(written: number, held: number): number | undefined;
}

const NONE_MIXED: ReadonlyMap<number, MixedAccess> = new Map();

/**
 * A function that answers as described in the platform file: each register according to its access, any other register
 * with zeros and a diagnostic, and with a shared page if one is described.
 */
export class RegisterMapFunction extends PciFunction {
  /** The words of the registers from `#start` on: see register-words.ts. */
  readonly #words: Uint32Array<ArrayBuffer>;
  readonly #start: number;
  readonly description: FunctionDescription;
  /** By index. */
  #hooks: Map<number, RegisterHooks> | undefined;
  /** By index: the registers that are {@link MIXED}. */
  readonly #mixed: ReadonlyMap<number, MixedAccess>;
  readonly #page: SharedMemory | undefined;

  /** Throws a TypeError or RangeError for a description that no function can have. */
  constructor(description: FunctionDescription, log: DiagnosticLog) {
    checkDescription(description);
    super(
      `${description.name} ${formatPciAddress(description.address)}`,
      { ...description.ids, headerType: description.bridge === undefined ? 'device' : 'bridge' },
      log,
      description,
    );
    const count = description.registers.reduce((most, { index }) => Math.max(most, index + 1), 0);
    const { chunk, start } = takeRegisterWords(count);
    this.#words = chunk;
    this.#start = start;
    this.description = description;
    const mixed = description.registers.filter(MixedAccess.isNeeded);
    this.#mixed = mixed.length === 0 ? NONE_MIXED : new Map(mixed.map((each) => [each.index, new MixedAccess(each)]));
    for (const { index, access, reset } of description.registers) {
      chunk[wordsAt(chunk, start, index)] = this.#accessWord(index, access);
      this.#setValue(index, reset);
    }
    if (description.shared.length > 0) this.#page = new SharedMemory(PAGE_BYTES);
    if (description.bridge !== undefined) {
      const { secondary, subordinate } = description.bridge;
      this.configuration.setRegister(
        BUS_NUMBERS_REGISTER,
        (subordinate << 16) | (secondary << 8) | description.address.bus,
      );
    }
  }

  override isBridge(): number | undefined {
    return this.description.bridge?.secondary;
  }

  override sharedPage(): SharedMemory | undefined {
    return this.#page;
  }

  #accessWord(index: number, access: Access): number {
    return accessBits(access) | (this.#mixed.has(index) ? MIXED : 0);
  }

  #named(name: string): RegisterDescription {
    const register = this.description.registers.find((each) => each.name === name);
    if (register !== undefined) return register;
    const names = this.description.registers.map((each) => each.name);
    throw new RangeError(`${this.debugLabel()} has no register ${String(name)}; it has ${names.join(', ')}.`);
  }

  #value(index: number): number {
    return this.#words[wordsAt(this.#words, this.#start, index) + 1] as number;
  }

  #setValue(index: number, value: number): void {
    this.#words[wordsAt(this.#words, this.#start, index) + 1] = value;
  }

  /**
   * Sets what happens when the guest accesses a register; without `hooks`, removes that. Throws a RangeError for an unknown
   * name, and a TypeError for hooks that are not functions.
   */
  hook(name: string, hooks?: RegisterHooks): void {
    checkHooks(hooks);
    const { index, access } = this.#named(name);
    const at = wordsAt(this.#words, this.#start, index);
    this.#words[at] = this.#accessWord(index, access) | (hooks === undefined ? 0 : HOOKED);
    this.#hooks ??= new Map();
    if (hooks === undefined) this.#hooks.delete(index);
    else this.#hooks.set(index, hooks);
  }

  /** What a register holds, even if the guest cannot read it. Throws a RangeError for an unknown name. */
  get(name: string): number {
    return this.#value(this.#named(name).index);
  }

  /**
   * Sets what a register holds, as the device itself, whatever its access. Throws a RangeError for an unknown name, and
   * for a value that is not a whole number of 32 bits, signed or unsigned.
   */
  set(name: string, value: number): void {
    const { index } = this.#named(name);
    checkWhole(`the value of ${name}`, value, 0xffff_ffff, -0x8000_0000);
    this.#setValue(index, value);
  }

  /** Sets every register to its reset value and clears the shared page. Hooks stay. */
  reset(): void {
    for (const { index, reset } of this.description.registers) this.#setValue(index, reset);
    this.#page?.bytes.fill(0);
  }

  protected override savedState(): { readonly [key: string]: Json } {
    return {
      registers: Object.fromEntries(this.description.registers.map(({ name, index }) => [name, this.#value(index)])),
      shared: this.#page === undefined ? null : bytesJson(this.#page.bytes),
    };
  }

  protected override prepareState(reader: SnapshotReader, fields: Readonly<Record<string, unknown>>): () => void {
    const label = this.debugLabel();
    const { registers } = this.description;
    const names = registers.map(({ name }) => name);
    const saved = reader.object(fields.registers, `${label}.registers`, names);
    const values = registers.map(({ name, index }) => ({
      index,
      value: reader.integer(saved[name], `${label}.registers.${name}`, 0, 0xffff_ffff),
    }));
    const page = this.#page;
    const bytes = reader.optional(fields.shared, `${label}.shared`, (text, at) => reader.bytes(text, at, PAGE_BYTES));
    if ((bytes === undefined) !== (page === undefined))
      reader.refuse(
        'SNAPSHOT_FOREIGN',
        `${label}.shared`,
        'Only one of the snapshot and the function here has a shared page.',
      );
    return () => {
      for (const { index, value } of values) this.#setValue(index, value);
      if (bytes !== undefined) page?.bytes.set(bytes);
    };
  }

  /**
   * Undefined for a subclass that answers itself, and for a function whose `virtualConfigRegisterRead` or
   * `virtualConfigRegisterWrite` was replaced before it was added. A method that is replaced afterwards is not called for
   * plain registers until the function is removed and added again. A {@link hook} works at once.
   */
  registerWords(): PooledWords | undefined {
    return isAnsweredByMap(this) ? { chunk: this.#words, start: this.#start } : undefined;
  }

  override virtualConfigRegisterRead(index: number): number {
    const value = readPlain(this.#words, this.#start, index);
    return value === NOT_PLAIN ? this.#readSpecial(index) : value;
  }

  override virtualConfigRegisterWrite(index: number, written: number): void {
    if (!writePlain(this.#words, this.#start, index, written)) this.#writeSpecial(index, written);
  }

  /** Reads a register that is not described, is mixed or has hooks. */
  #readSpecial(index: number): number {
    const words = this.#words;
    const at = wordsAt(words, this.#start, index);
    const access = at < 0 ? 0 : (words[at] as number);
    if (access === 0) return this.#readUnknown(index);
    const seen = (access & MIXED) === 0 ? readWords(words, at) : this.#readMixed(index, at);
    return (access & HOOKED) === 0 ? seen : this.#readHooked(index, seen);
  }

  #readMixed(index: number, at: number): number {
    const mixed = this.#mixed.get(index) as MixedAccess;
    const value = this.#words[at + 1] as number;
    this.#words[at + 1] = mixed.leftByRead(value);
    return mixed.seenByRead(value);
  }

  #writeSpecial(index: number, written: number): void {
    const words = this.#words;
    const at = wordsAt(words, this.#start, index);
    const access = at < 0 ? 0 : (words[at] as number);
    if (access === 0) {
      this.#writeUnknown(index, written);
      return;
    }
    if ((access & MIXED) === 0) writeWords(words, at, written);
    else words[at + 1] = (this.#mixed.get(index) as MixedAccess).leftByWrite(words[at + 1] as number, written);
    if ((access & HOOKED) !== 0) this.#writeHooked(index, written);
  }

  #readHooked(index: number, seen: number): number {
    try {
      return (this.#hooks?.get(index)?.read?.(seen) ?? seen) >>> 0;
    } catch (thrown) {
      this.#hookFailed(index, thrown);
      return seen;
    }
  }

  #writeHooked(index: number, written: number): void {
    try {
      const held = this.#hooks?.get(index)?.write?.(written, this.#value(index));
      if (held !== undefined) this.#setValue(index, held);
    } catch (thrown) {
      this.#hookFailed(index, thrown);
    }
  }

  #hookFailed(index: number, thrown: unknown): void {
    if (!this.log.count('REGISTER_HOOK_FAILED')) return;
    const name = this.description.registers.find((each) => each.index === index)?.name;
    this.log.keep('REGISTER_HOOK_FAILED', this.debugLabel(), `The hook of ${name} threw: ${thrownText(thrown)}.`);
  }

  /** Registers from 1024 up are the shared page. They are accessed here only while it is not mapped into the guest. */
  #readUnknown(index: number): number {
    if (index >= PAGE_REGISTERS && this.#page !== undefined) return this.#page.read32((index - PAGE_REGISTERS) * 4);
    this.#unknown('read', index);
    return 0;
  }

  #writeUnknown(index: number, written: number): void {
    if (index >= PAGE_REGISTERS && this.#page !== undefined) this.#page.write32((index - PAGE_REGISTERS) * 4, written);
    else this.#unknown('write', index);
  }

  #unknown(what: string, index: number): void {
    if (this.log.count('REGISTER_UNKNOWN'))
      this.log.keep('REGISTER_UNKNOWN', this.debugLabel(), `A ${what} of register ${index}, which is not described.`);
  }
}

function checkHooks(hooks: RegisterHooks | undefined): void {
  if (hooks === undefined) return;
  checkObject('hooks', hooks, '{ read?, write? }, both functions');
  for (const name of ['read', 'write'] as const) checkOptionalFunction(`hooks.${name}`, hooks[name]);
}

/** Whether nothing overrides the reads and writes. Outside the class: the build renames classes that use their own name. */
function isAnsweredByMap({ virtualConfigRegisterRead, virtualConfigRegisterWrite }: RegisterMapFunction): boolean {
  const own = RegisterMapFunction.prototype;
  return (
    virtualConfigRegisterRead === own.virtualConfigRegisterRead &&
    virtualConfigRegisterWrite === own.virtualConfigRegisterWrite
  );
}
