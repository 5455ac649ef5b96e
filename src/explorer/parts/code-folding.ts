import { codeFolding, foldGutter, foldKeymap, foldService } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { keymap } from '@codemirror/view';

/** Lines that are looked at for the end of a block. */
const MOST_LINES = 200_000;

/** Folds blocks as the printer writes them: an opening brace on a line of its own, its closing one equally indented. */
const blocks = foldService.of((state, lineStart) => {
  const { doc } = state;
  const line = doc.lineAt(lineStart);
  if (line.number >= doc.lines) return null;
  const brace = doc.line(line.number + 1);
  const [, indent] = /^(\s*)\{\s*$/.exec(brace.text) ?? [];
  if (indent === undefined || /^\s*\{?\s*$/.test(line.text)) return null;
  const closing = `${indent}}`;
  const last = Math.min(doc.lines, brace.number + MOST_LINES);
  const lines = doc.iterLines(brace.number + 1, last + 1);
  let from = brace.to + 1;
  for (const text of lines) {
    if (text.startsWith(closing)) return { from: line.to, to: from + text.length };
    from += text.length + 1;
  }
  return null;
});

export const CODE_FOLDING: Extension = [
  blocks,
  codeFolding({ placeholderText: '{ … }' }),
  foldGutter(),
  keymap.of(foldKeymap),
];
