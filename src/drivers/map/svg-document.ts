import { plainText } from './plain-text.js';

/** A piece of a drawing, as wide as the drawing is. */
export interface Part {
  readonly heightPx: number;
  readonly content: readonly string[];
}

/** Every drawing is this wide: at 96 pixels an inch, somewhat more than A4 is, so that it prints well when fitted. */
const WIDTH = 800;
const MARGIN = 24;
export const INNER_WIDTH: number = WIDTH - 2 * MARGIN;

/** Black on white, with thin, thick and broken lines and hatches instead of colours. */
const STYLE = [
  'text{fill:#000}',
  '.mono,.name{font-family:monospace}',
  '.name,.strong{font-weight:bold}',
  '.words,.strong{font-family:sans-serif}',
  '.box{fill:#fff;stroke:#000;stroke-width:1}',
  '.frame{fill:none;stroke:#000;stroke-width:1.5}',
  '.plain{fill:#fff;stroke:none}',
  '.line{fill:none;stroke:#000;stroke-width:1}',
  '.thin{fill:none;stroke:#000;stroke-width:.5}',
  '.unnamed{fill:url(#unnamed);stroke:#000;stroke-width:1}',
  '.bridge{fill:url(#bridge);stroke:#000;stroke-width:1}',
  '.vfio{fill:url(#vfio);stroke:#000;stroke-width:1}',
].join('');

const hatch = (id: string, sizePx: number, ...marks: readonly string[]) =>
  element('pattern', { id, width: sizePx, height: sizePx, patternUnits: 'userSpaceOnUse' }, ...marks);

const PATTERNS = [
  hatch('unnamed', 6, element('path', { d: 'M-1 7L7 -1M-1 1L1 -1M5 7L7 5', class: 'thin' })),
  hatch('bridge', 5, element('path', { d: 'M0 1H5', class: 'line' })),
  hatch('vfio', 5, element('circle', { cx: 1.5, cy: 1.5, r: 1 }), element('circle', { cx: 4, cy: 4, r: 1 })),
];

/** A whole SVG file: the parts one below the other on white. */
export function svgDocument(title: string, description: string, parts: readonly Part[]): string {
  let y = MARGIN;
  const placed = parts.map(({ heightPx, content }) => {
    const at = y;
    y += heightPx;
    return moved(MARGIN, at, content);
  });
  const height = Math.ceil(y + MARGIN);
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    role: 'img',
    width: WIDTH,
    height,
    viewBox: `0 0 ${WIDTH} ${height}`,
  };
  const lines = [
    element('title', {}, escapeXml(title)),
    element('desc', {}, escapeXml(description)),
    element('style', {}, STYLE),
    element('defs', {}, ...PATTERNS),
    element('rect', { width: WIDTH, height, class: 'plain' }),
    ...placed,
  ];
  return ['<?xml version="1.0" encoding="UTF-8"?>', element('svg', attributes, '\n', lines.join('\n'), '\n'), ''].join(
    '\n',
  );
}

type AttributeValue = string | number | undefined;

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Any text as character data or an attribute's value of XML 1.0. */
export function escapeXml(text: string): string {
  return plainText(text).replaceAll(/[&<>"]/g, (character) => ENTITIES[character] as string);
}

/** A number as SVG has it, to a hundredth of a pixel. */
function numberText(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** An element; `content` is markup, attributes that are undefined are left out. */
export function element(
  name: string,
  attributes: Readonly<Record<string, AttributeValue>>,
  ...content: readonly string[]
): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? numberText(value) : escapeXml(value as string)}"`)
    .join('');
  return content.length === 0 ? `<${name}${written}/>` : `<${name}${written}>${content.join('')}</${name}>`;
}

/** Elements moved down and right. */
export function moved(x: number, y: number, content: readonly string[]): string {
  return element('g', { transform: `translate(${numberText(x)} ${numberText(y)})` }, ...content);
}
