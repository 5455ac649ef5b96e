import { openSearchPanel, search, searchKeymap } from '@codemirror/search';
import { EditorState, type Extension, RangeSetBuilder, StateEffect, StateField } from '@codemirror/state';
import { Decoration, type DecorationSet, drawSelection, EditorView, keymap, lineNumbers } from '@codemirror/view';
import type { JSX } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { ASL_WORDS, codeColours } from '../parts/code-colours.js';
import { CODE_FOLDING } from '../parts/code-folding.js';
import { CodeView } from '../parts/code-view.js';
import { savedName, saveFile } from '../parts/save-file.js';
import { selectBytes, selection, selectPath, shownTable } from '../state/selection.js';
import { loadedSet } from '../state/workspace.js';
import { FieldsPane } from './fields-pane.js';
import { forgetAsl, lineOf, type ShownAsl, showAsl, shownAsl } from './statements.js';

/** The lines that show the selected bytes. */
const setPicked = StateEffect.define<{ readonly from: number; readonly to: number } | undefined>();
const PICKED = Decoration.line({ class: 'cm-picked' });

const picked = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(before, transaction) {
    for (const effect of transaction.effects) {
      if (!effect.is(setPicked)) continue;
      const builder = new RangeSetBuilder<Decoration>();
      const { from, to } = effect.value ?? { from: 1, to: 0 };
      for (let line = from; line <= to; line++) {
        const at = transaction.state.doc.line(line).from;
        builder.add(at, at, PICKED);
      }
      return builder.finish();
    }
    return before;
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** Most lines that are marked: a whole Device may have thousands. */
const MOST_PICKED = 4000;

/** The lines, from 1 on, of a statement whose first line is given: up to the next line that begins after its end. */
function linesOf({ starts }: ShownAsl, first: number, end: number): { from: number; to: number } {
  let last = first;
  while (last + 1 < starts.length && last - first < MOST_PICKED) {
    const start = starts[last + 1] as number;
    if (start >= end) break;
    last++;
  }
  return { from: first + 1, to: last + 1 };
}

/** Lines of a statement without those after it that only close the blocks around it. */
function trimmed(state: EditorState, lines: { from: number; to: number }): { from: number; to: number } {
  const indent = /^\s*/.exec(state.doc.line(lines.from).text)?.[0].length ?? 0;
  let { to } = lines;
  while (to > lines.from) {
    const { text } = state.doc.line(to);
    const depth = /^\s*/.exec(text)?.[0].length ?? 0;
    if (text.trim() !== '' && depth >= indent) break;
    to--;
  }
  return { from: lines.from, to };
}

function reveal(view: EditorView, asl: ShownAsl, start: number, end: number): void {
  const line = lineOf(asl, start);
  if (line < 0 || end <= start) {
    view.dispatch({ effects: setPicked.of(undefined) });
    return;
  }
  const lines = trimmed(view.state, linesOf(asl, line, end));
  const { from } = view.state.doc.line(lines.from);
  const block = view.lineBlockAt(from);
  const { scrollTop, clientHeight } = view.scrollDOM;
  const isSeen = block.top >= scrollTop && block.bottom <= scrollTop + clientHeight;
  view.dispatch({
    effects: [setPicked.of(lines), ...(isSeen ? [] : [EditorView.scrollIntoView(from, { y: 'center' })])],
  });
}

/** Selects what a line shows. */
function pickLine(view: EditorView, asl: ShownAsl, position: number): boolean {
  let line = view.state.doc.lineAt(position).number - 1;
  while (line >= 0 && (asl.starts[line] as number) < 0) line--;
  if (line >= 0) selectBytes(asl.table, asl.starts[line] as number, asl.ends[line] as number);
  return line >= 0;
}

/** Selects the object that the name under the pointer means, as far as its path is written whole or found below here. */
function followName(view: EditorView, position: number): boolean {
  const line = view.state.doc.lineAt(position);
  const at = position - line.from;
  for (const found of line.text.matchAll(/\\?[A-Z_][A-Z0-9_.]*/g)) {
    if (found.index > at || found.index + found[0].length < at) continue;
    const nodes = loadedSet.peek()?.tree.nodes ?? [];
    const wanted = found[0].startsWith('\\') ? found[0] : `.${found[0]}`;
    const around = selection.peek()?.path ?? '\\';
    const all = nodes.filter(({ path }) => path === found[0] || path.endsWith(wanted) || path === `\\${found[0]}`);
    const shared = (path: string) => {
      let count = 0;
      while (count < path.length && path[count] === around[count]) count++;
      return count;
    };
    const best = all.sort((a, b) => shared(b.path) - shared(a.path))[0];
    if (best !== undefined) selectPath(best.path);
    return best !== undefined;
  }
  return false;
}

function extensionsOf(asl: ShownAsl): Extension {
  return [
    lineNumbers(),
    CODE_FOLDING,
    codeColours(ASL_WORDS),
    picked,
    drawSelection(),
    search({ top: true }),
    EditorState.readOnly.of(true),
    keymap.of([
      { key: 'Enter', run: (view) => pickLine(view, asl, view.state.selection.main.head) },
      { key: 'F12', run: (view) => followName(view, view.state.selection.main.head) },
      ...searchKeymap,
    ]),
    EditorView.domEventHandlers({
      click(event, view) {
        const position = view.posAtCoords(event);
        if (position === null || !view.state.selection.main.empty) return;
        if (event.ctrlKey || event.metaKey) followName(view, position);
        else pickLine(view, asl, position);
      },
    }),
  ];
}

/** The shown table as ASL; of a table without AML its fields. */
export function AslPane(): JSX.Element {
  const view = useRef<EditorView>();
  const table = shownTable.value;
  const set = loadedSet.value;
  const row = set?.tables[table];
  useEffect(() => {
    forgetAsl();
    if (row?.holdsAml) void showAsl(table);
  }, [set, table]);
  const asl = shownAsl.value;
  const extensions = useMemo(() => asl && extensionsOf(asl), [asl]);
  const { start = 0, end = 0 } = selection.value ?? {};
  useEffect(() => {
    if (view.current !== undefined && asl !== undefined) reveal(view.current, asl, start, end);
  }, [asl, start, end]);
  if (row !== undefined && !row.holdsAml) return <FieldsPane table={table} />;
  return (
    <section class="panel asl-panel" aria-label="ASL">
      <div class="panel-head slim">
        <h2>ASL</h2>
        <span class="mono muted">{row?.file}</span>
        <span class="spacer" />
        <button type="button" class="quiet" onClick={() => view.current && openSearchPanel(view.current)}>
          Find in text
        </button>
        {asl !== undefined && row !== undefined && (
          <button
            type="button"
            class="quiet"
            onClick={() => saveFile(`${savedName(row.file)}.dsl`, asl.text, 'text/plain')}
          >
            Save the ASL
          </button>
        )}
      </div>
      {asl === undefined || extensions === undefined ? (
        <p class="empty">Printing…</p>
      ) : (
        <CodeView
          text={asl.text}
          label={`ASL of ${row?.file ?? 'the table'}`}
          extensions={extensions}
          onView={(made) => {
            view.current = made;
            if (made !== undefined) reveal(made, asl, start, end);
          }}
        />
      )}
    </section>
  );
}
