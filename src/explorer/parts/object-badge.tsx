import type { JSX } from 'preact';

/** The kind of an object as one letter and a colour. */
const BADGES: Readonly<Record<string, readonly [letter: string, kind: string]>> = {
  Scope: ['S', 'scope'],
  Device: ['D', 'device'],
  Method: ['M', 'method'],
  OperationRegion: ['R', 'region'],
  FieldUnit: ['F', 'field'],
  Processor: ['P', 'device'],
  PowerResource: ['W', 'device'],
  ThermalZone: ['T', 'device'],
  Mutex: ['X', 'other'],
  Event: ['E', 'other'],
  Alias: ['A', 'other'],
};

export function ObjectBadge({ type }: { readonly type: string }): JSX.Element {
  const [letter, kind] = BADGES[type] ?? ['N', 'name'];
  return (
    <span class={`badge ${kind}`} title={type}>
      <span aria-hidden="true">{letter}</span>
      <span class="unseen">{type} </span>
    </span>
  );
}
