import { asl, type FieldOptions, type FieldUnit, fieldUnits, type Term } from '../../aml/index.js';
import { encodeConfigAddress, VCFG_REGISTER_BITS } from '../../platform/config-address.js';
import { PAGE_BYTES } from '../../platform/layout.js';
import { SHARED_REGION, TRAPPED_REGION, VCFG_NAME } from '../../platform/names/generated-names.js';
import { VFIO_MAILBOX_ARGUMENTS, VFIO_MAILBOX_RESULT } from '../../platform/vfio-profile.js';
import type { FunctionDescription, RegisterDescription } from '../../vocab/index.js';
import { type UpdateRule, updateRule, writerMethod } from './field-updates.js';

/** The first register of the shared page. */
export const FIRST_SHARED_REGISTER = PAGE_BYTES / 4;

/** How the fields of generated regions can be accessed. */
export const REGION_ACCESSES = ['dword', 'crosvm'] as const;

export interface RegionOptions {
  /**
   * `dword`: every access is of four bytes. `crosvm`, for comparison with crosvm's own tables: fields take the global lock,
   * and the mailbox's arguments are AnyAcc, which ACPICA accesses byte by byte. Default: dword.
   */
  readonly accesses?: (typeof REGION_ACCESSES)[number];
  /**
   * How a region names the window's base: `VCFG`, looked up from the function's scope as crosvm does, or `\\VCFG`, which
   * a vendor's VCFG in a scope above does not hide. Default: `VCFG`.
   */
  readonly baseName?: 'VCFG' | '\\VCFG';
}

function region(
  name: string,
  { address }: FunctionDescription,
  firstRegister: number,
  { baseName = VCFG_NAME }: RegionOptions,
): Term {
  const offset = encodeConfigAddress(address, firstRegister, VCFG_REGISTER_BITS);
  return asl.OperationRegion(name, 'SystemMemory', asl.Add(asl.path(baseName), offset), PAGE_BYTES);
}

/** The registers, one field of 32 bits each; then the fields within them, grouped by what happens to the other bits. */
function trappedFields({ registers, bridge }: FunctionDescription, lock: boolean): Term[] {
  const field = (update: UpdateRule, units: readonly FieldUnit[]) =>
    asl.Field(TRAPPED_REGION, { access: 'DWordAcc', lock, update }, fieldUnits(units));
  const whole = registers.map(({ name, index }) => ({ name, lowBit: index * 32, bits: 32 }));
  const terms: Term[] = [field('Preserve', whole)];
  const units: Record<UpdateRule, FieldUnit[]> = { Preserve: [], WriteAsZeros: [], WriteAsOnes: [] };
  const withWriters = new Set<RegisterDescription>();
  for (const register of registers) {
    for (const each of register.fields) {
      const update = updateRule(register, each);
      if (update === undefined) withWriters.add(register);
      const unit = { name: each.name, lowBit: register.index * 32 + each.lowBit, bits: each.widthBits };
      units[update ?? 'Preserve'].push(unit);
    }
  }
  for (const update of ['Preserve', 'WriteAsZeros', 'WriteAsOnes'] as const)
    if (units[update].length > 0) terms.push(field(update, units[update]));
  for (const register of withWriters) terms.push(writerMethod(register, bridge !== undefined));
  return terms;
}

function sharedFields({ profile, shared }: FunctionDescription, crosvm: boolean): Term[] {
  const field = (access: FieldOptions['access'], units: readonly FieldUnit[]) =>
    asl.Field(SHARED_REGION, { access, lock: crosvm }, fieldUnits(units));
  const terms: Term[] = [];
  if (profile === 'vfio') {
    for (const [rows, access] of [
      [VFIO_MAILBOX_ARGUMENTS, crosvm ? 'AnyAcc' : 'DWordAcc'],
      [VFIO_MAILBOX_RESULT, 'DWordAcc'],
    ] as const) {
      terms.push(
        field(
          access,
          rows.map(({ name, offsetBits, widthBits }) => ({ name, lowBit: offsetBits, bits: widthBits })),
        ),
      );
    }
  }
  if (shared.length > 0) {
    terms.push(
      field(
        'DWordAcc',
        shared.map(({ name, offsetBytes, lengthBytes }) => ({ name, lowBit: offsetBytes * 8, bits: lengthBytes * 8 })),
      ),
    );
  }
  return terms;
}

/** The OperationRegions and Fields of a function's virtual configuration registers; no terms if it has none. */
export function functionRegions(described: FunctionDescription, options: RegionOptions = {}): Term[] {
  const crosvm = options.accesses === 'crosvm';
  const terms: Term[] = [];
  if (described.registers.length > 0) {
    terms.push(region(TRAPPED_REGION, described, 0, options), ...trappedFields(described, crosvm));
  }
  const shared = sharedFields(described, crosvm);
  if (shared.length > 0) terms.push(region(SHARED_REGION, described, FIRST_SHARED_REGISTER, options), ...shared);
  return terms;
}
