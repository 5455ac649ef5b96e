import type { JSX } from 'preact';
export function MachinePane(): JSX.Element {
  return <p class="empty" />;
}
