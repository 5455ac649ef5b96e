import { formatPciAddress } from '../base/index.js';
import type { FunctionDescription, RegisterDescription } from '../vocab/index.js';
import type { Json } from './bus-device.js';
import { type DiagnosticLog, thrownText } from './diagnostic-log.js';
import { PciFunction } from './pci-function.js';
import { ACCESS_RULES, type AccessRule } from './register-access.js';
import { PAGE_BYTES, SharedMemory } from './shared-memory.js';
import { bytesJson, type SnapshotReader } from './snapshot-reader.js';

const PAGE_REGISTERS = PAGE_BYTES / 4;

/** What the device behind a register does when the guest touches it. What a hook throws is a diagnostic, no more. */
export interface RegisterHooks {
  /** Gets what the guest would read and gives what it reads instead. */
  read?(value: number): number;
  /** Gets what the guest wrote and what the register holds after that; a number returned is held instead. */
  write?(written: number, held: number): number | undefined;
}

/** A register of the trapped page as it is now. */
interface Register {
  readonly description: RegisterDescription;
  readonly rule: AccessRule;
  value: number;
  hooks: RegisterHooks | undefined;
}

/**
 * A function that answers as its description in the platform file says: each register by its access, any other register
 * with zeros and a diagnostic, and a shared page if it describes one.
 */
export class RegisterMapFunction extends PciFunction {
  readonly description: FunctionDescription;
  readonly #byIndex: (Register | undefined)[] = [];
  readonly #byName = new Map<string, Register>();
  readonly #page: SharedMemory | undefined;

  constructor(description: FunctionDescription, log: DiagnosticLog) {
    super(
      `${description.name} ${formatPciAddress(description.address)}`,
      { ...description.ids, headerType: description.bridge === undefined ? 'device' : 'bridge' },
      log,
    );
    this.description = description;
    const last = description.registers.reduce((most, { index }) => Math.max(most, index), -1);
    this.#byIndex = Array(last + 1).fill(undefined);
    for (const register of description.registers) {
      const row = {
        description: register,
        rule: ACCESS_RULES[register.access],
        value: register.reset >>> 0,
        hooks: undefined,
      };
      this.#byIndex[register.index] = row;
      this.#byName.set(register.name, row);
    }
    if (description.shared.length > 0) this.#page = new SharedMemory(PAGE_BYTES);
    if (description.bridge !== undefined) {
      const { secondary, subordinate } = description.bridge;
      this.configuration.setRegister(6, (subordinate << 16) | (secondary << 8) | description.address.bus);
    }
  }

  override isBridge(): number | undefined {
    return this.description.bridge?.secondary;
  }

  override sharedPage(): SharedMemory | undefined {
    return this.#page;
  }

  #named(name: string): Register {
    const register = this.#byName.get(name);
    if (register !== undefined) return register;
    throw new RangeError(
      `${this.debugLabel()} has no register ${name}; it has ${[...this.#byName.keys()].join(', ')}.`,
    );
  }

  /** Sets what happens when the guest touches a register; without `hooks`, takes that away. Throws a RangeError for an unknown name. */
  hook(name: string, hooks?: RegisterHooks): void {
    this.#named(name).hooks = hooks;
  }

  /** What a register holds, whatever the guest may see of it. Throws a RangeError for an unknown name. */
  get(name: string): number {
    return this.#named(name).value;
  }

  /** Sets what a register holds, whatever its access: the device's own doing. Throws a RangeError for an unknown name. */
  set(name: string, value: number): void {
    this.#named(name).value = value >>> 0;
  }

  /** Gives every register its reset value and clears the shared page. Hooks stay. */
  reset(): void {
    for (const register of this.#byName.values()) register.value = register.description.reset >>> 0;
    this.#page?.bytes.fill(0);
  }

  protected override savedState(): { readonly [key: string]: Json } {
    return {
      registers: Object.fromEntries([...this.#byName].map(([name, { value }]) => [name, value])),
      shared: this.#page === undefined ? null : bytesJson(this.#page.bytes),
    };
  }

  protected override prepareState(reader: SnapshotReader, fields: Readonly<Record<string, unknown>>): () => void {
    const label = this.debugLabel();
    const saved = reader.object(fields.registers, `${label}.registers`, [...this.#byName.keys()]);
    const values = [...this.#byName].map(
      ([name, register]) =>
        [register, reader.integer(saved[name], `${label}.registers.${name}`, 0, 0xffff_ffff)] as const,
    );
    const page = this.#page;
    const bytes = reader.optional(fields.shared, `${label}.shared`, (text, at) => reader.bytes(text, at, PAGE_BYTES));
    if ((bytes === undefined) !== (page === undefined))
      reader.refuse('SNAPSHOT_FOREIGN', `${label}.shared`, 'A shared page is on one side only.');
    return () => {
      for (const [register, value] of values) register.value = value;
      if (bytes !== undefined) page?.bytes.set(bytes);
    };
  }

  override virtualConfigRegisterRead(index: number): number {
    const register = this.#byIndex[index];
    if (register === undefined) return this.#readUnknown(index);
    const { rule, value } = register;
    register.value = rule.afterRead(value);
    const seen = rule.read(value);
    return register.hooks?.read === undefined ? seen : this.#readHooked(register, seen);
  }

  override virtualConfigRegisterWrite(index: number, written: number): void {
    const register = this.#byIndex[index];
    if (register === undefined) {
      this.#writeUnknown(index, written);
      return;
    }
    register.value = register.rule.write(register.value, written);
    if (register.hooks?.write !== undefined) this.#writeHooked(register, written);
  }

  #readHooked(register: Register, seen: number): number {
    try {
      return (register.hooks?.read?.(seen) ?? seen) >>> 0;
    } catch (thrown) {
      this.#hookFailed(register, thrown);
      return seen;
    }
  }

  #writeHooked(register: Register, written: number): void {
    try {
      const held = register.hooks?.write?.(written, register.value);
      if (held !== undefined) register.value = held >>> 0;
    } catch (thrown) {
      this.#hookFailed(register, thrown);
    }
  }

  #hookFailed(register: Register, thrown: unknown): void {
    if (this.log.count('REGISTER_HOOK_FAILED'))
      this.log.keep(
        'REGISTER_HOOK_FAILED',
        this.debugLabel(),
        `The hook of ${register.description.name} threw: ${thrownText(thrown)}.`,
      );
  }

  /** Registers from 1024 up are the shared page, reached here only where it is not mapped into the guest. */
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
