import type { ModelAccess, ModelField } from '../model/register-model.js';
import { SVD_ACCESS } from './svd-values.js';

/** What the writers of SVD and of IP-XACT share. */

/** Text of an element: without what XML cannot hold, and with what has a meaning to it written as an entity. */
function escapeText(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\u{fffe}\u{ffff}\p{Cs}]/gu, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

/** Writes the elements of an XML file, indented. */
export class XmlWriter {
  readonly #lines: string[] = ['<?xml version="1.0" encoding="utf-8"?>'];
  #depth = 0;

  get text(): string {
    return `${this.#lines.join('\n')}\n`;
  }

  #line(text: string): void {
    this.#lines.push(`${'  '.repeat(this.#depth)}${text}`);
  }

  /** Writes an element with a text, or nothing if the text is empty. */
  leaf(name: string, text: string | undefined): void {
    if (text !== undefined && text.trim() !== '') this.#line(`<${name}>${escapeText(text.trim())}</${name}>`);
  }

  /** An element with others in it. */
  inside(name: string, attributes: string, write: () => void): void {
    this.#line(`<${name}${attributes}>`);
    this.#depth++;
    write();
    this.#depth--;
    this.#line(`</${name}>`);
  }
}

/** The word for a value of a table of words. */
export function wordFor<Value>(words: ReadonlyMap<string, Value>, value: Value): string | undefined {
  return [...words].find(([, each]) => each === value)?.[0];
}

/** Names are in capitals there, but for the place of an index. */
export const upper = (name: string): string => name.replaceAll('%s', '\0').toUpperCase().replaceAll('\0', '%s');

export function accessWord({ read, write }: ModelAccess): string {
  return [...SVD_ACCESS].find(([, access]) => access.read === read && access.write === write)?.[0] ?? 'read-write';
}

/** Effects of a register are written in its fields, unless it has none: a field can change them, but not undo them. */
export function plainAccess(access: ModelAccess, fields: readonly ModelField[]): ModelAccess {
  return fields.length === 0 ? access : { read: access.read, write: access.write };
}
