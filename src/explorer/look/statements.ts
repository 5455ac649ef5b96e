import { signal } from '@preact/signals';
import type { AslText } from '../analysis/asl-text.js';
import { nodeAround } from '../state/selection.js';
import { tablesWorker } from '../state/workspace.js';

/** The ASL of the shown table, and which line shows which bytes. */

export interface ShownAsl extends AslText {
  readonly table: number;
}

export const shownAsl = signal<ShownAsl | undefined>(undefined);

let turn = 0;

/** Asks for the ASL of a table; the answers to earlier requests are dropped. */
export async function showAsl(table: number): Promise<void> {
  const mine = ++turn;
  const text = await tablesWorker.call('asl', table);
  if (mine === turn) shownAsl.value = text && { ...text, table };
}

export function forgetAsl(): void {
  turn++;
  shownAsl.value = undefined;
}

/** The line that shows a byte: the last that begins at or before it and does not end before it. 0-based; -1 if none. */
export function lineOf({ starts, ends }: AslText, offset: number): number {
  let found = -1;
  for (let line = 0; line < starts.length; line++) {
    const start = starts[line] as number;
    if (start < 0) continue;
    if (start > offset) break;
    if ((ends[line] as number) > offset) found = line;
  }
  return found;
}

/** The bytes of the statement around a byte; outside statements, the object around it or the byte itself. */
export function statementAround(table: number, offset: number): readonly [start: number, end: number] {
  const asl = shownAsl.peek();
  const line = asl?.table === table ? lineOf(asl, offset) : -1;
  if (asl !== undefined && line >= 0) return [asl.starts[line] as number, asl.ends[line] as number];
  const node = nodeAround(table, offset);
  return node === undefined ? [offset, offset + 1] : [node.start, node.end];
}
