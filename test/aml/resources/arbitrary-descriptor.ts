import fc from 'fast-check';
import type { FlagPart, NumberField } from '../../../src/aml/resources/field.js';
import { RESOURCE_DESCRIPTORS, type ResourceDescriptor, type ResourceField } from '../../../src/aml/resources/index.js';

/** ASL's keyword where there is one, as decoding gives it, else the number. */
const named = (keywords: Readonly<Record<number, string>> | undefined, most: number): fc.Arbitrary<unknown> => {
  const numbers = keywords === undefined ? [] : Object.keys(keywords).map(Number);
  const number =
    numbers.length === 0 ? fc.nat(most) : fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...numbers) }, fc.nat(most));
  return number.map((value) => keywords?.[value] ?? value);
};

/** Any number of a leaf; mostly what a constructor puts there, where that has no keyword. */
function numbers(leaf: NumberField | FlagPart, most: number): fc.Arbitrary<unknown> {
  const any = named(leaf.keywords, most);
  const usual = leaf.keywords === undefined ? leaf.default : undefined;
  return typeof usual === 'number' ? fc.oneof({ weight: 4, arbitrary: fc.constant(usual) }, any) : any;
}

const bits = (most: number) =>
  fc.uniqueArray(fc.nat(most), { maxLength: most + 1 }).map((numbers) => numbers.sort((a, b) => a - b));

const latin1 = fc.oneof(
  fc.string({ unit: fc.integer({ min: 1, max: 0xff }).map((code) => String.fromCharCode(code)) }),
  fc.string({ unit: 'grapheme-ascii' }),
);

const MOST = { u8: 0xff, u16: 0xffff, u32: 0xffff_ffff } as const;

type Pieces = Record<string, fc.Arbitrary<unknown>>;

function pieces(field: ResourceField, size: 'small' | 'large', into: Pieces): void {
  switch (field.kind) {
    case 'u8':
    case 'u16':
    case 'u32':
      into[field.name] = numbers(field, MOST[field.kind]);
      break;
    case 'u64':
      into[field.name] = fc.bigInt(0n, 0xffff_ffff_ffff_ffffn);
      break;
    case 'flags8':
    case 'flags16':
      for (const part of field.parts) into[part.name] = numbers(part, 2 ** part.width - 1);
      break;
    case 'mask8':
      into[field.name] = bits(7);
      break;
    case 'mask16':
      into[field.name] = bits(15);
      break;
    case 'dwords':
      into[field.name] = fc.array(fc.nat(0xffff_ffff), { maxLength: 255 });
      break;
    case 'words':
      into[field.name] = fc.oneof(fc.tuple(fc.nat(0xffff)), fc.array(fc.nat(0xffff), { maxLength: 20 }));
      break;
    case 'string':
      into[field.name] = latin1;
      break;
    case 'bytes':
      into[field.name] = fc.uint8Array({ maxLength: size === 'small' ? 7 : 300 });
      break;
    case 'constant':
    case 'offset16':
    case 'length16':
    case 'source':
      break;
  }
}

/** Values that another row of the same tag would claim. */
const CLAIMED: Readonly<Record<string, (value: ResourceDescriptor) => boolean>> = {
  DWordSpace: (value) => 'type' in value && Number(value.type) <= 1,
  WordSpace: (value) => 'type' in value && [1, 2].includes(Number(value.type)),
  QWordSpace: (value) => 'type' in value && Number(value.type) <= 1,
  ExtendedSpace: (value) => 'type' in value && Number(value.type) <= 1,
  I2CSerialBusV2: (value) => 'revision' in value && value.revision === 1,
  SPISerialBusV2: (value) => 'revision' in value && value.revision === 1,
  UARTSerialBusV2: (value) => 'revision' in value && value.revision === 1,
};

const source = fc.oneof(
  fc.constant({}),
  fc.record({ resourceSourceIndex: fc.nat(0xff) }),
  fc.record({ resourceSourceIndex: fc.nat(0xff), resourceSource: latin1 }),
);

/** One descriptor of each row of the table, values of any kind in every field. */
export const descriptorsByKind: readonly (readonly [string, fc.Arbitrary<ResourceDescriptor>])[] =
  RESOURCE_DESCRIPTORS.map((row) => {
    const into: Pieces = { kind: fc.constant(row.macro) };
    for (const field of row.fields) pieces(field, row.size, into);
    const plain = fc.record(into);
    const hasSource = row.fields.some((field: ResourceField) => field.kind === 'source');
    const whole = hasSource ? fc.tuple(plain, source).map(([a, b]) => ({ ...a, ...b })) : plain;
    const claimed = CLAIMED[row.macro] ?? (() => false);
    return [row.macro, (whole as unknown as fc.Arbitrary<ResourceDescriptor>).filter((value) => !claimed(value))];
  });

export const anyDescriptor: fc.Arbitrary<ResourceDescriptor> = fc.oneof(...descriptorsByKind.map(([, kind]) => kind));
