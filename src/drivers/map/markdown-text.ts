import { plainText } from './plain-text.js';

/** Any text as Markdown that says the same: no markup, no HTML, no entity, one line. CommonMark 0.31 §2.4 */
export function markdownText(text: string): string {
  return plainText(text)
    .replaceAll(/[\\`*_[\]<>&|~$]/g, '\\$&')
    .replace(/^([-+=#]|[0-9]+(?=[.)]))/, (start) => (/[0-9]/.test(start) ? `${start}\\` : `\\${start}`));
}

/** A name or a number as code. It holds no backtick. */
export function code(text: string): string {
  return `\`${text}\``;
}

/** A table in the form that GitHub and most other readers know; cells are Markdown. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}
