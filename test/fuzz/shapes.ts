import { asl, encodeAml, makeTerm, type Term } from '../../src/aml/index.js';

/** Inputs of any size, each of one shape that some algorithm could take too long for. */

/** Another NameSeg for each number. */
export const seg = (index: number): string => {
  const letter = (place: number) => String.fromCharCode(0x41 + (Math.floor(index / 26 ** place) % 26));
  return `N${letter(0)}${letter(1)}${letter(2)}`;
};
const name = (index: number): number[] => [...seg(index)].map((character) => character.charCodeAt(0));

/** Units of bytes, one after the other. */
const bytesOf = (unit: (index: number) => readonly number[]) => (size: number) => {
  const bytes: number[] = [];
  for (let index = 0; bytes.length < size; index++) for (const byte of unit(index)) bytes.push(byte);
  return Uint8Array.from(bytes.slice(0, size));
};

/** Built terms until they have that many bytes. */
export const termsOf = (unit: (index: number) => Term) => (size: number) => {
  const each = encodeAml([unit(0)]).length;
  return encodeAml(Array.from({ length: Math.ceil(size / each) }, (_, index) => unit(index)));
};

const deep = (levels: number, inner: Term): Term =>
  levels === 0 ? inner : makeTerm('If', [makeTerm('One', []), [deep(levels - 1, inner)]]);

export const DECODE_SHAPES: Readonly<Record<string, (size: number) => Uint8Array>> = {
  'calls of one unknown method': bytesOf(() => [...name(0), 0x60]),
  'calls of many unknown methods': bytesOf((index) => [...name(index), 0x60]),
  'unknown names by paths': bytesOf((index) => [0x2e, ...name(index), ...name(1), 0x60]),
  'names up many scopes': bytesOf(() => [...new Array(20).fill(0x5e), ...name(0)]),
  'a fault every few bytes': bytesOf(() => [0xa1, 0x02, 0x02]),
  'Returns without a value': bytesOf(() => [0xa4, 0xa3]),
  'opcodes without operands': bytesOf(() => [0xa3]),
  'operators without operands': bytesOf(() => [0x72]),
  'bytes that are no opcode': bytesOf(() => [0x02]),
  'root prefixes': bytesOf(() => [0x5c]),
  strings: bytesOf(() => [0x0d, 0x41, 0x42, 0x00]),
  'a string without an end': bytesOf(() => [0x0d, 0x41]),
  'Packages cut off': bytesOf(() => [0x12, 0x06, 0x02, 0x01, 0xa0]),
  Externals: termsOf((index) => asl.External(seg(index), 8, 1)),
  Names: termsOf((index) => asl.Name(seg(index), 1)),
  'Methods that call unknown ones': termsOf((index) =>
    asl.Method(seg(index), {}, [asl.Call(seg(index + 9), asl.Local(0)), asl.Noop()]),
  ),
  Devices: termsOf((index) => asl.Device(seg(index), [asl.Name('_ADR', index)])),
  'Ifs in Ifs': termsOf(() => deep(100, asl.Noop())),
  fields: termsOf((index) =>
    asl.Field('REG', { access: 'AnyAcc' }, [{ kind: 'NamedField', name: seg(index), bits: 8, lengthWidth: 0 }]),
  ),
  Aliases: termsOf((index) => asl.Alias(seg(index), seg(index + 1))),
  'foreign names in a deep scope': (size) =>
    encodeAml([
      asl.Scope(
        `\\${Array.from({ length: 20 }, (_, index) => seg(index)).join('.')}`,
        Array.from({ length: size / 10 }, (_, index) => makeTerm('Path', [`^${seg(index % 17_000)}`, []])),
      ),
    ]),
};
