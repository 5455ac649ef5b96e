import { plainText } from './plain-text.js';

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
