import { checkWhole, packCheckedAddress } from '../../platform/config-address.js';
import { MOST_BUSES, MOST_MSIX_VECTORS, PAGE_BYTES, PAGE_REGISTERS } from '../../platform/layout.js';
import type { BitRun, FunctionDescription } from '../../vocab/index.js';
import { checkObject } from '../check-arguments.js';
import { isAccess } from './register-access.js';

const U32 = 0xffff_ffff;

function checkOnce(what: string, key: string, values: readonly (string | number)[]): void {
  const first = new Map<string | number, number>();
  for (const [index, value] of values.entries()) {
    const other = first.get(value);
    if (other !== undefined)
      throw new RangeError(
        `${what}[${index}].${key} is ${JSON.stringify(value)}, as is that of ${what}[${other}]; each must be different.`,
      );
    first.set(value, index);
  }
}

function checkList(what: string, list: unknown): void {
  if (!Array.isArray(list)) throw new TypeError(`${what} is ${String(list)}; it must be an array.`);
}

function checkAccess(what: string, access: unknown): void {
  if (!isAccess(access)) throw new RangeError(`${what} is ${String(access)}; it must be rw, ro, wo, w1c, w1s or rc.`);
}

function checkRun(what: string, { lowBit, widthBits }: BitRun): void {
  checkWhole(`lowBit of ${what}`, lowBit, 31);
  checkWhole(`widthBits of ${what}`, widthBits, 32 - lowBit, 1);
}

/** Checks of BARs, MSI-X and capabilities that the configuration space does not make when they are added. */
function checkParts({ name, bars, msix, capabilities }: FunctionDescription): void {
  if (bars !== undefined) checkList(`bars of ${name}`, bars);
  if (capabilities !== undefined) checkList(`capabilities of ${name}`, capabilities);
  for (const [at, { bytes, writable }] of (capabilities ?? []).entries()) {
    checkList(`${name}.capabilities[${at}].bytes`, bytes);
    checkList(`${name}.capabilities[${at}].writable`, writable);
    for (const byte of bytes) checkWhole(`a byte of ${name}.capabilities[${at}]`, byte, 0xff);
    for (const bits of writable) checkWhole(`a dword of ${name}.capabilities[${at}].writable`, bits, U32);
  }
  if (msix === undefined) return;
  checkObject(`msix of ${name}`, msix, '{ vectors, names, table, pba }');
  checkWhole(`${name}.msix.vectors`, msix.vectors, MOST_MSIX_VECTORS, 1);
  for (const key of ['table', 'pba'] as const) {
    const { bar, offsetBytes } = msix[key];
    checkWhole(`${name}.msix.${key}.bar`, bar, 5);
    checkWhole(`${name}.msix.${key}.offsetBytes / 8`, offsetBytes / 8, U32 >>> 3);
  }
}

/**
 * Checks a description that may not come from a platform file. Throws a TypeError or RangeError that names the value and
 * what is allowed: for an address, register, run or bus number that no function can have, and for one that occurs twice.
 */
export function checkDescription(description: FunctionDescription): void {
  checkObject('description', description, 'a FunctionDescription');
  const { address, name, registers, shared, bridge, gpe, ids } = description;
  packCheckedAddress(address);
  if (typeof name !== 'string' || name === '')
    throw new TypeError(`name is ${JSON.stringify(name)}; it must be a string of at least one character.`);
  checkList(`registers of ${name}`, registers);
  checkList(`shared of ${name}`, shared);
  checkObject(`ids of ${name}`, ids, '{ vendor, device, classCode }, all numbers');
  const what = `${name}.registers`;
  for (const [at, { index, access, reset, fields, key, writeMask }] of registers.entries()) {
    checkWhole(`${what}[${at}].index`, index, PAGE_REGISTERS - 1);
    checkWhole(`${what}[${at}].reset`, reset, U32);
    checkAccess(`${what}[${at}].access`, access);
    checkList(`${what}[${at}].fields`, fields);
    for (const field of fields) {
      checkRun(`field ${field.name} of ${what}[${at}]`, field);
      if (field.access !== undefined) checkAccess(`the access of field ${field.name} of ${what}[${at}]`, field.access);
    }
    if (key !== undefined) {
      checkRun(`the key of ${what}[${at}]`, key);
      checkWhole(`the value of the key of ${what}[${at}]`, key.value, 2 ** key.widthBits - 1);
    }
    if (writeMask !== undefined) {
      checkRun(`the writeMask of ${what}[${at}]`, writeMask);
      checkWhole(`widthBits of the writeMask of ${what}[${at}]`, writeMask.widthBits, writeMask.lowBit, 1);
    }
  }
  checkOnce(
    what,
    'index',
    registers.map(({ index }) => index),
  );
  checkOnce(
    what,
    'name',
    registers.map((register) => register.name),
  );
  for (const [at, { offsetBytes, lengthBytes }] of shared.entries()) {
    checkWhole(`${name}.shared[${at}].offsetBytes`, offsetBytes, PAGE_BYTES - 1);
    checkWhole(`${name}.shared[${at}].lengthBytes`, lengthBytes, PAGE_BYTES - offsetBytes, 1);
  }
  if (bridge !== undefined) {
    checkWhole(`${name}.bridge.secondary`, bridge.secondary, MOST_BUSES - 1, 1);
    checkWhole(`${name}.bridge.subordinate`, bridge.subordinate, MOST_BUSES - 1, bridge.secondary);
  }
  checkParts(description);
  if (gpe !== undefined) checkWhole(`${name}.gpe`, gpe, 0xff);
}
