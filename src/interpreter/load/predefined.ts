import { fail } from '../objects/fault.js';
import type { Machine } from '../objects/machine.js';
import { AmlDevice, AmlMethod, AmlMutex, AmlString, TYPE, typeName } from '../objects/objects.js';

/** What `\_OSI` answers with true, as ACPICA does for Linux. */
export const DEFAULT_INTERFACES: readonly string[] = [
  'Windows 2000',
  'Windows 2001',
  'Windows 2001 SP1',
  'Windows 2001.1',
  'Windows 2001 SP2',
  'Windows 2001.1 SP1',
  'Windows 2006',
  'Windows 2006.1',
  'Windows 2006 SP1',
  'Windows 2006 SP2',
  'Windows 2009',
  'Windows 2012',
  'Windows 2013',
  'Windows 2015',
  'Windows 2016',
  'Windows 2017',
  'Windows 2017.2',
  'Windows 2018',
  'Windows 2018.2',
  'Windows 2019',
  'Extended Address Space Descriptor',
];

const NO_BODY = () => () => 0 as const;

/** Makes the objects that every namespace has before a table is loaded. ACPI 6.5 §5.3.1, §5.7 */
export function addPredefined(machine: Machine, interfaces: () => readonly string[]): void {
  const { tree, arithmetic } = machine;
  const add = (segment: string) => tree.add(tree.root, segment, -1);
  tree.root.object = new AmlDevice(TYPE.device);
  add('_GPE');
  add('_PR_');
  add('_SB_').object = new AmlDevice(TYPE.device);
  add('_SI_');
  add('_TZ_').object = new AmlDevice(TYPE.device);
  add('_REV').object = 2;
  add('_OS_').object = new AmlString('Microsoft Windows NT');
  add('_GL_').object = new AmlMutex(0);
  const osi = new AmlMethod(1, -1, NO_BODY);
  osi.native = ([name]) => {
    if (!(name instanceof AmlString)) return fail('AE_TYPE', `_OSI takes a String, not ${typeName(name)}.`);
    return interfaces().includes(name.text) ? arithmetic.ones : 0;
  };
  add('_OSI').object = osi;
}
