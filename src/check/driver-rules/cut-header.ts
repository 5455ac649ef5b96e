import type { CutOff } from '../subject/driver-facts.js';

/** Whether a header ends in the middle of something: a comment, a string, brackets or a condition that is never closed. */

const CONDITION = /^[ \t]*#[ \t]*(if|ifdef|ifndef|else|elif|endif)\b/;
const CLOSING: Readonly<Record<string, string>> = { '}': '{', ')': '(', ']': '[' };

interface Opened {
  readonly line: number;
  readonly mark: string;
}

/** What is open at each `#if`, so that its branches are counted once. */
interface Condition {
  readonly line: number;
  readonly before: readonly Opened[];
}

const lineOf = (text: string, index: number): number => text.slice(0, index).split('\n').length;

/** A comment that nothing closes. Strings and line comments may hold its first two characters. */
function openComment(text: string): CutOff | undefined {
  for (const match of text.matchAll(/\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\/\*(?:[\s\S]*?\*\/)?/g)) {
    if (match[0] === '/*') return { line: lineOf(text, match.index), what: 'comment' };
  }
  return undefined;
}

/** Where a header is cut off. `blank` is its text without comments, line for line. */
export function cutOffIn(text: string, blank: string): CutOff | undefined {
  const comment = openComment(text);
  if (comment !== undefined) return comment;
  const lines = blank.split('\n');
  const conditions: Condition[] = [];
  let open: Opened[] = [];
  let isDirective = false;
  for (const [index, whole] of lines.entries()) {
    const line = index + 1;
    const continues: boolean = isDirective;
    const directive = CONDITION.exec(whole)?.[1];
    isDirective = (continues || /^[ \t]*#/.test(whole)) && /\\\r?$/.test(whole);
    if (!continues && directive !== undefined) {
      if (directive === 'endif') conditions.pop();
      else if (directive === 'else' || directive === 'elif') open = [...(conditions.at(-1)?.before ?? open)];
      else conditions.push({ line, before: [...open] });
    }
    if (continues || /^[ \t]*#/.test(whole)) continue;
    const code = whole.replaceAll(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g, '');
    for (const [mark] of code.matchAll(/[{}()[\]]/g)) {
      const opening = CLOSING[mark];
      if (opening === undefined) open.push({ line, mark });
      else if (open.at(-1)?.mark === opening) open.pop();
    }
  }
  const last = lines.findLastIndex((each) => each.trim() !== '');
  const ending = (lines[last] ?? '').replaceAll(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g, '');
  if (ending.includes('"') && !/^[ \t]*#[ \t]*(?:error|warning)/.test(ending))
    return { line: last + 1, what: 'string' };
  const inner = open.at(-1);
  if (inner !== undefined) return { line: inner.line, what: inner.mark === '{' ? 'brace' : 'parenthesis' };
  const condition = conditions[0];
  return condition === undefined ? undefined : { line: condition.line, what: 'condition' };
}
