import { PAGE_BYTES } from '../../guest/address.js';
import type { Platform } from '../../vocab/index.js';
import { busBase, busText, type MappedBus, type MappedFunction, mappedBuses, slotText } from './mapped-functions.js';
import { groupedHex, sizeText } from './plain-text.js';
import { element, INNER_WIDTH, moved, type Part } from './svg-document.js';
import { type Face, textElement } from './svg-text.js';

const ADDRESS: Face = { style: 'mono', sizePx: 10 };
const HEAD: Face = { style: 'strong', sizePx: 12 };
const NAME: Face = { style: 'name', sizePx: 12 };
const LABEL: Face = { style: 'words', sizePx: 10 };

/** Width of the column of addresses to the left of the buses. */
const GUTTER = 104;
const BUS_WIDTH = INNER_WIDTH - GUTTER;
const PADDING = 8;
const BUS_HEAD = 22;
const CELLS_A_ROW = 4;
const CELL_GAP = 6;
const CELL_WIDTH = (BUS_WIDTH - 2 * PADDING - (CELLS_A_ROW - 1) * CELL_GAP) / CELLS_A_ROW;
const CELL_HEIGHT = 48;
/** The hatched strip that says what kind a function is. */
const STRIP = 10;
const BREAK_HEIGHT = 30;

/** A strip's class, and the word for it; undefined for functions of no special kind. */
function kindOf({ description }: MappedFunction): { strip: 'bridge' | 'vfio'; words: string } | undefined {
  if (description.bridge) return { strip: 'bridge', words: `bridge to bus ${busText(description.bridge.secondary)}` };
  return description.profile === 'vfio' ? { strip: 'vfio', words: 'passed through (vfio)' } : undefined;
}

function cell(mapped: MappedFunction, x: number, y: number): string {
  const { description, trapped } = mapped;
  const kind = kindOf(mapped);
  const left = kind ? STRIP : 0;
  const place = { x: left + 6, widthPx: CELL_WIDTH - left - 10 };
  const slot = slotText(description.address);
  const slotWidth = 32;
  const words = description.label ?? kind?.words ?? '';
  const parts = [
    element('rect', { width: CELL_WIDTH, height: CELL_HEIGHT, class: 'box' }),
    kind ? element('rect', { width: STRIP, height: CELL_HEIGHT, class: kind.strip }) : '',
    textElement(slot, { ...place, y: 15, face: ADDRESS }),
    textElement(description.name, {
      x: place.x + slotWidth,
      widthPx: place.widthPx - slotWidth,
      y: 15,
      face: NAME,
    }),
    textElement(words, { ...place, y: 28, face: LABEL }),
    textElement(groupedHex(trapped), { ...place, y: words === '' ? 28 : 41, face: ADDRESS }),
  ];
  return moved(x, y, parts);
}

/** What leads to a bus, if that is known. */
function busWords({ bus, bridge, path }: MappedBus): string {
  const behind = bus === 0 ? 'host bridge' : bridge === undefined ? '' : `behind ${bridge.name}`;
  return [`bus ${busText(bus)}`, behind, path ?? ''].filter((word) => word !== '').join(', ');
}

function busPart(mapped: MappedBus): Part {
  const rows = Math.ceil(mapped.functions.length / CELLS_A_ROW);
  const height = BUS_HEAD + rows * (CELL_HEIGHT + CELL_GAP) - CELL_GAP + PADDING;
  const cells = mapped.functions.map((each, index) => {
    const x = GUTTER + PADDING + (index % CELLS_A_ROW) * (CELL_WIDTH + CELL_GAP);
    return cell(each, x, BUS_HEAD + Math.floor(index / CELLS_A_ROW) * (CELL_HEIGHT + CELL_GAP));
  });
  const content = [
    textElement(groupedHex(mapped.base), { x: GUTTER - 8, y: 10, widthPx: GUTTER, face: ADDRESS, anchor: 'end' }),
    element('rect', { x: GUTTER, width: BUS_WIDTH, height, class: 'frame' }),
    textElement(busWords(mapped), { x: GUTTER + PADDING, y: 15, widthPx: BUS_WIDTH - 2 * PADDING, face: HEAD }),
    ...cells,
  ];
  return { heightPx: height, content };
}

const ZIGZAG_STEP = 12;

/** A torn edge from left to right. */
function tornEdge(y: number): string {
  let path = `M${GUTTER} ${y}`;
  for (let x = GUTTER, index = 0; x < INNER_WIDTH; x += ZIGZAG_STEP, index++) {
    path += `L${Math.min(x + ZIGZAG_STEP, INNER_WIDTH)} ${y + (index % 2 === 0 ? 4 : 0)}`;
  }
  return element('path', { d: path, class: 'line' });
}

/** Buses from `first` up to but excluding `end`, on which the platform has no function. */
function breakPart(platform: Platform, first: number, end: number): Part {
  const count = end - first;
  const last = end - 1;
  const which = count === 1 ? `bus ${busText(first)}` : `buses ${busText(first)} to ${busText(last)}`;
  const bytes = Number(busBase(platform, end) - busBase(platform, first));
  const place = { x: GUTTER + BUS_WIDTH / 2, y: 19, widthPx: BUS_WIDTH, face: LABEL, anchor: 'middle' } as const;
  const address = groupedHex(busBase(platform, first));
  return {
    heightPx: BREAK_HEIGHT,
    content: [
      textElement(address, { x: GUTTER - 8, y: 18, widthPx: GUTTER, face: ADDRESS, anchor: 'end' }),
      tornEdge(3),
      textElement(`${which}: no functions, ${sizeText(bytes)}`, place),
      tornEdge(BREAK_HEIGHT - 7),
    ],
  };
}

/** The window from its base down to its end: buses with their functions, and what is left out between them. */
export function windowParts(platform: Platform): Part[] {
  const { base, buses, lengthBytes } = platform.vcfg;
  const end = base + BigInt(lengthBytes);
  const title = `VCFG window: ${groupedHex(base)} to ${groupedHex(end - 1n)}`;
  const size = `${buses === 1 ? '1 bus' : `${buses} buses`}, ${sizeText(lengthBytes)}, two pages of ${sizeText(PAGE_BYTES)} a function`;
  const parts: Part[] = [
    {
      heightPx: 44,
      content: [
        textElement(title, { x: 0, y: 14, widthPx: INNER_WIDTH, face: { style: 'strong', sizePx: 16 } }),
        textElement(size, { x: 0, y: 30, widthPx: INNER_WIDTH, face: LABEL }),
      ],
    },
  ];
  let next = 0;
  for (const mapped of mappedBuses(platform)) {
    if (mapped.bus > next) parts.push(breakPart(platform, next, mapped.bus));
    parts.push(busPart(mapped));
    next = mapped.bus + 1;
  }
  if (next < buses) parts.push(breakPart(platform, next, buses));
  const endText = { x: GUTTER - 8, y: 10, widthPx: GUTTER, face: ADDRESS, anchor: 'end' } as const;
  return [...parts, { heightPx: 24, content: [textElement(groupedHex(end), endText)] }];
}
