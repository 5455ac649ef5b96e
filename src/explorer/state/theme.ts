import { signal } from '@preact/signals';

export type Theme = 'system' | 'light' | 'dark';

const KEY = 'vcfg-theme';
const isTheme = (text: string | null): text is Theme => text === 'system' || text === 'light' || text === 'dark';

function kept(): Theme {
  try {
    const text = localStorage.getItem(KEY);
    return isTheme(text) ? text : 'system';
  } catch {
    return 'system';
  }
}

export const theme = signal<Theme>(kept());

export function applyTheme(next: Theme): void {
  theme.value = next;
  document.documentElement.dataset.theme = next;
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // Where storage is blocked, as in some private windows, the choice lasts until a reload.
  }
}
