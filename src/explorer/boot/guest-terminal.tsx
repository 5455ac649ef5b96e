import { FitAddon } from '@xterm/addon-fit';
import { type ITheme, Terminal } from '@xterm/xterm';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { theme } from '../state/theme.js';
import { defineAdoptedStyle } from './adopted-style.js';
import { followConsole, noteSize, typeText } from './boot.js';

/** The guest's console. */

/** The ANSI colours on a light and on a dark background. */
const LIGHT: ITheme = {
  black: '#17202c',
  red: '#b42318',
  green: '#0b6e3d',
  yellow: '#8f5200',
  blue: '#1f4fa3',
  magenta: '#7a2a9d',
  cyan: '#0b6472',
  white: '#526072',
  brightBlack: '#526072',
};
const DARK: ITheme = {
  black: '#19212b',
  red: '#ff8b7e',
  green: '#6fdc9c',
  yellow: '#f2b84b',
  blue: '#82b4ff',
  magenta: '#d6a0ff',
  cyan: '#6fd3df',
  white: '#dbe3ec',
  brightBlack: '#9aa8b8',
};

const PREFERS_DARK = matchMedia('(prefers-color-scheme: dark)');

/** The page's colours as they are now. They are read from the element, since its CSS variables are not resolved. */
function coloursOf(host: HTMLElement): ITheme {
  const { color, backgroundColor, outlineColor } = getComputedStyle(host);
  const isDark = theme.peek() === 'dark' || (theme.peek() === 'system' && PREFERS_DARK.matches);
  return {
    ...(isDark ? DARK : LIGHT),
    foreground: color,
    background: backgroundColor,
    cursor: outlineColor,
    cursorAccent: backgroundColor,
    selectionBackground: isDark ? '#1d3b5f' : '#cfe4ff',
  };
}

/** Keys that are the page's: Alt with a digit for a pane, and Ctrl+] to leave, as in `vcfg live`. */
function isOurs(event: KeyboardEvent, leave: () => void): boolean {
  if (event.altKey && !event.ctrlKey && /^[1-9]$/.test(event.key)) return true;
  if (!event.ctrlKey || event.key !== ']') return false;
  event.preventDefault();
  if (event.type === 'keydown') leave();
  return true;
}

/** `onLeave` gets the focus elsewhere: in the terminal Tab is the guest's. */
export function GuestTerminal({ onLeave }: { readonly onLeave: () => void }): JSX.Element {
  const host = useRef<HTMLDivElement>(null);
  const terminal = useRef<Terminal>();
  useEffect(() => {
    const element = host.current;
    if (element === null) return undefined;
    defineAdoptedStyle();
    const made = new Terminal({
      fontFamily: getComputedStyle(element).fontFamily,
      fontSize: 13,
      scrollback: 5000,
      cursorBlink: false,
      screenReaderMode: true,
      minimumContrastRatio: 4.5,
      theme: coloursOf(element),
    });
    terminal.current = made;
    const fit = new FitAddon();
    made.loadAddon(fit);
    made.open(element);
    made.textarea?.setAttribute('aria-label', 'Console of the guest; Ctrl+] leaves it');
    made.attachCustomKeyEventHandler((event) => !isOurs(event, onLeave));
    made.onData(typeText);
    made.onResize(({ rows, cols }) => noteSize(rows, cols));
    const unfollow = followConsole((text) => made.write(text));
    const watch = new ResizeObserver(() => fit.fit());
    watch.observe(element);
    const recolour = () => {
      made.options.theme = coloursOf(element);
    };
    PREFERS_DARK.addEventListener('change', recolour);
    made.focus();
    return () => {
      PREFERS_DARK.removeEventListener('change', recolour);
      watch.disconnect();
      unfollow();
      made.dispose();
      terminal.current = undefined;
    };
  }, []);
  useEffect(() => {
    if (host.current !== null && terminal.current !== undefined)
      terminal.current.options.theme = coloursOf(host.current);
  }, [theme.value]);
  return <div class="guest-console" ref={host} />;
}
