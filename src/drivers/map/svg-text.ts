import { plainText } from './plain-text.js';
import { element, escapeXml } from './svg-document.js';

/** A way of writing; the document's style has a class of each name. */
export interface Face {
  readonly style: 'mono' | 'words' | 'strong' | 'name';
  readonly sizePx: number;
}

/** Widths in ems of the fonts that a viewer may have for a generic family: the wider ones, so that text fits in all. */
const MONO_EM = 0.61;
const WORD_WIDTHS: readonly (readonly [RegExp, number])[] = [
  [/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\u{1f000}-\u{3ffff}]/u, 1.05],
  [/[mwMW@%]/, 0.99],
  [/[iljtfrI.,:;'|!()[\] -]/, 0.42],
  [/[A-Z]/, 0.76],
];
const OTHER_WORD_EM = 0.64;
const WIDE = WORD_WIDTHS[0] as readonly [RegExp, number];

/** At most how wide a character is, in ems. */
function characterWidth(character: string, style: Face['style']): number {
  if (style === 'mono' || style === 'name') return WIDE[0].test(character) ? WIDE[1] * 1.2 : MONO_EM;
  return WORD_WIDTHS.find(([pattern]) => pattern.test(character))?.[1] ?? OTHER_WORD_EM;
}

/** At most how wide a text is. */
export function textWidth(text: string, { style, sizePx }: Face): number {
  let ems = 0;
  for (const character of text) ems += characterWidth(character, style);
  return ems * sizePx;
}

const CUT = '…';

/** As much of a text as fits, with a mark where it was cut; an empty text if not even one character fits. */
export function fitted(text: string, widthPx: number, face: Face): string {
  const whole = plainText(text);
  if (textWidth(whole, face) <= widthPx) return whole;
  let shown = '';
  let ems = characterWidth(CUT, face.style);
  for (const character of whole) {
    ems += characterWidth(character, face.style);
    if (ems * face.sizePx > widthPx) break;
    shown += character;
  }
  return shown === '' ? '' : `${shown.trimEnd()}${CUT}`;
}

export interface TextPlace {
  readonly x: number;
  /** Of the baseline. */
  readonly y: number;
  readonly widthPx: number;
  readonly face: Face;
  readonly anchor?: 'start' | 'middle' | 'end';
  /** Whether the text reads from bottom to top. */
  readonly upright?: boolean;
}

/** A text that is shortened if it does not fit; a tooltip then shows all of it. */
export function textElement(text: string, { x, y, widthPx, face, anchor, upright }: TextPlace): string {
  const shown = fitted(text, widthPx, face);
  if (shown === '') return '';
  const attributes = {
    class: face.style,
    'font-size': face.sizePx,
    x,
    y,
    'text-anchor': anchor === 'start' ? undefined : anchor,
    transform: upright ? `rotate(-90 ${x} ${y})` : undefined,
  };
  const whole = plainText(text);
  const title = shown === whole ? [] : [element('title', {}, escapeXml(whole))];
  return element('text', attributes, ...title, escapeXml(shown));
}
