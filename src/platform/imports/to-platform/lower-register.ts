import type { Access, Place } from '../../../vocab/index.js';
import type { ImportLog } from '../model/import-log.js';
import type { ModelAccess, ModelField, ModelRegister } from '../model/register-model.js';
import type { FieldRow, RegisterRow } from './rows.js';
import { freeName, isNameSeg, longNameFor } from './short-names.js';

/** Longest label and description of a platform file. */
const MOST_LABEL = 80;
const MOST_DESCRIPTION = 2000;
const DWORD_BITS = 32;

/** Label and description as a platform file may have them: a label that is too long goes into the description. */
export function wordsFor(part: { readonly label?: string; readonly description?: string }): {
  label?: string;
  description?: string;
} {
  const plain = (text: string | undefined) => text?.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim();
  const label = plain(part.label);
  const description = plain(part.description);
  const isLong = label !== undefined && label.length > MOST_LABEL;
  const text = isLong ? [label, description].filter(Boolean).join('. ') : description;
  const cut = text !== undefined && text.length > MOST_DESCRIPTION ? `${text.slice(0, MOST_DESCRIPTION - 1)}…` : text;
  return {
    ...(label !== undefined && label !== '' && !isLong && { label }),
    ...(cut !== undefined && cut !== '' && { description: cut }),
  };
}

/** The nearest access that a platform file has. What that leaves out is noted in the log. */
function platformAccess(access: ModelAccess, place: Place, log: ImportLog): Access {
  const { read, write, onRead, onWrite, once } = access;
  if (once) log.leave('write-once', place);
  if (onRead === 'clear' && !(onWrite === 'w1c' && write)) {
    if (write) log.leave('write-effect', place);
    return 'rc';
  }
  if (onRead !== undefined) log.leave('read-effect', place);
  if ((onWrite === 'w1c' || onWrite === 'w1s') && read) return onWrite;
  if (onWrite !== undefined) log.leave('write-effect', place);
  if (!write) return 'ro';
  return read ? 'rw' : 'wo';
}

/** The access of most fields: a register has one, and fields that differ have their own. */
function commonAccess(accesses: readonly Access[], own: Access): Access {
  const counts = new Map<Access, number>();
  for (const access of accesses) counts.set(access, (counts.get(access) ?? 0) + 1);
  let common = own;
  for (const [access, count] of counts) if (count > (counts.get(common) ?? 0)) common = access;
  return common;
}

/** The NameSeg if the source's name is one, in any case; else the long name. */
function namesFor(name: string, longName: string): { name: string } | { longName: string } {
  const seg = name.toUpperCase();
  return isNameSeg(seg) && longName === name.toLowerCase() ? { name: seg } : { longName };
}

/** Whether a field has bits in both dwords of its register. */
function isAcross({ lowBit, widthBits }: ModelField): boolean {
  return lowBit < DWORD_BITS && lowBit + widthBits > DWORD_BITS;
}

function lowerField(
  field: ModelField,
  names: { longNames: Set<string> },
  access: Access,
  common: Access,
  log: ImportLog,
): FieldRow {
  const { lowBit, widthBits } = field;
  const hasTwo = isAcross(field);
  if (hasTwo && (field.values.length > 0 || access !== common)) log.leave('wide-field', field.place);
  const valueNames = new Set<string>();
  const values = field.values.filter(({ value }) => value <= 0xffff_ffffn);
  const most = (1n << BigInt(widthBits)) - 1n;
  const fits = (limit: bigint | undefined) =>
    limit !== undefined && limit <= most && limit <= BigInt(Number.MAX_SAFE_INTEGER);
  const longName = freeName(longNameFor(field.name, 'f'), names.longNames);
  return {
    ...namesFor(field.name, longName),
    ...wordsFor(field),
    lowBit,
    widthBits,
    ...(access !== common && !hasTwo && { access }),
    values: hasTwo
      ? []
      : values.map(({ name, value, description }) => ({
          name: freeName(longNameFor(name, 'v'), valueNames),
          value,
          ...wordsFor(description === undefined ? {} : { description }),
        })),
    ...(fits(field.least) && field.least !== 0n && { min: field.least as bigint }),
    ...(fits(field.most) && field.most !== most && { max: field.most as bigint }),
  };
}

/** A register of 32 or 64 bits as a row. `index` and the array's numbers are in dwords. */
export function lowerRegister(
  register: ModelRegister,
  name: string,
  place: { readonly index: number; readonly count?: number; readonly stride?: number },
  log: ImportLog,
): RegisterRow {
  const own = platformAccess(register.access, register.place, log);
  // Fields that have the register's own access are noted with it.
  const accesses = register.fields.map((field) =>
    field.access === register.access ? own : platformAccess(field.access, field.place, log),
  );
  const width = register.widthBits > DWORD_BITS ? 64 : 32;
  // A field across both dwords has the register's access, and so has a dword without fields.
  const across = register.fields.findIndex((field) => isAcross(field));
  const access = width === 32 ? commonAccess(accesses, own) : (accesses[across] ?? own);
  const names = { longNames: new Set<string>() };
  return {
    place: register.place,
    ...namesFor(name, longNameFor(name, 'r')),
    ...wordsFor(register),
    ...place,
    width,
    access,
    reset: register.reset,
    fields: register.fields.map((field, index) => lowerField(field, names, accesses[index] as Access, access, log)),
  };
}
