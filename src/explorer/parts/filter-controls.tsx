import type { Signal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';

/** What filters a list: a search, and a set of kinds that are switched one by one. */

interface SearchFieldProps {
  readonly words: Signal<string>;
  readonly label: string;
  readonly placeholder: string;
  readonly onKeyDown?: (event: KeyboardEvent) => void;
}

export function SearchField({ words, label, placeholder, onKeyDown }: SearchFieldProps): JSX.Element {
  return (
    <input
      type="search"
      class="search"
      placeholder={placeholder}
      aria-label={label}
      value={words.value}
      onInput={(event) => {
        words.value = event.currentTarget.value;
      }}
      {...(onKeyDown !== undefined && { onKeyDown })}
    />
  );
}

interface KindSwitchesProps<Kind extends string> {
  /** What a screen reader calls the group. */
  readonly label: string;
  readonly kinds: readonly Kind[];
  readonly chosen: Signal<ReadonlySet<Kind>>;
  readonly children: (kind: Kind) => ComponentChildren;
}

export function KindSwitches<Kind extends string>({
  label,
  kinds,
  chosen,
  children,
}: KindSwitchesProps<Kind>): JSX.Element {
  const toggle = (kind: Kind) => {
    const next = new Set(chosen.peek());
    if (!next.delete(kind)) next.add(kind);
    chosen.value = next;
  };
  return (
    <fieldset class="chips">
      <legend class="unseen">{label}</legend>
      {kinds.map((kind) => (
        <button
          type="button"
          class="chip"
          key={kind}
          aria-pressed={chosen.value.has(kind)}
          onClick={() => toggle(kind)}
        >
          {children(kind)}
        </button>
      ))}
    </fieldset>
  );
}
