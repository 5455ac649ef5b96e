import type { BitRun } from '../../vocab/index.js';
import { dwordsOf, type FieldInput, type RegisterInput } from '../expand/expand-registers.js';
import { writtenLongName } from '../expand/part-names.js';
import type { Findings, Path } from '../read/findings.js';
import type { FunctionInput } from '../schema/schema.js';
import { longNameFault } from '../schema/schema-leaves.js';

const DWORD_BITS = 32;
const U32 = 0xffff_ffffn;

/** The name of a part in a finding. */
function nameOf({ name, longName }: { name?: string | undefined; longName?: string | undefined }): string {
  return name ?? longName ?? '';
}

const endOf = ({ lowBit, widthBits }: BitRun) => lowBit + widthBits;
const bitsText = (run: BitRun) => (run.widthBits === 1 ? `${run.lowBit}` : `${endOf(run) - 1}..${run.lowBit}`);
const meet = (a: BitRun, b: BitRun) => a.lowBit < endOf(b) && b.lowBit < endOf(a);

function checkBits(key: string, run: BitRun, bits: number, path: Path, findings: Findings): void {
  if (endOf(run) <= bits) return;
  const message = `${key} is ${bitsText(run)}, outside the register's bits ${bits - 1}..0.`;
  const cure = 'Write the high bit first, such as 7..4 or [7, 4], or a single bit, such as 0.';
  findings.add(
    'PLATFORM_FIELD_RANGE',
    path,
    message,
    bits === 64 ? cure : `${cure} A register of 64 bits has width: 64.`,
  );
}

/** Values with names, and the limits: each fits in the field, and none is there twice. */
function checkValues(field: FieldInput, path: Path, findings: Findings): void {
  const { widthBits } = field.bits;
  const most = 2n ** BigInt(widthBits) - 1n;
  const tooLarge = (value: number, what: string, at: Path) => {
    if (BigInt(value) <= most) return;
    const message = `${what} of ${nameOf(field)} is ${value}, but its ${widthBits} bits hold at most ${most}.`;
    findings.add('PLATFORM_VALUE_RANGE', at, message, 'Lower it, or give the field more bits.');
  };
  const owners = new Map<number, string>();
  for (const [name, { value }] of Object.entries(field.values ?? {})) {
    const at = [...path, 'values', name];
    const fault = longNameFault(name);
    if (fault !== undefined) {
      const message = `The name of a value of ${nameOf(field)} ${fault.what}.`;
      findings.add('PLATFORM_BAD_NAME', at, message, fault.cure, { ofKey: true });
    }
    tooLarge(value, `The value ${name}`, at);
    const earlier = owners.get(value);
    if (earlier === undefined) owners.set(value, name);
    else {
      const message = `The values ${earlier} and ${name} of ${nameOf(field)} are both ${value}.`;
      findings.add('PLATFORM_DUPLICATE_VALUE', at, message, 'Give each its own number, or remove one.');
    }
  }
  const { min, max } = field;
  if (min !== undefined) tooLarge(min, 'min', [...path, 'min']);
  if (max !== undefined) tooLarge(max, 'max', [...path, 'max']);
  if (min !== undefined && max !== undefined && min > max) {
    const message = `min of ${nameOf(field)} is ${min}, which is above max, ${max}.`;
    findings.add('PLATFORM_VALUE_RANGE', [...path, 'min'], message, 'Swap them.');
  }
}

/** A field with bits in both dwords of a register has no single place: AML and the device know only dwords. */
function checkAcross(field: FieldInput, path: Path, findings: Findings): void {
  if (field.bits.lowBit >= DWORD_BITS || endOf(field.bits) <= DWORD_BITS) return;
  for (const key of ['values', 'access'] as const) {
    if (field[key] === undefined) continue;
    const message = `${nameOf(field)} has bits in both dwords of its register, so it cannot have ${key}.`;
    const cure = `Remove ${key}, or split the field at bit ${DWORD_BITS}.`;
    findings.add('PLATFORM_WIDE_FIELD', [...path, key], message, cure);
  }
}

function checkFields(row: RegisterInput, path: Path, findings: Findings): void {
  const bits = dwordsOf(row) * DWORD_BITS;
  const owners: (string | undefined)[] = [];
  const longNames = new Map<string, number>();
  for (const [at, field] of (row.fields ?? []).entries()) {
    const fieldPath = [...path, 'fields', at];
    checkBits('bits', field.bits, bits, [...fieldPath, 'bits'], findings);
    const mine = Array.from({ length: field.bits.widthBits }, (_, offset) => field.bits.lowBit + offset);
    const taken = mine.find((bit) => owners[bit] !== undefined);
    if (taken !== undefined) {
      const message = `The fields ${owners[taken]} and ${nameOf(field)} of ${nameOf(row)} both use bit ${taken}.`;
      findings.add('PLATFORM_FIELD_OVERLAP', [...fieldPath, 'bits'], message, 'Give each its own bits.');
    }
    for (const bit of mine) owners[bit] ??= nameOf(field);
    const longName = writtenLongName(field);
    const earlier = longNames.get(longName);
    if (earlier === undefined) longNames.set(longName, at);
    else if (field.longName !== undefined || row.fields?.[earlier]?.longName !== undefined) {
      const message = `Two fields of ${nameOf(row)} are ${longName} in generated drivers; the first is at ${findings.where([...path, 'fields', earlier])}.`;
      const key = field.longName === undefined ? 'name' : 'longName';
      findings.add('PLATFORM_DUPLICATE_NAME', [...fieldPath, key], message, 'Rename one.');
    }
    checkValues(field, fieldPath, findings);
    checkAcross(field, fieldPath, findings);
  }
}

/** What a write must carry besides the value: no field may use its bits. */
function checkWriteKeys(row: RegisterInput, path: Path, findings: Findings): void {
  const keys = [
    ['key', row.key?.bits],
    ['writeMask', row.writeMask],
  ] as const;
  for (const [key, run] of keys) {
    if (run === undefined) continue;
    const at = [...path, key];
    const refuse = (message: string, cure: string) => findings.add('PLATFORM_WRITE_KEY', at, message, cure);
    checkBits(key, run, DWORD_BITS, key === 'key' ? [...at, 'bits'] : at, findings);
    if (dwordsOf(row) > 1)
      refuse(`${nameOf(row)} has 64 bits, so it cannot have a ${key}.`, 'Describe it as two registers.');
    const field = row.fields?.find(({ bits }) => meet(bits, run));
    if (field !== undefined)
      refuse(
        `The ${key} of ${nameOf(row)} and its field ${nameOf(field)} share bits.`,
        'Remove the field, or move it.',
      );
    const access = [row.access ?? 'rw', ...(row.fields ?? []).flatMap((each) => each.access ?? [])];
    if (access.every((each) => each === 'ro' || each === 'rc'))
      refuse(`${nameOf(row)} has a ${key}, and writes have no effect.`, `Remove ${key}, or change access.`);
  }
  if (row.key !== undefined) {
    const { bits, value } = row.key;
    if (BigInt(value) >> BigInt(bits.widthBits) !== 0n) {
      const message = `The key of ${nameOf(row)} is ${value}, which ${bits.widthBits} bits do not hold.`;
      findings.add('PLATFORM_VALUE_RANGE', [...path, 'key', 'value'], message, 'Lower it, or give the key more bits.');
    }
  }
  const { key, writeMask } = row;
  if (writeMask === undefined) return;
  if (writeMask.lowBit < writeMask.widthBits) {
    const message = `The writeMask ${bitsText(writeMask)} of ${nameOf(row)} would enable writes of its own bits.`;
    findings.add(
      'PLATFORM_WRITE_KEY',
      [...path, 'writeMask'],
      message,
      'Place it above the bits that it enables, as 31..16.',
    );
  }
  if (key !== undefined && meet(key.bits, writeMask))
    findings.add(
      'PLATFORM_WRITE_KEY',
      [...path, 'writeMask'],
      `The key and the writeMask of ${nameOf(row)} share bits.`,
      'Move one.',
    );
}

function checkStray(
  row: { count?: number | undefined; stride?: number | undefined },
  path: Path,
  findings: Findings,
): void {
  if (row.stride === undefined || row.count !== undefined) return;
  findings.add(
    'PLATFORM_STRAY_KEY',
    [...path, 'stride'],
    'There is a stride, but no count.',
    'Add count, or remove stride.',
  );
}

/** Checks one row by itself, wherever and however often it is used. */
function checkRegisterRow(row: RegisterInput, path: Path, findings: Findings): void {
  const length = dwordsOf(row);
  checkStray(row, path, findings);
  if (row.writeOrder !== undefined && length === 1) {
    const cure = 'Add width: 64, or remove writeOrder.';
    findings.add(
      'PLATFORM_STRAY_KEY',
      [...path, 'writeOrder'],
      `${nameOf(row)} is one dword, so it cannot have a writeOrder.`,
      cure,
    );
  }
  if (row.stride !== undefined && row.stride < length && (row.count ?? 1) > 1) {
    const message = `${nameOf(row)} takes ${length} registers, but its elements are ${row.stride} apart.`;
    findings.add('PLATFORM_STRIDE', [...path, 'stride'], message, `Write ${length} or more, or remove stride.`);
  }
  if (length === 1 && (row.reset ?? 0n) > U32) {
    const message = `reset is 0x${(row.reset ?? 0n).toString(16)}, outside the range 0x0 to 0xffffffff.`;
    findings.add('PLATFORM_RESET_RANGE', [...path, 'reset'], message, 'Write a whole number from 0x0 to 0xffffffff.');
  }
  checkFields(row, path, findings);
  checkWriteKeys(row, path, findings);
}

/** Checks an instance of a group by itself. */
function checkInstanceRow(
  row: {
    name?: string | undefined;
    longName?: string | undefined;
    count?: number | undefined;
    stride?: number | undefined;
  },
  path: Path,
  findings: Findings,
): void {
  checkStray(row, path, findings);
  if (row.count === undefined || row.name !== undefined || row.longName !== undefined) return;
  const message = 'An array of a group needs a name, which its registers begin with.';
  findings.add('PLATFORM_MISSING_KEY', path, message, 'Add name or longName.');
}

/** Checks the rows of a function or of a group, each by itself. */
export function checkRegisterRows(
  { registers = [], instances = [] }: Pick<FunctionInput, 'registers' | 'instances'>,
  path: Path,
  findings: Findings,
): void {
  for (const [at, row] of registers.entries()) checkRegisterRow(row, [...path, 'registers', at], findings);
  for (const [at, row] of instances.entries()) checkInstanceRow(row, [...path, 'instances', at], findings);
}
