import { toInteger } from '../objects/convert.js';
import { asFault } from '../objects/fault.js';
import type { Machine } from '../objects/machine.js';
import type { AmlNode } from '../objects/node.js';
import { AmlMethod, TYPE, type Value } from '../objects/objects.js';
import { valueOfNode } from '../objects/resolve.js';
import { diagnosticOf } from './table.js';

/** _STA: present, and functioning. ACPI 6.5 §6.3.7 */
const PRESENT = 1;
const FUNCTIONING = 8;

/** What starting a machine did. */
export interface Initialization {
  /** Methods that ran, in order. */
  readonly methods: readonly string[];
  /** Devices that are there, and those that _STA says are not. */
  readonly present: readonly string[];
  readonly absent: readonly string[];
}

/** Runs _REG, _STA and _INI as an OS does: ACPI 6.5 §6.5.1, §6.5.4. Faults become diagnostics. */
export function initializeDevices(machine: Machine): Initialization {
  const methods: string[] = [];
  const present: string[] = [];
  const absent: string[] = [];
  const run = (node: AmlNode | undefined, args: readonly Value[] = []): Value | undefined => {
    if (node === undefined) return undefined;
    machine.begin();
    try {
      if (!(node.object instanceof AmlMethod)) return valueOfNode(machine, node);
      methods.push(node.path);
      return machine.call(node, node.object, args);
    } catch (thrown) {
      machine.diagnostics.push(diagnosticOf(machine, asFault(thrown), node.path));
      return undefined;
    } finally {
      machine.end();
    }
  };
  const { root } = machine.tree;
  run(root.children.get('_INI'));
  run(root.children.get('_SB_')?.children.get('_INI'));

  // Once for each region, one space after the other: AcpiEvExecuteRegMethods of ACPICA.
  const reachable = machine.regions.filter(({ node, space }) => node.isAlive && machine.handlers.has(space));
  for (const region of reachable.toSorted((first, second) => first.space - second.space))
    run(region.node.parent?.children.get('_REG'), [region.space, 1]);

  const start = (node: AmlNode): void => {
    for (const child of node.children.values()) {
      const type = child.objectType;
      if (type !== TYPE.device && type !== TYPE.processor && type !== TYPE.thermalZone) {
        if (child.children.size > 0 && type === TYPE.uninitialized) start(child);
        continue;
      }
      const status = child.children.has('_STA') ? run(child.children.get('_STA')) : undefined;
      let bits = 0xf;
      try {
        if (status !== undefined) bits = Number(toInteger(status, machine)) >>> 0;
      } catch {
        bits = 0;
      }
      if ((bits & PRESENT) === 0) {
        absent.push(child.path);
        if ((bits & FUNCTIONING) === 0) continue;
      } else {
        present.push(child.path);
        if (child.path !== '\\_SB_') run(child.children.get('_INI'));
      }
      start(child);
    }
  };
  start(root);
  return { methods, present, absent };
}
