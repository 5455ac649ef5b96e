import type { FunctionComponent, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** A pane whose code is loaded when it is first shown. */
export function lazyPane(load: () => Promise<FunctionComponent>): FunctionComponent {
  let loaded: FunctionComponent | undefined;
  return function LazyPane(): JSX.Element {
    const [, redraw] = useState(0);
    const [failure, setFailure] = useState<string>();
    useEffect(() => {
      if (loaded !== undefined) return;
      load()
        .then((pane) => {
          loaded = pane;
          redraw((turn) => turn + 1);
        })
        .catch((error: unknown) => setFailure(String(error)));
    }, []);
    if (failure !== undefined) return <p class="empty">This pane could not be loaded: {failure}</p>;
    const Pane = loaded;
    return Pane === undefined ? <p class="empty" /> : <Pane />;
  };
}
