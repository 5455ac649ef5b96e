import { asl, encodeAml, normalizeName, type Term } from '../../aml/index.js';
import { updateRule, writerName } from '../../firmware/dsdt/field-updates.js';
import { type Driver, type DriverDescription, registerAddress } from '../../guest/index.js';
import { packPciAddress } from '../../platform/config-address.js';
import { acpiPaths } from '../../platform/names/acpi-path.js';
import { DSDT_64_BIT_REVISION, encodeTable } from '../../tables/index.js';
import type { FunctionDescription, Platform, RegisterDescription } from '../../vocab/index.js';
import type { CheckedMachine } from '../subject/checked-machine.js';
import { type BitsAfterWrite, bitsAfterWrite } from './bits-after-write.js';
import type { RecordedMachine } from './recorded-machine.js';

/** One field, and the two ways to it. */
export interface Trial {
  readonly description: FunctionDescription;
  /** Of the AML field, as the decoder spells it. */
  readonly path: string;
  readonly verb: 'read' | 'write';
  /** How many dwords it is of. */
  readonly dwords: number;
  /** What AML is given to write. */
  readonly written: bigint | Uint8Array | undefined;
  /** Puts both machines into the state in which the field is accessed. */
  readonly prepare: (side: RecordedMachine) => void;
  /** Accesses the field as a driver does; returns what a read gives. */
  readonly drive: (driver: Driver<DriverDescription>) => bigint | undefined;
  /** Bytes past those that the driver can reach, at the end of a run that is not whole dwords. */
  readonly tailAt?: bigint;
  /** For a register whose bits differ, where AML and a driver make other accesses: what the register has to hold then. */
  readonly left?: HeldBits;
}

interface HeldBits {
  /** Of the field that is written. */
  readonly field: string;
  readonly of: (side: RecordedMachine) => number;
  readonly wanted: BitsAfterWrite;
  /** The field's bits, where AML writes it by a method that takes them and a value. */
  readonly mask?: number;
}

/** Fields over this number are not run: each takes two machines and a method. */
const MOST_TRIALS = 8000;
/** Dwords of runs over this number are not accessed. */
const MOST_DWORDS = 0x4000;
/** Bits that both a read and a write can tell from their neighbours. */
const PATTERN = 0x9669_5aa5;
const BACKGROUND = 0x6996_c33c;

const READABLE = new Set(['rw', 'ro', 'w1c', 'w1s', 'rc']);
const WRITABLE = new Set(['rw', 'wo', 'w1c', 'w1s']);

/** A value of a field, neither all zeros nor, if it has more than one bit, all ones. */
const trialValue = (widthBits: number): number => (widthBits === 32 ? PATTERN : PATTERN % 2 ** widthBits || 1);

function holdRegister({ address, profile }: FunctionDescription, register: string): Trial['prepare'] {
  return ({ machine }) => {
    if (profile === 'vfio') {
      const device = machine.vfio(address);
      if (device.pendingNotifications === 0) device.notify(BACKGROUND);
    } else machine.registers(address).set(register, BACKGROUND);
  };
}

function registerTrials(description: FunctionDescription, base: string): Trial[] {
  return description.registers.flatMap((register) => {
    const { name, access, fields } = register;
    const prepare = holdRegister(description, name);
    const trials: Trial[] = [];
    const add = (field: string | undefined, verb: Trial['verb'], value: number) => {
      const drive: Trial['drive'] = (driver) => {
        if (verb === 'read') return BigInt(field === undefined ? driver.read(name) : driver.readField(name, field));
        if (field === undefined) driver.write(name, value);
        else driver.writeFields(name, { [field]: value });
        return undefined;
      };
      const path = normalizeName(`${base}.${field ?? name}`);
      const dwords = 1;
      trials.push({
        description,
        path,
        verb,
        dwords,
        written: verb === 'read' ? undefined : BigInt(value),
        prepare,
        drive,
      });
    };
    // Where bits differ, a driver adds to what it is given and reads only if it must; AML does neither, or in another way.
    const isAlike =
      register.reserved === undefined &&
      register.key === undefined &&
      register.writeMask === undefined &&
      fields.every((field) => field.access === undefined);
    for (const { name: field, widthBits } of [{ name: undefined, widthBits: 32 }, ...fields]) {
      if (READABLE.has(access)) add(field, 'read', 0);
      if (WRITABLE.has(access) && isAlike) add(field, 'write', trialValue(widthBits));
    }
    return isAlike || description.profile !== undefined
      ? trials
      : [...trials, ...heldTrials(description, register, base, prepare)];
  });
}

/** Writes of the fields of a register whose bits differ: by the field, or by the register's method where none does it right. */
function heldTrials(
  description: FunctionDescription,
  register: RegisterDescription,
  base: string,
  prepare: Trial['prepare'],
): Trial[] {
  const writer = writerName(register, description.bridge !== undefined);
  return register.fields.flatMap((field): Trial[] => {
    const { name, lowBit, widthBits } = field;
    if (!WRITABLE.has(field.access ?? register.access)) return [];
    const value = trialValue(widthBits);
    const byMethod = updateRule(register, field) === undefined;
    const placed = byMethod ? BigInt(value) << BigInt(lowBit) : BigInt(value);
    return [
      {
        ...{ description, prepare, verb: 'write', dwords: 1, written: placed },
        path: normalizeName(`${base}.${byMethod ? writer : name}`),
        // What the register has to hold follows from the platform alone.
        drive: () => undefined,
        left: {
          field: name,
          of: ({ machine }) => machine.registers(description.address).get(register.name),
          wanted: bitsAfterWrite(register, field, value, BACKGROUND),
          ...(byMethod && { mask: (2 ** widthBits - 1) * 2 ** lowBit }),
        },
      },
    ];
  });
}

function runTrials(description: FunctionDescription, base: string, pageAddress: bigint): Trial[] {
  return description.shared.flatMap(({ name, offsetBytes, lengthBytes }): Trial[] => {
    const dwords = Math.floor(lengthBytes / 4);
    if (offsetBytes % 4 !== 0 || dwords === 0) return [];
    const bytes = Uint8Array.from({ length: lengthBytes }, (_, at) => (at * 37 + 11) & 0xff);
    const view = new DataView(bytes.buffer);
    const path = normalizeName(`${base}.${name}`);
    const prepare = () => {};
    const tail = lengthBytes % 4 === 0 ? {} : { tailAt: pageAddress + BigInt(offsetBytes + 4 * dwords) };
    const written = lengthBytes > 8 ? bytes : bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
    return [
      {
        ...{ description, path, dwords, prepare, ...tail },
        verb: 'write',
        written,
        drive: (driver) => {
          const run = driver.run(name);
          for (let index = 0; index < dwords; index++) run.write(index, view.getUint32(4 * index, true));
          return undefined;
        },
      },
      {
        ...{ description, path, dwords, prepare, ...tail },
        verb: 'read',
        written: undefined,
        drive: (driver) => {
          const run = driver.run(name);
          for (let index = 0; index < dwords; index++) run.read(index);
          return undefined;
        },
      },
    ];
  });
}

/** Everything that a driver of the platform does and AML of the same name can do. */
export function trialsOf(platform: Platform, { names }: CheckedMachine): Trial[] {
  const trials: Trial[] = [];
  const paths = acpiPaths(platform);
  let dwords = 0;
  for (const description of platform.functions) {
    const base = paths.get(packPciAddress(description.address));
    if (base === undefined) continue;
    const shared = registerAddress(platform.vcfg.base, { address: description.address, page: 'shared', register: 0 });
    const path = normalizeName(base);
    for (const trial of [...registerTrials(description, path), ...runTrials(description, path, shared)]) {
      if (trials.length === MOST_TRIALS) return trials;
      if (names.at(trial.path).length === 0) continue;
      dwords += trial.dwords;
      if (dwords <= MOST_DWORDS || trial.dwords === 1) trials.push(trial);
    }
  }
  return trials;
}

/** A Device that no table declares, for the methods that access fields. */
export function freeDevice({ names }: CheckedMachine): string {
  const free = ['VRUN', ...Array.from({ length: 36 }, (_, digit) => `VRN${digit.toString(36).toUpperCase()}`)];
  return free.find((name) => names.at(`\\${name}`).length === 0) ?? 'VRUN';
}

/** The method of a trial, by its number. */
export const methodName = (number: number) => `T${number.toString(36).toUpperCase().padStart(3, '0')}`;

/** A table with a method for each trial, which accesses the field as any AML does. */
export function trialTable(trials: readonly Trial[], device: string): Uint8Array {
  const methods = trials.map(({ path, verb, left }, number): Term => {
    const field = asl.path(path);
    const write = () =>
      left?.mask === undefined ? asl.Store(asl.Arg(0), field) : asl.Call(path, left.mask, asl.Arg(0));
    const body = verb === 'read' ? asl.Return(field) : write();
    return asl.Method(methodName(number), { args: verb === 'read' ? 0 : 1, serialized: true }, [body]);
  });
  const identity = {
    signature: 'SSDT',
    revision: DSDT_64_BIT_REVISION,
    ...{ oemId: 'VCFG', oemTableId: 'VCFGRUN', oemRevision: 1, creatorId: 'VCFG', creatorRevision: 1 },
  };
  return encodeTable(identity, encodeAml([asl.Device(`\\${device}`, methods)]));
}
