import { EditorState, type Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { CODE_THEME } from './code-theme.js';

interface CodeViewProps {
  readonly text: string;
  /** What a screen reader calls it. */
  readonly label: string;
  readonly extensions: Extension;
  /** Whether a new text stays where the one before was scrolled to. */
  readonly keepScroll?: boolean;
  /** Called with the view when it is there, and with undefined when it is gone. */
  readonly onView?: (view: EditorView | undefined) => void;
}

/**
 * CodeMirror in a shadow root of its own: there its styles are adopted sheets, which the page's policy allows; in the
 * document they would be style elements, which it forbids. A new `text` or `extensions` begins a new document.
 */
export function CodeView({ text, label, extensions, keepScroll = false, onView }: CodeViewProps): JSX.Element {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>();
  const stateOf = () =>
    EditorState.create({
      doc: text,
      extensions: [CODE_THEME, EditorView.contentAttributes.of({ 'aria-label': label }), extensions],
    });
  useEffect(() => {
    const element = host.current;
    if (element === null) return undefined;
    const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' });
    const made = new EditorView({ state: stateOf(), parent: root, root });
    // A text that cannot be edited is scrolled by keys too.
    made.scrollDOM.tabIndex = 0;
    view.current = made;
    onView?.(made);
    return () => {
      onView?.(undefined);
      made.destroy();
      view.current = undefined;
    };
  }, []);
  const isFirst = useRef(true);
  useEffect(() => {
    if (!isFirst.current) {
      const scroll = view.current?.scrollDOM.scrollTop ?? 0;
      view.current?.setState(stateOf());
      onView?.(view.current);
      if (keepScroll)
        view.current?.requestMeasure({
          read: () => {},
          write: (_, made) => {
            made.scrollDOM.scrollTop = scroll;
          },
        });
    }
    isFirst.current = false;
  }, [text, extensions]);
  return <div class="code" ref={host} />;
}
