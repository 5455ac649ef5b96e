import { REGISTER_BYTES } from '../../guest/address.js';
import type { FieldDescription, RegisterDescription } from '../../vocab/index.js';
import { describe } from '../driver-text.js';
import type { MappedFunction } from './mapped-functions.js';
import { groupedHex, offsetText } from './plain-text.js';
import { element, escapeXml, INNER_WIDTH, type Part } from './svg-document.js';
import { type Face, textElement, textWidth } from './svg-text.js';

const NAME: Face = { style: 'name', sizePx: 13 };
const FIELD: Face = { style: 'name', sizePx: 11 };
const WORDS: Face = { style: 'words', sizePx: 10 };
const LABEL: Face = { style: 'words', sizePx: 9 };
const FACT: Face = { style: 'mono', sizePx: 10 };
const NUMBER: Face = { style: 'mono', sizePx: 8 };

const BITS = 32;
const BIT_WIDTH = 19;
/** Left of the bits: what holds of the whole register. */
const FACTS_WIDTH = INNER_WIDTH - BITS * BIT_WIDTH;
const NAME_WIDTH = 40;

const NUMBERS_Y = 28;
const BOX_Y = 32;
const BOX_HEIGHT = 36;
const RESET_Y = BOX_Y + BOX_HEIGHT + 10;
const PART_HEIGHT = RESET_Y + 16;

/** Bits from `lowBit` up: a field, or what no field names. */
interface Span {
  readonly lowBit: number;
  readonly widthBits: number;
  readonly field: FieldDescription | undefined;
}

/** All 32 bits, the highest first; a register without fields is one span without a name. */
function spansOf({ fields }: RegisterDescription): Span[] {
  const spans: Span[] = [];
  let next = 0;
  for (const field of [...fields].sort((a, b) => a.lowBit - b.lowBit)) {
    if (field.lowBit > next) spans.push({ lowBit: next, widthBits: field.lowBit - next, field: undefined });
    spans.push({ lowBit: field.lowBit, widthBits: field.widthBits, field });
    next = field.lowBit + field.widthBits;
  }
  if (next < BITS) spans.push({ lowBit: next, widthBits: BITS - next, field: undefined });
  return spans.reverse();
}

/** Where a bit's cell begins. */
function bitX(bit: number): number {
  return FACTS_WIDTH + (BITS - 1 - bit) * BIT_WIDTH;
}

function bitNumbers({ lowBit, widthBits }: Span): string[] {
  const bits = widthBits === 1 ? [lowBit] : [lowBit + widthBits - 1, lowBit];
  return bits.map((bit) =>
    textElement(String(bit), {
      x: bitX(bit) + BIT_WIDTH / 2,
      y: NUMBERS_Y,
      widthPx: BIT_WIDTH,
      face: NUMBER,
      anchor: 'middle',
    }),
  );
}

/** The name in the middle, upright where the field is narrow, and its label below if there is room for one. */
function fieldText(field: FieldDescription, x: number, widthPx: number): string[] {
  const centre = x + widthPx / 2;
  const nameWidth = textWidth(field.name, FIELD);
  const middle = BOX_Y + BOX_HEIGHT / 2 + 4;
  if (nameWidth > widthPx - 2) {
    return [
      textElement(field.name, {
        x: centre + 4,
        y: BOX_Y + BOX_HEIGHT / 2,
        widthPx: BOX_HEIGHT,
        face: FIELD,
        anchor: 'middle',
        upright: true,
      }),
    ];
  }
  const label =
    field.label === undefined
      ? ''
      : textElement(field.label, {
          x: centre,
          y: middle + 8,
          widthPx: widthPx - 6,
          face: LABEL,
          anchor: 'middle',
        });
  const name = { x: centre, y: label === '' ? middle : middle - 4, widthPx, face: FIELD, anchor: 'middle' } as const;
  return [textElement(field.name, name), label];
}

/** The name of a register whose bits are one value. */
function wholeName({ name }: RegisterDescription): string {
  const x = FACTS_WIDTH + (BITS * BIT_WIDTH) / 2;
  const y = BOX_Y + BOX_HEIGHT / 2 + 4;
  return textElement(name, { x, y, widthPx: BITS * BIT_WIDTH, face: FIELD, anchor: 'middle' });
}

/** A span as a box; hatched where a register that has fields has bits without. */
function spanBox(register: RegisterDescription, { lowBit, widthBits, field }: Span): string {
  const x = bitX(lowBit + widthBits - 1);
  const widthPx = widthBits * BIT_WIDTH;
  const isUnnamed = field === undefined && register.fields.length > 0;
  const box = element('rect', {
    x,
    y: BOX_Y,
    width: widthPx,
    height: BOX_HEIGHT,
    class: isUnnamed ? 'unnamed' : 'box',
  });
  if (isUnnamed) return box;
  if (field === undefined) return box + wholeName(register);
  const words = describe(field);
  const title = words === '' ? [] : [element('title', {}, escapeXml(`${field.name}, ${words}`))];
  return element('g', {}, ...title, box, ...fieldText(field, x, widthPx));
}

/** Short lines between the bits at the lower edge of the box. */
function bitTicks(): string {
  const bottom = BOX_Y + BOX_HEIGHT;
  const ticks = Array.from({ length: BITS - 1 }, (_, index) => `M${bitX(index)} ${bottom}v-3`);
  return element('path', { d: ticks.join(''), class: 'thin' });
}

function resetDigits({ reset }: RegisterDescription): string[] {
  return Array.from({ length: BITS }, (_, bit) =>
    textElement(String(Math.floor(reset / 2 ** bit) % 2), {
      x: bitX(bit) + BIT_WIDTH / 2,
      y: RESET_Y,
      widthPx: BIT_WIDTH,
      face: NUMBER,
      anchor: 'middle',
    }),
  );
}

/** One register: what holds of all of it, and its bits with their numbers above and their reset values below. */
export function registerPart(mapped: MappedFunction, register: RegisterDescription): Part {
  const offset = register.index * REGISTER_BYTES;
  const room = FACTS_WIDTH - 8;
  const facts = [
    groupedHex(mapped.trapped + BigInt(offset)),
    `index ${register.index}, ${offsetText(offset)}`,
    `${register.access}, reset ${groupedHex(register.reset)}`,
  ];
  const heading = { x: NAME_WIDTH, y: 12, widthPx: INNER_WIDTH - NAME_WIDTH, face: WORDS };
  const spans = spansOf(register);
  const content = [
    textElement(register.name, { x: 0, y: 12, widthPx: NAME_WIDTH, face: NAME }),
    textElement(describe(register), heading),
    ...facts.map((fact, index) => textElement(fact, { x: 0, y: BOX_Y + 10 + index * 12, widthPx: room, face: FACT })),
    ...spans.flatMap(bitNumbers),
    ...spans.map((span) => spanBox(register, span)),
    bitTicks(),
    ...resetDigits(register),
  ];
  return { heightPx: PART_HEIGHT, content };
}
