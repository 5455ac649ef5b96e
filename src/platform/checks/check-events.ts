import { comparePciAddress, formatHex } from '../../base/index.js';
import { GPE_COUNT } from '../power-ports.js';
import type { Findings } from '../read/findings.js';
import type { FunctionInput } from '../schema/schema.js';

/**
 * The general-purpose event of each function, in the order of the file: its `gpe` key, or else the lowest free number,
 * assigned in BDF order. Undefined for functions without the `vfio` profile, and for those left when all are taken.
 */
export function checkEvents(functions: readonly FunctionInput[], findings: Findings): (number | undefined)[] {
  const events: (number | undefined)[] = functions.map(({ gpe }) => gpe);
  const owners = new Map<number, number>();
  functions.forEach(({ name, gpe, profile }, index) => {
    if (gpe === undefined) return;
    const path = ['functions', index, 'gpe'];
    const earlier = owners.get(gpe);
    if (profile === undefined) {
      const message = `${name} has an event but no profile, so it has no notifications to signal.`;
      findings.add('PLATFORM_GPE_WITHOUT_PROFILE', path, message, 'Remove gpe, or add profile: vfio.');
    } else if (earlier !== undefined) {
      const message = `${name} has event ${formatHex(gpe, 2)}, which ${functions[earlier]?.name} already has (${findings.where(['functions', earlier, 'gpe'])}).`;
      findings.add('PLATFORM_DUPLICATE_GPE', path, message, 'Give each its own, or remove gpe.');
    } else owners.set(gpe, index);
  });
  const ordered = functions
    .map(({ address, profile }, index) => ({ address, profile, index }))
    .filter(({ profile, index }) => profile !== undefined && events[index] === undefined)
    .toSorted((a, b) => comparePciAddress(a.address, b.address));
  let next = 0;
  const without: number[] = [];
  for (const { index } of ordered) {
    while (owners.has(next)) next++;
    if (next < GPE_COUNT) {
      owners.set(next, index);
      events[index] = next;
    } else without.push(index);
  }
  const [first] = without;
  if (first !== undefined) {
    const others = without.length === 1 ? '' : ` and ${without.length - 1} more`;
    const message = `No event is left for ${functions[first]?.name}${others}: there are only ${GPE_COUNT}.`;
    const cure = `Give profile: vfio to at most ${GPE_COUNT} functions. Without an event, a guest has to poll for notifications.`;
    findings.add('PLATFORM_NO_GPE_LEFT', ['functions', first], message, cure, { severity: 'warning' });
  }
  return events;
}
