import { signal } from '@preact/signals';

/** Where the user is, as the page's URL says: `#/look?path=%5C_SB.PCI0&table=dsdt.aml&bytes=0x24-0x30`. */

const PANES = ['open', 'look', 'findings', 'map', 'platform', 'run', 'machine', 'boot'] as const;
export type Pane = (typeof PANES)[number];

export interface Address {
  readonly pane: Pane;
  readonly words: Readonly<Record<string, string>>;
}

function read(hash: string): Address {
  const [, name = '', query = ''] = /^#\/([a-z]*)(?:\?(.*))?$/.exec(hash) ?? [];
  const pane = PANES.find((each) => each === name) ?? 'open';
  return { pane, words: Object.fromEntries(new URLSearchParams(query)) };
}

export function hashOf({ pane, words }: Address): string {
  const query = new URLSearchParams(Object.entries(words)).toString();
  return `#/${pane}${query === '' ? '' : `?${query}`}`;
}

export const address = signal<Address>(read(location.hash));

addEventListener('hashchange', () => {
  address.value = read(location.hash);
});

/** Goes to a pane, as a link would. */
export function goTo(pane: Pane, words: Address['words'] = {}): void {
  location.hash = hashOf({ pane, words });
}

/** Records in the URL where the user is, without a history entry of its own. */
export function noteWords(words: Readonly<Record<string, string | undefined>>): void {
  const { pane, words: before } = address.peek();
  const all = Object.entries({ ...before, ...words }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  const next = { pane, words: Object.fromEntries(all) };
  history.replaceState(null, '', hashOf(next));
  address.value = next;
}
