import {
  autocompletion,
  type CompletionContext,
  type CompletionResult,
  completionKeymap,
} from '@codemirror/autocomplete';
import type { Extension } from '@codemirror/state';
import { type EditorView, hoverTooltip, keymap } from '@codemirror/view';
import { type KeyPath, keysAt, pathAt, type Schema, schemasAt, valuesAt } from './schema-at.js';

/** Completion and hover of a platform file, from its JSON Schema. */

const linesOf = ({ state }: { state: EditorView['state'] }) => state.doc.toString().split('\n');

function completions(schema: Schema, context: CompletionContext): CompletionResult | null {
  const line = context.state.doc.lineAt(context.pos);
  const before = line.text.slice(0, context.pos - line.from);
  if (/^\s*#/.test(before)) return null;
  const path = pathAt(linesOf(context), line.number - 1, before.length);
  const value = /([A-Za-z_]+):\s+("?[\w]*)$/.exec(before);
  if (value !== null) {
    const options = valuesAt(schema, [...path, value[1]]).map((label) => ({ label, type: 'constant' }));
    return options.length === 0 ? null : { from: context.pos - (value[2] as string).length, options };
  }
  const key = /(?:^\s*(?:- )?\s*|[{,]\s*)([A-Za-z_]*)$/.exec(before);
  if (key === null || (key[1] === '' && !context.explicit)) return null;
  const options = keysAt(schema, path).map(({ name, description }) => ({
    label: name,
    apply: `${name}: `,
    type: 'property',
    ...(description !== '' && { info: description }),
  }));
  return options.length === 0 ? null : { from: context.pos - (key[1] as string).length, options, validFor: /^\w*$/ };
}

function hoverText(schema: Schema, path: KeyPath, name: string): HTMLElement | undefined {
  const forms = schemasAt(schema, [...path, name]);
  const description = forms.find((form) => form.description !== undefined)?.description;
  if (description === undefined) return undefined;
  const box = document.createElement('div');
  box.className = 'cm-hover';
  const title = document.createElement('b');
  title.textContent = name;
  const text = document.createElement('div');
  text.textContent = description;
  box.append(title, text);
  const fallback = forms.find((form) => form.default !== undefined)?.default;
  if (fallback !== undefined) {
    const note = document.createElement('div');
    note.textContent = `Default: ${typeof fallback === 'object' ? JSON.stringify(fallback) : String(fallback)}`;
    box.append(note);
  }
  return box;
}

function hover(schema: Schema): Extension {
  return hoverTooltip((view, position) => {
    const line = view.state.doc.lineAt(position);
    for (const found of line.text.matchAll(/([A-Za-z_]+)\s*:/g)) {
      const from = line.from + found.index;
      const name = found[1] as string;
      if (position < from || position > from + name.length) continue;
      const dom = hoverText(schema, pathAt(linesOf(view), line.number - 1, found.index), name);
      return dom === undefined ? null : { pos: from, end: from + name.length, above: true, create: () => ({ dom }) };
    }
    return null;
  });
}

export function yamlHelp(schema: Schema): Extension {
  return [
    autocompletion({ override: [(context) => completions(schema, context)], icons: false }),
    keymap.of(completionKeymap),
    hover(schema),
  ];
}
