import { signal } from '@preact/signals';
import type { FunctionComponent, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { openDropped } from '../open/open-files.js';
import { OpenPane } from '../open/open-pane.js';
import { address, goTo, type Pane } from '../state/address.js';
import { isPaletteOpen, ObjectPalette } from './object-palette.js';
import { StatusBar } from './status-bar.js';
import { isReady, TABS, TopBar } from './top-bar.js';

/** A pane whose code is loaded when it is first shown. */
function lazyPane(load: () => Promise<FunctionComponent>): FunctionComponent {
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

/** Loads a style of the page's own that only one pane needs. */
function addStyle(file: string): Promise<void> {
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = file;
  return new Promise((resolve, reject) => {
    link.addEventListener('load', () => resolve());
    link.addEventListener('error', () => reject(new Error(`${file} could not be loaded.`)));
    document.head.append(link);
  });
}

const PANE_PARTS: Readonly<Partial<Record<Pane, FunctionComponent>>> = {
  open: OpenPane,
  look: lazyPane(async () => (await import('../look/look-pane.js')).LookPane),
  findings: lazyPane(async () => (await import('../findings/findings-pane.js')).FindingsPane),
  map: lazyPane(async () => (await import('../map/map-pane.js')).MapPane),
  platform: lazyPane(async () => (await import('../platform/platform-pane.js')).PlatformPane),
  machine: lazyPane(async () => (await import('../machine/machine-pane.js')).MachinePane),
  boot: lazyPane(async () => {
    await addStyle('./boot.css');
    return (await import('../boot/boot-pane.js')).BootPane;
  }),
  run: lazyPane(async () => (await import('../run/run-pane.js')).RunPane),
};

const NEEDS: Readonly<Record<string, string>> = {
  tables: 'Open ACPI tables first.',
  platform: 'Open a platform file first, or write one in Platform.',
  either: 'Open tables or a platform file first.',
};

const isDropping = signal(false);

function hasFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') ?? false;
}

/** Takes files that are dropped anywhere on the page. */
function useDropping(): void {
  useEffect(() => {
    const over = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      isDropping.value = true;
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) isDropping.value = false;
    };
    const drop = (event: DragEvent) => {
      isDropping.value = false;
      if (!hasFiles(event) || event.dataTransfer === null) return;
      event.preventDefault();
      void openDropped(event.dataTransfer);
    };
    addEventListener('dragover', over);
    addEventListener('dragleave', leave);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('dragover', over);
      removeEventListener('dragleave', leave);
      removeEventListener('drop', drop);
    };
  }, []);
}

/** Keys that work everywhere: Ctrl+K, and Alt with a digit for a pane. */
function useKeys(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        isPaletteOpen.value = !isPaletteOpen.peek();
      }
      const tab = event.altKey && !event.ctrlKey ? TABS[Number(event.key) - 1] : undefined;
      if (tab === undefined) return;
      event.preventDefault();
      goTo(tab.pane);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}

export function Shell(): JSX.Element {
  useDropping();
  useKeys();
  const { pane } = address.value;
  const tab = TABS.find((each) => each.pane === pane);
  const Shown = PANE_PARTS[pane] ?? OpenPane;
  return (
    <>
      <TopBar />
      <main id="main" class={`main main-${pane}`} aria-label={tab?.label ?? pane}>
        {pane !== 'open' && <h1 class="unseen">{tab?.label ?? pane}</h1>}
        {tab !== undefined && !isReady(tab) ? (
          <div class="empty-pane">
            <p>{NEEDS[tab.needs]}</p>
            <a class="button primary" href="#/open">
              Open something
            </a>
          </div>
        ) : (
          <Shown />
        )}
      </main>
      <StatusBar />
      <ObjectPalette />
      {isDropping.value && (
        <div class="dropping" aria-hidden="true">
          Drop to open
        </div>
      )}
    </>
  );
}
