import type { ComponentChildren, JSX, Ref } from 'preact';
import { useEffect, useImperativeHandle, useLayoutEffect, useRef, useState } from 'preact/hooks';

/** A long list of rows of equal height. Only the rows in view are in the document. */

export interface RowsHandle {
  /** Scrolls a row into view; to the middle if it was far away. */
  reveal(row: number): void;
  focus(): void;
}

interface WindowedRowsProps {
  readonly count: number;
  /** CSS pixels. */
  readonly rowHeight: number;
  readonly children: (row: number) => ComponentChildren;
  readonly handle?: Ref<RowsHandle>;
  readonly attributes?: JSX.HTMLAttributes<HTMLDivElement>;
}

/** Rows that are drawn above and below the view, so that scrolling never shows a gap. */
const SPARE = 12;

export function WindowedRows({ count, rowHeight, children, handle, attributes }: WindowedRowsProps): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(600);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => setHeight(element.clientHeight));
    observer.observe(element);
    setHeight(element.clientHeight);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    // In a list that became shorter, the browser has scrolled to the end.
    if (box.current !== null) setTop(box.current.scrollTop);
  }, [count]);
  useImperativeHandle(handle ?? null, () => ({
    reveal(row) {
      const element = box.current;
      if (element === null || row < 0) return;
      const from = row * rowHeight;
      const visible = from >= element.scrollTop && from + rowHeight <= element.scrollTop + element.clientHeight;
      if (visible) return;
      const near = Math.abs(from - element.scrollTop) < element.clientHeight * 1.5;
      if (!near) element.scrollTop = from - element.clientHeight / 2;
      else if (from < element.scrollTop) element.scrollTop = from;
      else element.scrollTop = from + rowHeight - element.clientHeight;
    },
    focus: () => box.current?.focus({ preventScroll: true }),
  }));
  const first = Math.max(0, Math.min(Math.floor(top / rowHeight) - SPARE, count - 1));
  const last = Math.min(count, Math.ceil((top + height) / rowHeight) + SPARE);
  const rows: ComponentChildren[] = [];
  for (let row = first; row < last; row++) rows.push(children(row));
  return (
    <div {...attributes} ref={box} onScroll={(event) => setTop(event.currentTarget.scrollTop)}>
      <div class="rows-before" style={{ height: `${first * rowHeight}px` }} role="presentation" />
      {rows}
      <div class="rows-after" style={{ height: `${Math.max(0, count - last) * rowHeight}px` }} role="presentation" />
    </div>
  );
}
