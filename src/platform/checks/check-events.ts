import { comparePciAddress, formatHex } from '../../base/index.js';
import { GPE_COUNT } from '../power-ports.js';
import type { Findings } from '../read/findings.js';
import type { FunctionInput } from '../schema/schema.js';

/**
 * The general-purpose event of each function, in the order of the file: what it says, else the lowest number that is
 * free, in BDF order. Functions without the `vfio` profile have none; nor has one for which none is left.
 */
export function checkEvents(functions: readonly FunctionInput[], findings: Findings): (number | undefined)[] {
  const events: (number | undefined)[] = functions.map(({ gpe }) => gpe);
  const owners = new Map<number, number>();
  functions.forEach(({ name, gpe, profile }, index) => {
    if (gpe === undefined) return;
    const path = ['functions', index, 'gpe'];
    const earlier = owners.get(gpe);
    if (profile === undefined) {
      const message = `${name} has an event and not the profile whose notifications it would tell of.`;
      findings.add('PLATFORM_GPE_WITHOUT_PROFILE', path, message, 'Take gpe out, or add profile: vfio.');
    } else if (earlier !== undefined) {
      const message = `${name} has event ${formatHex(gpe, 2)}, as has ${functions[earlier]?.name} (${findings.where(['functions', earlier, 'gpe'])}).`;
      findings.add('PLATFORM_DUPLICATE_GPE', path, message, 'Give each its own, or leave gpe out.');
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
    const others = without.length === 1 ? '' : ` and ${without.length - 1} after it`;
    const message = `No event is left for ${functions[first]?.name}${others}: there are ${GPE_COUNT}.`;
    const cure = 'A guest is not told of their notifications, and can only ask for them.';
    findings.add('PLATFORM_NO_GPE_LEFT', ['functions', first], message, cure, { severity: 'warning' });
  }
  return events;
}
