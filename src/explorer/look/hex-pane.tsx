import { computed, effect, signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { counted } from '../parts/hex-text.js';
import { savedName, saveFile } from '../parts/save-file.js';
import { type RowsHandle, WindowedRows } from '../parts/windowed-rows.js';
import { selectBytes, selection, shownTable } from '../state/selection.js';
import { loadedSet } from '../state/workspace.js';
import { statementAround } from './statements.js';

const ROW_HEIGHT = 20;
const PER_ROW = 16;
const hexByte = (byte: number) => byte.toString(16).padStart(2, '0');
const HEX = Array.from({ length: 256 }, (_, byte) => hexByte(byte));
const ASCII = Array.from({ length: 256 }, (_, byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·'));

/** The byte that the keyboard is on. */
const cursor = signal(0);

const shownBytes = computed(() => loadedSet.value?.tables[shownTable.value]?.bytes ?? new Uint8Array());
const selectedStart = computed(() => selection.value?.start ?? 0);
const selectedEnd = computed(() => selection.value?.end ?? 0);

// At once, not after the next frame: by then a click or a key may have moved the cursor on.
effect(() => {
  shownBytes.value;
  selectedEnd.value;
  cursor.value = selectedStart.value;
});

/** Selects the statement around a byte, and leaves the cursor on the byte. */
function pick(offset: number): void {
  const table = shownTable.peek();
  selectBytes(table, ...statementAround(table, offset));
  cursor.value = offset;
}

interface Run {
  readonly from: number;
  readonly to: number;
  readonly isPicked: boolean;
}

/** Divides the bytes of a row where the selection begins and ends. */
function runsOf(from: number, to: number, start: number, end: number): Run[] {
  const cuts = [from, Math.min(Math.max(start, from), to), Math.min(Math.max(end, from), to), to];
  const runs: Run[] = [];
  for (let at = 0; at < 3; at++) {
    const [a, b] = [cuts[at] as number, cuts[at + 1] as number];
    if (b > a) runs.push({ from: a, to: b, isPicked: at === 1 });
  }
  return runs;
}

interface HexRowProps {
  readonly row: number;
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  readonly current: number;
}

function HexRow({ row, bytes, start, end, current }: HexRowProps): JSX.Element {
  const from = row * PER_ROW;
  const to = Math.min(from + PER_ROW, bytes.length);
  const runs = runsOf(from, to, start, end);
  const text = (run: Run, words: readonly string[], gap: string) => {
    let out = '';
    for (let at = run.from; at < run.to; at++)
      out += (at > run.from ? gap : '') + (words[bytes[at] as number] as string);
    return out;
  };
  return (
    <div
      id={`hex-${row}`}
      class={`hex-row${current >= from && current < to ? ' current' : ''}`}
      role="row"
      aria-rowindex={row + 1}
    >
      <span class="hex-offset" role="rowheader">
        {from.toString(16).padStart(6, '0')}
      </span>
      <span class="hex-bytes" role="gridcell">
        {runs.map((run) => (
          <span key={run.from} class={run.isPicked ? 'picked' : undefined}>
            {text(run, HEX, ' ')}
            {run.to < to ? <i> </i> : ''}
          </span>
        ))}
      </span>
      <span class="hex-text" role="gridcell">
        {runs.map((run) => (
          <span key={run.from} class={run.isPicked ? 'picked' : undefined}>
            {text(run, ASCII, '')}
          </span>
        ))}
      </span>
    </div>
  );
}

/** The byte under the pointer: every character has the same width. */
function byteAt(event: MouseEvent, bytes: Uint8Array): number | undefined {
  const target = event.target as Element;
  const line = target.closest('.hex-row');
  const box = target.closest('.hex-bytes, .hex-text');
  if (line === null || box === null) return undefined;
  const row = Number(line.id.slice('hex-'.length));
  const { left, width } = box.getBoundingClientRect();
  const count = Math.min(PER_ROW, bytes.length - row * PER_ROW);
  const part = (event.clientX - left) / width;
  const at = Math.floor(part * (box.classList.contains('hex-text') ? count : count - 1 / 3));
  return row * PER_ROW + Math.max(0, Math.min(count - 1, at));
}

/** The bytes of the shown table in hex and as text; a click selects the statement that holds the byte. */
export function HexPane(): JSX.Element {
  const rows = useRef<RowsHandle>(null);
  const row = loadedSet.value?.tables[shownTable.value];
  const bytes = shownBytes.value;
  const [start, end] = [selectedStart.value, selectedEnd.value];
  const current = cursor.value;
  useEffect(() => rows.current?.reveal(Math.floor(cursor.peek() / PER_ROW)), [bytes, start, end, current]);
  const onKey = (event: KeyboardEvent) => {
    const steps: Readonly<Record<string, number>> = {
      ArrowRight: 1,
      ArrowLeft: -1,
      ArrowDown: PER_ROW,
      ArrowUp: -PER_ROW,
      PageDown: PER_ROW * 16,
      PageUp: -PER_ROW * 16,
      Home: -bytes.length,
      End: bytes.length,
    };
    const step = steps[event.key];
    if (event.key === 'Enter') pick(cursor.value);
    if (step === undefined) return;
    event.preventDefault();
    cursor.value = Math.max(0, Math.min(bytes.length - 1, cursor.value + step));
  };
  return (
    <section class="panel hex-panel" aria-label="Bytes">
      <div class="panel-head slim">
        <h2>Bytes</h2>
        <span class="mono muted">
          {end > start
            ? `0x${start.toString(16)}..0x${(end - 1).toString(16)}, ${counted(end - start, 'byte')}`
            : counted(bytes.length, 'byte')}
        </span>
        <span class="spacer" />
        {row !== undefined && (
          <button
            type="button"
            class="quiet"
            onClick={() => saveFile(`${savedName(row.file)}.aml`, bytes, 'application/octet-stream')}
          >
            Save the table
          </button>
        )}
      </div>
      <WindowedRows
        count={Math.ceil(bytes.length / PER_ROW)}
        rowHeight={ROW_HEIGHT}
        handle={rows}
        attributes={{
          class: 'hex',
          role: 'grid',
          'aria-label': `Bytes of ${row?.file ?? 'no table'}; at 0x${current.toString(16)}`,
          'aria-rowcount': Math.ceil(bytes.length / PER_ROW),
          'aria-activedescendant': `hex-${Math.floor(current / PER_ROW)}`,
          tabIndex: 0,
          onKeyDown: onKey,
          onClick: (event) => {
            const offset = byteAt(event, bytes);
            if (offset !== undefined) pick(offset);
          },
        }}
      >
        {(each) => <HexRow key={each} row={each} bytes={bytes} start={start} end={end} current={current} />}
      </WindowedRows>
    </section>
  );
}
