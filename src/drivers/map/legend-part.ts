import { ACCESS_MEANINGS } from '../accessors.js';
import { element, INNER_WIDTH, type Part } from './svg-document.js';
import { type Face, textElement } from './svg-text.js';

const WORDS: Face = { style: 'words', sizePx: 10 };
const LINE_HEIGHT = 18;
const SAMPLE_WIDTH = 26;
const SAMPLE_HEIGHT = 12;

/** What a hatch means. */
interface LegendRow {
  readonly sample: 'bridge' | 'vfio' | 'unnamed' | undefined;
  readonly words: string;
}

const WINDOW_ROWS: readonly LegendRow[] = [
  { sample: 'bridge', words: 'A bridge to the bus that it names.' },
  {
    sample: 'vfio',
    words: 'A function passed through from the host, with the registers and the mailbox of the vfio profile.',
  },
  {
    sample: undefined,
    words: 'Not to scale. Only functions of the platform are drawn; registers of any other read as 0.',
  },
];

/** What the words for access mean, two a line. */
const meanings = Object.entries(ACCESS_MEANINGS).map(([access, meaning]) => `${access}: ${meaning}.`);
const accessLines = [0, 2, 4].map((first): LegendRow => {
  return { sample: undefined, words: meanings.slice(first, first + 2).join(' ') };
});

const FUNCTION_ROWS: readonly LegendRow[] = [
  {
    sample: 'unnamed',
    words: 'Bits that no field names. Above the bits are their numbers, below them their values after reset.',
  },
  ...accessLines,
];

function legendPart(rows: readonly LegendRow[]): Part {
  const content = rows.flatMap(({ sample, words }, index) => {
    const y = 14 + index * LINE_HEIGHT;
    const box = { y: y - SAMPLE_HEIGHT + 2, width: SAMPLE_WIDTH, height: SAMPLE_HEIGHT, class: sample };
    const x = SAMPLE_WIDTH + 8;
    const text = textElement(words, { x, y, widthPx: INNER_WIDTH - x, face: WORDS });
    return sample === undefined ? [text] : [element('rect', box), text];
  });
  return { heightPx: rows.length * LINE_HEIGHT + 14, content };
}

/** What the hatches of the window mean. */
export const WINDOW_LEGEND: Part = legendPart(WINDOW_ROWS);

/** What the hatches and words of a function's registers mean. */
export const FUNCTION_LEGEND: Part = legendPart(FUNCTION_ROWS);
