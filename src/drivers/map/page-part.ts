import { PAGE_BYTES, REGISTER_BYTES } from '../../guest/address.js';
import type { MappedFunction, SharedRow } from './mapped-functions.js';
import { groupedHex, offsetText, sizeText } from './plain-text.js';
import { element, INNER_WIDTH, moved, type Part } from './svg-document.js';
import { type Face, textElement } from './svg-text.js';

const HEAD: Face = { style: 'strong', sizePx: 12 };
const OFFSET: Face = { style: 'mono', sizePx: 10 };
const NAME: Face = { style: 'name', sizePx: 11 };
const WORDS: Face = { style: 'words', sizePx: 10 };

const COLUMN_GAP = 24;
const COLUMN_WIDTH = (INNER_WIDTH - COLUMN_GAP) / 2;
/** Left of the page: offsets. */
const GUTTER = 52;
const PAGE_WIDTH = COLUMN_WIDTH - GUTTER;
const HEAD_HEIGHT = 34;
const ROW_HEIGHT = 20;
const CAPTION_HEIGHT = 15;
const BREAK_HEIGHT = 22;
const NAME_WIDTH = 36;
const FOOT_HEIGHT = 20;

/** Something that a page holds from an offset on. */
interface Entry {
  readonly offsetBytes: number;
  readonly lengthBytes: number;
  readonly name: string;
  /** Text before the words, such as the access. */
  readonly mark: string;
  readonly words: string;
}

/** Entries side by side: two columns where what the guest writes and what the host returns share bytes. */
interface Band {
  readonly offsetBytes: number;
  readonly lengthBytes: number;
  readonly columns: readonly {
    /** Heading of the column; undefined for a single column. */
    readonly caption?: string;
    readonly entries: readonly Entry[];
  }[];
}

const wordsOf = (part: { readonly label?: string; readonly description?: string }) =>
  part.label ?? part.description ?? '';

function trappedBands({ description }: MappedFunction): Band[] {
  return description.registers.map((register) => {
    const place = { offsetBytes: register.index * REGISTER_BYTES, lengthBytes: REGISTER_BYTES };
    const entry = { ...place, name: register.name, mark: register.access, words: wordsOf(register) };
    return { ...place, columns: [{ entries: [entry] }] };
  });
}

function sharedEntry(row: SharedRow): Entry {
  return { ...row, mark: sizeText(row.lengthBytes), words: wordsOf(row) };
}

/** An entry of half the page's width, which has room only for its offset and size. */
function narrowEntry(row: SharedRow): Entry {
  return { ...row, mark: `${offsetText(row.offsetBytes)} ${sizeText(row.lengthBytes)}`, words: '' };
}

function end({ offsetBytes, lengthBytes }: SharedRow): number {
  return offsetBytes + lengthBytes;
}

/** The mailbox's arguments that share no byte with the result, then the others and the result side by side. */
function mailboxBands({ mailbox }: MappedFunction): Band[] {
  const start = Math.min(...mailbox.result.map((row) => row.offsetBytes));
  const alone = mailbox.arguments.filter((row) => row.offsetBytes < start);
  const beside = mailbox.arguments.filter((row) => row.offsetBytes >= start);
  const last = Math.max(...[...beside, ...mailbox.result].map(end));
  const both = [
    { caption: 'the guest writes', entries: beside.map(narrowEntry) },
    { caption: 'the host returns', entries: mailbox.result.map(narrowEntry) },
  ];
  return [
    ...alone.map((row) => ({
      offsetBytes: row.offsetBytes,
      lengthBytes: row.lengthBytes,
      columns: [{ entries: [sharedEntry(row)] }],
    })),
    { offsetBytes: start, lengthBytes: last - start, columns: both },
  ];
}

function sharedBands(mapped: MappedFunction): Band[] {
  const runs = mapped.description.shared.map((run) => ({
    offsetBytes: run.offsetBytes,
    lengthBytes: run.lengthBytes,
    columns: [{ entries: [sharedEntry(run)] }],
  }));
  const mailbox = mapped.mailbox.result.length === 0 ? [] : mailboxBands(mapped);
  return [...mailbox, ...runs].sort((a, b) => a.offsetBytes - b.offsetBytes);
}

function entryContent(entry: Entry, x: number, widthPx: number, y: number, heightPx: number): string[] {
  const markWidth = entry.mark.length * 6.5 + 4;
  const middle = y + heightPx / 2 + 4;
  const left = x + 6 + NAME_WIDTH;
  const room = widthPx - 12 - NAME_WIDTH;
  return [
    element('rect', { x, y, width: widthPx, height: heightPx, class: 'box' }),
    textElement(entry.name, { x: x + 6, y: middle, widthPx: NAME_WIDTH, face: NAME }),
    textElement(entry.mark, { x: left, y: middle, widthPx: room, face: OFFSET }),
    textElement(entry.words, { x: left + markWidth, y: middle, widthPx: room - markWidth, face: WORDS }),
  ];
}

const captionHeight = ({ columns }: Band) =>
  columns.some(({ caption }) => caption !== undefined) ? CAPTION_HEIGHT : 0;

function bandHeight(band: Band): number {
  return captionHeight(band) + ROW_HEIGHT * Math.max(...band.columns.map(({ entries }) => entries.length));
}

function bandContent(band: Band, y: number): string[] {
  const widthPx = PAGE_WIDTH / band.columns.length;
  const top = captionHeight(band);
  const heightPx = bandHeight(band) - top;
  return band.columns.flatMap(({ caption = '', entries }, column) => {
    const x = GUTTER + column * widthPx;
    const each = heightPx / entries.length;
    const box = element('rect', { x, y, width: widthPx, height: top, class: 'box' });
    return [
      ...(top === 0 ? [] : [box]),
      textElement(caption, { x: x + 6, y: y + 11, widthPx: widthPx - 12, face: WORDS }),
      ...entries.flatMap((entry, index) => entryContent(entry, x, widthPx, y + top + index * each, each)),
    ];
  });
}

/** Bytes without names, drawn with broken edges. */
function breakContent(first: number, after: number, y: number): string[] {
  const bottom = y + BREAK_HEIGHT;
  const side = (x: number) => `M${x} ${y}l0 6l-4 3l8 4l-4 3L${x} ${bottom}`;
  const words = `${offsetText(first)} to ${offsetText(after - 1)}: no names`;
  return [
    element('path', { d: `${side(GUTTER)}${side(GUTTER + PAGE_WIDTH)}`, class: 'line' }),
    textElement(words, {
      x: GUTTER + PAGE_WIDTH / 2,
      y: y + 14,
      widthPx: PAGE_WIDTH - 20,
      face: WORDS,
      anchor: 'middle',
    }),
  ];
}

/** One page from its first byte down to its last. */
function pageColumn(title: string, base: bigint, bands: readonly Band[]): Part {
  const content = [
    textElement(title, { x: GUTTER, y: 12, widthPx: PAGE_WIDTH, face: HEAD }),
    textElement(`${groupedHex(base)} to ${groupedHex(base + BigInt(PAGE_BYTES - 1))}`, {
      x: GUTTER,
      y: 26,
      widthPx: PAGE_WIDTH,
      face: OFFSET,
    }),
  ];
  let y = HEAD_HEIGHT;
  let next = 0;
  const offsetAt = (offset: number) =>
    textElement(offsetText(offset), { x: GUTTER - 8, y: y + 9, widthPx: GUTTER, face: OFFSET, anchor: 'end' });
  const addBreak = (until: number) => {
    content.push(offsetAt(next), ...breakContent(next, until, y));
    y += BREAK_HEIGHT;
  };
  for (const band of bands) {
    if (band.offsetBytes > next) addBreak(band.offsetBytes);
    content.push(offsetAt(band.offsetBytes), ...bandContent(band, y));
    y += bandHeight(band);
    next = band.offsetBytes + band.lengthBytes;
  }
  if (next < PAGE_BYTES) addBreak(PAGE_BYTES);
  content.push(
    offsetAt(PAGE_BYTES),
    element('path', {
      d: `M${GUTTER} ${HEAD_HEIGHT}H${GUTTER + PAGE_WIDTH}M${GUTTER} ${y}H${GUTTER + PAGE_WIDTH}`,
      class: 'frame',
    }),
  );
  return { heightPx: y + FOOT_HEIGHT, content };
}

/** A function's two pages, side by side. */
export function pagesPart(mapped: MappedFunction): Part {
  const columns = [
    pageColumn('page 0, trapped: each access leaves the guest', mapped.trapped, trappedBands(mapped)),
    pageColumn('page 1, shared: memory, no exit', mapped.shared, sharedBands(mapped)),
  ];
  return {
    heightPx: Math.max(...columns.map(({ heightPx }) => heightPx)),
    content: columns.map(({ content }, index) => moved(index * (COLUMN_WIDTH + COLUMN_GAP), 0, content)),
  };
}
