import type {
  FieldDescription,
  FunctionDescription,
  RegisterDescription,
  SharedDescription,
} from '../../vocab/index.js';
import { PAGE_BYTES } from '../layout.js';
import { paddedName, reservedFor } from '../names/name-seg.js';
import type { Findings, Path } from '../read/findings.js';
import type { FunctionInput } from '../schema/schema.js';
import { VFIO_REGISTERS } from '../vfio-profile.js';

/** Bytes in the shared page. */
const PAGE = BigInt(PAGE_BYTES);

/** Red Hat's IDs of QEMU's PCI test device and root port: no driver takes them for anything else. */
const DEFAULT_IDS = {
  plain: { vendor: 0x1b36, device: 0x0005, classCode: 0xff_0000 },
  bridge: { vendor: 0x1b36, device: 0x000c, classCode: 0x06_0400 },
};

type RegisterInput = NonNullable<FunctionInput['registers']>[number];
type SharedInput = NonNullable<FunctionInput['shared']>[number];

/** The label and description of a part, where present. */
function words(part: { label?: string | undefined; description?: string | undefined }) {
  return {
    ...(part.label === undefined ? {} : { label: part.label }),
    ...(part.description === undefined ? {} : { description: part.description }),
  };
}

/** All names of a function share one ACPI scope: those of registers, of fields and of shared runs. */
function checkNames(input: FunctionInput, path: Path, findings: Findings): void {
  const owners = new Map<string, { name: string; path: Path }>();
  const check = (name: string, owner: Path) => {
    const reserved = reservedFor(name, { isBridge: input.bridge !== undefined });
    const earlier = owners.get(paddedName(name));
    if (reserved !== undefined) {
      const message = `The name ${name} is reserved for ${reserved} in the function's ACPI scope.`;
      findings.add('PLATFORM_RESERVED_NAME', owner, message, 'Choose another name.');
    } else if (earlier) {
      const both =
        name === earlier.name
          ? `two parts named ${name}`
          : `parts named ${earlier.name} and ${name}, which are one ACPI name`;
      const message = `${input.name} has ${both}; the first is at ${findings.where(earlier.path)}.`;
      const cure = 'Registers, fields and shared runs of a function share one ACPI scope; rename one.';
      findings.add('PLATFORM_DUPLICATE_NAME', owner, message, cure);
    } else owners.set(paddedName(name), { name, path: owner });
  };
  for (const [index, register] of input.registers?.entries() ?? []) {
    check(register.name, [...path, 'registers', index, 'name']);
    for (const [number, field] of register.fields?.entries() ?? []) {
      check(field.name, [...path, 'registers', index, 'fields', number, 'name']);
    }
  }
  for (const [index, run] of input.shared?.entries() ?? []) check(run.name, [...path, 'shared', index, 'name']);
}

function checkFields(input: RegisterInput, path: Path, findings: Findings): FieldDescription[] {
  const owners: (string | undefined)[] = [];
  const fields = (input.fields ?? []).map(({ name, bits, ...rest }, index) => {
    const mine = Array.from({ length: bits.widthBits }, (_, offset) => bits.lowBit + offset);
    const taken = mine.find((bit) => owners[bit] !== undefined);
    if (taken !== undefined) {
      const message = `The fields ${owners[taken]} and ${name} of ${input.name} both use bit ${taken}.`;
      findings.add('PLATFORM_FIELD_OVERLAP', [...path, 'fields', index, 'bits'], message, 'Give each its own bits.');
    }
    for (const bit of mine) owners[bit] ??= name;
    return { name, ...words(rest), ...bits };
  });
  return fields.toSorted((a, b) => a.lowBit - b.lowBit);
}

function checkRegisters(input: FunctionInput, path: Path, findings: Findings): RegisterDescription[] {
  const owners = new Map<number, { name: string; path: Path }>();
  const registers = (input.registers ?? []).map((register, number) => {
    const registerPath = [...path, 'registers', number];
    const { name, index, access = 'rw', reset = 0 } = register;
    const earlier = owners.get(index);
    if (earlier) {
      const message = `The register ${name} has index ${index}, which ${earlier.name} already has (${findings.where(earlier.path)}).`;
      findings.add('PLATFORM_DUPLICATE_INDEX', [...registerPath, 'index'], message, 'Give each its own index.');
    } else owners.set(index, { name, path: registerPath });
    return { name, ...words(register), index, access, reset, fields: checkFields(register, registerPath, findings) };
  });
  return registers.toSorted((a, b) => a.index - b.index);
}

function checkSharedRun(run: SharedInput, path: Path, findings: Findings): void {
  if (run.offset % 4 !== 0 || run.bytes % 4n !== 0n) {
    const key = run.offset % 4 === 0 ? 'bytes' : 'offset';
    const message = `The shared run ${run.name} has offset ${run.offset} and ${run.bytes} bytes; both must be multiples of 4.`;
    findings.add('PLATFORM_SHARED_ALIGNMENT', [...path, key], message, 'The page is read and written in dwords.');
  }
  if (run.bytes === 0n || BigInt(run.offset) + run.bytes > PAGE) {
    const message =
      run.bytes === 0n
        ? `The shared run ${run.name} is empty.`
        : `The shared run ${run.name} ends at byte ${BigInt(run.offset) + run.bytes - 1n}, past its page of ${PAGE_BYTES} bytes.`;
    const cure = `At offset ${run.offset} there is room for ${PAGE - BigInt(run.offset)} bytes.`;
    findings.add('PLATFORM_SHARED_RANGE', [...path, 'bytes'], message, cure);
  }
}

function checkShared(input: FunctionInput, path: Path, findings: Findings): SharedDescription[] {
  const runs = (input.shared ?? []).map((run, index) => ({ ...run, path: [...path, 'shared', index] }));
  for (const run of runs) checkSharedRun(run, run.path, findings);
  const sorted = runs.toSorted((a, b) => a.offset - b.offset);
  let furthest = sorted[0];
  for (const run of sorted.slice(1)) {
    const end = furthest ? BigInt(furthest.offset) + furthest.bytes : 0n;
    if (furthest && BigInt(run.offset) < end) {
      const message = `The shared runs ${furthest.name} (${findings.where(furthest.path)}) and ${run.name} both use byte ${run.offset}.`;
      findings.add(
        'PLATFORM_SHARED_OVERLAP',
        [...run.path, 'offset'],
        message,
        `${furthest.name} ends at byte ${end - 1n}; start ${run.name} after it.`,
      );
    }
    if (BigInt(run.offset) + run.bytes > end) furthest = run;
  }
  return sorted.map((run) => ({
    name: run.name,
    ...words(run),
    offsetBytes: run.offset,
    lengthBytes: Number(run.bytes),
  }));
}

/** Keys that a function with a profile cannot have, since nothing on the host would answer them. */
const BESIDE_PROFILE = [
  ['registers', 'registers of its own'],
  ['shared', 'shared runs of its own'],
  ['bridge', 'a bridge'],
] as const;

function checkProfile(input: FunctionInput, path: Path, findings: Findings): void {
  if (input.profile === undefined) return;
  for (const [key, what] of BESIDE_PROFILE) {
    const given = input[key];
    if (given === undefined || (Array.isArray(given) && given.length === 0)) continue;
    const message = `${input.name} has the ${input.profile} profile and ${what}. A function cannot have both.`;
    const cure = `Remove ${key}, or move it to another function; or remove profile and describe the whole function.`;
    findings.add('PLATFORM_PROFILE_CLASH', [...path, key], message, cure);
  }
}

/**
 * Checks one function by itself and fills in defaults. A bridge's buses and a function's event depend on other
 * functions.
 */
export function checkFunction(
  input: FunctionInput,
  path: Path,
  findings: Findings,
): Omit<FunctionDescription, 'bridge' | 'gpe'> {
  checkProfile(input, path, findings);
  checkNames(input, path, findings);
  const registers = checkRegisters(input, path, findings);
  const defaults = input.bridge ? DEFAULT_IDS.bridge : DEFAULT_IDS.plain;
  return {
    address: input.address,
    name: input.name,
    ...words(input),
    ...(input.path === undefined ? {} : { path: input.path }),
    ...(input.profile === undefined ? {} : { profile: input.profile }),
    registers: input.profile === 'vfio' ? VFIO_REGISTERS : registers,
    shared: checkShared(input, path, findings),
    ids: {
      vendor: input.ids?.vendor ?? defaults.vendor,
      device: input.ids?.device ?? defaults.device,
      classCode: input.ids?.class ?? defaults.classCode,
    },
  };
}
