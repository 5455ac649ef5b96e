import type { JSX } from 'preact';
import { address, hashOf, type Pane } from '../state/address.js';
import { applyTheme, type Theme, theme } from '../state/theme.js';
import { loadedSet, platformFile } from '../state/workspace.js';
import { isPaletteOpen } from './object-palette.js';

interface Tab {
  readonly pane: Pane;
  readonly label: string;
  /** What has to be open for it. */
  readonly needs: 'nothing' | 'tables' | 'platform' | 'either';
}

export const TABS: readonly Tab[] = [
  { pane: 'open', label: 'Open', needs: 'nothing' },
  { pane: 'look', label: 'Look', needs: 'tables' },
  { pane: 'findings', label: 'Findings', needs: 'either' },
  { pane: 'map', label: 'Map', needs: 'platform' },
  { pane: 'platform', label: 'Platform', needs: 'nothing' },
  { pane: 'run', label: 'Run', needs: 'either' },
  { pane: 'machine', label: 'Machine', needs: 'platform' },
  { pane: 'boot', label: 'Boot', needs: 'platform' },
];

const NEXT_THEME: Readonly<Record<Theme, Theme>> = { system: 'light', light: 'dark', dark: 'system' };
const THEME_SIGNS: Readonly<Record<Theme, string>> = { system: '◐', light: '☀', dark: '☾' };

export function isReady({ needs }: Tab): boolean {
  const hasTables = loadedSet.value !== undefined;
  const hasPlatform = platformFile.value !== undefined;
  if (needs === 'tables') return hasTables;
  if (needs === 'platform') return hasPlatform;
  return needs === 'nothing' || hasTables || hasPlatform;
}

/** The name, the panes, the search and the theme. */
export function TopBar(): JSX.Element {
  const { pane } = address.value;
  return (
    <header class="bar">
      <a class="brand" href="#/open">
        <img src="./icon.svg" alt="" width="22" height="22" />
        <span>
          <b>vcfg</b> explorer
        </span>
      </a>
      <nav class="tabs" aria-label="Panes">
        {TABS.map((tab) => (
          <a
            key={tab.pane}
            href={hashOf({ pane: tab.pane, words: {} })}
            class="tab"
            aria-current={tab.pane === pane ? 'page' : undefined}
            data-dim={isReady(tab) ? undefined : ''}
          >
            {tab.label}
          </a>
        ))}
      </nav>
      <div class="bar-end">
        <button
          type="button"
          class="find"
          onClick={() => {
            isPaletteOpen.value = true;
          }}
        >
          <span>Go to an object</span> <kbd>Ctrl K</kbd>
        </button>
        <button
          type="button"
          class="quiet theme"
          aria-label={`Colours: ${theme.value}. Change to ${NEXT_THEME[theme.value]}`}
          title={`Colours: ${theme.value}`}
          onClick={() => applyTheme(NEXT_THEME[theme.value])}
        >
          {THEME_SIGNS[theme.value]}
        </button>
      </div>
    </header>
  );
}
