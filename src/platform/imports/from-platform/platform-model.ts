import type {
  Access,
  FieldDescription,
  FunctionDescription,
  Platform,
  RegisterDescription,
  WideRegisterDescription,
} from '../../../vocab/index.js';
import { encodeConfigAddress, VCFG_REGISTER_BITS } from '../../config-address.js';
import type { ImportLog } from '../model/import-log.js';
import type { ModelAccess, ModelBlock, ModelField, ModelRegister, RegisterModel } from '../model/register-model.js';

/** From a platform to what register descriptions say. */

const ACCESS: Readonly<Record<Access, ModelAccess>> = {
  rw: { read: true, write: true },
  ro: { read: true, write: false },
  wo: { read: false, write: true },
  w1c: { read: true, write: true, onWrite: 'w1c' },
  w1s: { read: true, write: true, onWrite: 'w1s' },
  rc: { read: true, write: false, onRead: 'clear' },
};

const DWORD_BITS = 32;

interface Named {
  readonly name: string;
  readonly longName?: string;
  readonly label?: string;
  readonly description?: string;
}

/** The name of a part: its long one, unless the NameSeg is all there is. */
const nameOf = ({ name, longName }: Named): string => longName ?? name.replace(/_+$/, '').toLowerCase();

function wordsOf(part: Named): { label?: string; description?: string } {
  return {
    ...(part.label !== undefined && { label: part.label }),
    ...(part.description !== undefined && { description: part.description }),
  };
}

function modelField(
  field: Omit<FieldDescription, 'access'> & { readonly access?: Access },
  access: Access,
  shift: number,
  path: string,
  log: ImportLog,
): ModelField {
  const place = { path: `${path}.${nameOf(field)}` };
  if (field.unit !== undefined) log.leave('unit', place);
  const values = (field.values ?? []).map(({ name, value, description }) => ({
    name,
    value: BigInt(value),
    ...(description !== undefined && { description }),
  }));
  return {
    place,
    name: nameOf(field),
    ...wordsOf(field),
    lowBit: field.lowBit + shift,
    widthBits: field.widthBits,
    access: ACCESS[field.access ?? access],
    values,
    ...(field.least !== undefined && { least: BigInt(field.least) }),
    ...(field.most !== undefined && { most: BigInt(field.most) }),
  };
}

function modelRegister(register: RegisterDescription, path: string, log: ImportLog): ModelRegister {
  const place = { path: `${path}.${nameOf(register)}` };
  if (register.key !== undefined || register.writeMask !== undefined) log.leave('write-key', place);
  if (register.reserved !== undefined) log.leave('reserved-rule', place);
  return {
    kind: 'register',
    place,
    name: nameOf(register),
    ...wordsOf(register),
    offsetBytes: register.index * 4,
    widthBits: DWORD_BITS,
    access: ACCESS[register.access],
    reset: BigInt(register.reset),
    fields: register.fields.map((field) => modelField(field, register.access, 0, place.path, log)),
  };
}

/** A register of 64 bits: its dwords' fields, with those that both have parts of put together. */
function modelWide(
  wide: WideRegisterDescription,
  dwords: readonly RegisterDescription[],
  path: string,
  log: ImportLog,
): ModelRegister {
  const place = { path: `${path}.${nameOf(wide)}` };
  const across = wide.fields.map((field) => modelField(field, wide.access, 0, place.path, log));
  const isPart = (lowBit: number) =>
    across.some((field) => lowBit >= field.lowBit && lowBit < field.lowBit + field.widthBits);
  const whole = dwords.flatMap((dword, half) =>
    dword.fields
      .filter(({ lowBit }) => !isPart(lowBit + half * DWORD_BITS))
      .map((field) => modelField(field, dword.access, half * DWORD_BITS, place.path, log)),
  );
  return {
    kind: 'register',
    place,
    name: nameOf(wide),
    ...wordsOf(wide),
    offsetBytes: wide.index * 4,
    widthBits: 2 * DWORD_BITS,
    access: ACCESS[wide.access],
    reset: wide.reset,
    fields: [...whole, ...across].sort((a, b) => a.lowBit - b.lowBit),
  };
}

/** Whether two registers differ in nothing but name and place. */
function isSameKind(a: ModelRegister, b: ModelRegister): boolean {
  const bare = ({ place: _, name: _name, offsetBytes: _offset, ...register }: ModelRegister) => ({
    ...register,
    fields: register.fields.map(({ place: _place, ...field }) => field),
  });
  return JSON.stringify(bare(a), bigintText) === JSON.stringify(bare(b), bigintText);
}

const bigintText = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}` : value);

/** The number at the end of a name, and what is before it, where arrays of a platform give their elements such names. */
function numbered(name: string): { stem: string; number: number } | undefined {
  const [, stem, digits] = /^(.*[a-z]|.*[0-9]_)(0|[1-9][0-9]{0,3})$/.exec(name) ?? [];
  return stem === undefined || digits === undefined ? undefined : { stem, number: Number(digits) };
}

/** Puts registers that are numbered from 0 on, alike and equally far apart together as arrays. */
function gatherArrays(registers: readonly ModelRegister[]): ModelRegister[] {
  const gathered: ModelRegister[] = [];
  const byName = new Map(registers.map((register) => [register.name, register]));
  const inArray = new Set<ModelRegister>();
  for (const register of registers) {
    if (inArray.has(register)) continue;
    const { stem, number } = numbered(register.name) ?? { stem: '', number: -1 };
    const elements = [register];
    const second = number === 0 ? byName.get(`${stem}1`) : undefined;
    const stride = (second?.offsetBytes ?? 0) - register.offsetBytes;
    for (let next = second; next !== undefined && stride * 8 >= register.widthBits; ) {
      if (next.offsetBytes !== register.offsetBytes + elements.length * stride || !isSameKind(register, next)) break;
      elements.push(next);
      next = byName.get(`${stem}${elements.length}`);
    }
    for (const element of elements) inArray.add(element);
    if (elements.length === 1) gathered.push(register);
    else
      gathered.push({
        ...register,
        name: `${stem}%s`,
        array: { count: elements.length, strideBytes: stride },
      });
  }
  return gathered;
}

function modelBlock(described: FunctionDescription, base: bigint, log: ImportLog): ModelBlock {
  const name = nameOf(described);
  const place = { path: name };
  const wide = new Map((described.wide ?? []).map((register) => [register.index, register]));
  const halves = new Set([...wide.keys()].map((index) => index + 1));
  const registers = described.registers.flatMap((register, at): ModelRegister[] => {
    if (halves.has(register.index)) return [];
    const whole = wide.get(register.index);
    if (whole === undefined) return [modelRegister(register, name, log)];
    const high = described.registers[at + 1];
    return [modelWide(whole, high === undefined ? [register] : [register, high], name, log)];
  });
  for (const run of described.shared) log.leave('shared', { path: `${name}.${nameOf(run)}` });
  const description = [described.label, described.description].filter(Boolean).join('. ');
  return {
    place,
    name,
    ...(description !== '' && { description }),
    base,
    items: gatherArrays(registers),
  };
}

/** What the functions of a platform have in their trapped pages. Bases are guest-physical addresses. */
export function modelOfPlatform(platform: Platform, log: ImportLog): RegisterModel {
  const blocks = platform.functions
    .filter(({ registers }) => registers.length > 0)
    .map((described) => {
      const offset = encodeConfigAddress(described.address, 0, VCFG_REGISTER_BITS);
      return modelBlock(described, platform.vcfg.base + BigInt(offset), log);
    });
  return { blocks: blocks.map((block, index) => withTwin(block, blocks.slice(0, index))) };
}

/** A block that has the same registers as one before it says so. */
function withTwin(block: ModelBlock, before: readonly ModelBlock[]): ModelBlock {
  const twin = before.find(({ items }) => isSameItems(items, block.items));
  return twin === undefined ? block : { ...block, sameAs: twin.name };
}

function isSameItems(a: ModelBlock['items'], b: ModelBlock['items']): boolean {
  return (
    a.length === b.length &&
    a.every((item, index) => {
      const other = b[index];
      return (
        item.kind === 'register' &&
        other?.kind === 'register' &&
        item.name === other.name &&
        item.offsetBytes === other.offsetBytes &&
        isSameKind(item, other)
      );
    })
  );
}
