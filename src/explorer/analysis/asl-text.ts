import { childTerms, type Term } from '../../aml/index.js';
import { printAsl } from '../../asl/index.js';
import type { LoadedTable } from './loaded-tables.js';

/** A table as ASL, each line with the bytes that it shows. */
export interface AslText {
  readonly text: string;
  /** By line: offset of the first byte of its statement; -1 for a line that continues the one before. */
  readonly starts: Int32Array;
  /** By line: the byte after the statement. */
  readonly ends: Int32Array;
}

/** The comment that the printer puts before a statement, which tells its offset. */
const OFFSET_COMMENT = /^(\s*)\/\* ([0-9a-f]{4,}) \*\/ /;

/** Ends of all terms by their starts; of several that begin at one byte the longest. */
function endsOf(terms: Iterable<Term>, ends: Map<number, number>): void {
  for (const term of terms) {
    if (term.end > (ends.get(term.start) ?? -1)) ends.set(term.start, term.end);
    endsOf(childTerms(term), ends);
  }
}

/** Prints a table that holds AML. */
export function aslText({ decoded }: LoadedTable): AslText | undefined {
  if (decoded === undefined) return undefined;
  const { text } = printAsl(decoded, { offsets: true, externals: 'declare' });
  const ends = new Map<number, number>();
  endsOf(decoded.terms, ends);
  const lines = text.split('\n');
  const starts = new Int32Array(lines.length).fill(-1);
  const lineEnds = new Int32Array(lines.length).fill(-1);
  for (const [index, line] of lines.entries()) {
    const found = OFFSET_COMMENT.exec(line);
    if (found === null) continue;
    const start = Number.parseInt(found[2] as string, 16);
    starts[index] = start;
    lineEnds[index] = ends.get(start) ?? start + 1;
    lines[index] = `${found[1]}${line.slice(found[0].length)}`;
  }
  return { text: lines.join('\n'), starts, ends: lineEnds };
}
