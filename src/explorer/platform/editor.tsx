import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { indentService, indentUnit } from '@codemirror/language';
import { type Diagnostic as Lint, lintGutter, setDiagnostics } from '@codemirror/lint';
import { search, searchKeymap } from '@codemirror/search';
import { EditorState, type Extension } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Diagnostic } from '../../vocab/index.js';
import { YAML_COLOURS } from '../parts/code-colours.js';
import { CodeView } from '../parts/code-view.js';
import { placeText } from '../parts/diagnostic-text.js';
import { platformAnswer, platformWorker } from '../state/platform.js';
import { keepWorkspace, platformFile } from '../state/workspace.js';
import type { Schema } from './schema-at.js';
import { yamlHelp } from './yaml-help.js';

/** YAML for the editor: two spaces, deeper after a key without a value, and comments with `#`. */
const YAML: Extension = [
  indentUnit.of('  '),
  indentService.of(({ state }, at) => {
    const line = state.doc.lineAt(at);
    const above = line.from === at ? (line.number > 1 ? state.doc.line(line.number - 1) : undefined) : line;
    const text = above === undefined ? '' : state.sliceDoc(above.from, Math.min(above.to, at));
    const [, spaces = '', dash = '', rest = ''] = /^(\s*)(-\s+)?(.*)$/.exec(text) ?? [];
    // After an element that is a mapping in braces comes the next element; after one that begins with a key, its next key.
    const inside = /^[\w-]+\s*:/.test(rest) ? dash.length : 0;
    return spaces.length + inside + (/:\s*(?:#.*)?$/.test(rest) ? 2 : 0);
  }),
  EditorState.languageData.of(() => [{ commentTokens: { line: '#' } }]),
  YAML_COLOURS,
];

const SEVERITIES = { error: 'error', warning: 'warning', note: 'info' } as const;

function lintOf(view: EditorView, file: string, { place, message, cure, code, severity }: Diagnostic): Lint {
  const { doc } = view.state;
  // What is wrong in an included file is shown where this one includes it.
  const isHere = place.file === undefined || place.file === file;
  const wanted = isHere
    ? (place.line ?? 1)
    : doc
        .toString()
        .split('\n')
        .findIndex((text) => /^["']?include\b/.test(text)) + 1;
  const line = doc.line(Math.max(1, Math.min(wanted, doc.lines)));
  const from = Math.min(line.to, line.from + (isHere ? Math.max(0, (place.column ?? 1) - 1) : 0));
  const word = /^[\w.:-]+/.exec(doc.sliceString(from, line.to))?.[0].length ?? 1;
  return {
    from,
    to: Math.min(line.to, from + Math.max(1, word)),
    severity: SEVERITIES[severity],
    message: `${isHere ? '' : `${placeText(place)}: `}${message} ${cure}`,
    source: code,
  };
}

/** Keeps the text over a reload, a moment after the last key. */
let saving: ReturnType<typeof setTimeout> | undefined;
function keepSoon(): void {
  clearTimeout(saving);
  saving = setTimeout(() => void keepWorkspace(), 400);
}

function extensionsOf(file: string, schema: Schema | undefined): Extension {
  return [
    lineNumbers(),
    history(),
    drawSelection(),
    highlightActiveLine(),
    YAML,
    lintGutter(),
    search({ top: true }),
    ...(schema === undefined ? [] : [yamlHelp(schema)]),
    keymap.of([...defaultKeymap, ...historyKeymap, ...searchKeymap, indentWithTab]),
    EditorView.updateListener.of((update) => {
      if (!update.docChanged) return;
      platformFile.value = { ...platformFile.peek(), file, text: update.state.doc.toString() };
      keepSoon();
    }),
  ];
}

/** The platform file as text, with completion, hover and findings. */
export function Editor({ line }: { readonly line: number | undefined }): JSX.Element {
  const view = useRef<EditorView>();
  const [schema, setSchema] = useState<Schema>();
  const file = platformFile.value?.file ?? 'platform.yaml';
  const [text, setText] = useState(platformFile.peek()?.text ?? '');
  useEffect(
    () => void platformWorker.call('schema', undefined as never).then((found) => setSchema(found as Schema)),
    [],
  );
  // Another file was opened: the editor starts again with its text.
  useEffect(() => {
    const now = platformFile.value?.text ?? '';
    if (view.current !== undefined && view.current.state.doc.toString() !== now) setText(now);
  }, [platformFile.value]);
  const extensions = useMemo(() => {
    if (view.current !== undefined) setText(view.current.state.doc.toString());
    return extensionsOf(file, schema);
  }, [file, schema]);
  const diagnostics = platformAnswer.value?.diagnostics;
  const showFindings = () => {
    const current = view.current;
    if (current === undefined || diagnostics === undefined) return;
    current.dispatch(
      setDiagnostics(
        current.state,
        diagnostics.map((each) => lintOf(current, file, each)),
      ),
    );
  };
  useEffect(showFindings, [diagnostics]);
  useEffect(() => {
    const current = view.current;
    if (current === undefined || line === undefined || line < 1 || line > current.state.doc.lines) return;
    const at = current.state.doc.line(line).from;
    current.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: 'center' }) });
  }, [line]);
  return (
    <CodeView
      text={text}
      label={`Platform file ${file}`}
      extensions={extensions}
      onView={(made) => {
        view.current = made;
        showFindings();
      }}
    />
  );
}
