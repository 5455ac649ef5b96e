import { eisaIdText, integerValue, joinPath, type Term } from '../../../aml/index.js';
import type { CheckedMachine } from '../../subject/checked-machine.js';
import { deviceResources, isHostBridge } from '../../subject/device-resources.js';
import { type Declared, integerOf } from '../../subject/machine-names.js';
import { perSubject } from '../../subject/per-subject.js';

/** A Device, or what older tables have in its place, and the objects that say which one it is. */
export interface DeviceFacts {
  readonly declared: Declared;
  /** Absolute, segments padded. */
  readonly path: string;
  readonly parent: string;
  /** Of each object below it, by NameSeg, the declarations; those made in an If among them. */
  readonly objects: ReadonlyMap<string, readonly Declared[]>;
}

/** Every Device of the tables by path. */
export const devicesOf = perSubject((subject): ReadonlyMap<string, DeviceFacts> => {
  const devices = new Map<string, Omit<DeviceFacts, 'objects'> & { readonly objects: Map<string, Declared[]> }>();
  for (const declared of subject.names.all) {
    const { path, term, inMethod } = declared;
    if (term.op !== 'Device' || inMethod || devices.has(path)) continue;
    devices.set(path, { declared, path, parent: joinPath(path, '^'), objects: new Map() });
  }
  for (const declared of subject.names.all) {
    const objects = declared.inMethod ? undefined : devices.get(joinPath(declared.path, '^'))?.objects;
    if (objects === undefined) continue;
    const name = declared.path.slice(-4);
    const same = objects.get(name);
    if (same === undefined) objects.set(name, [declared]);
    else same.push(declared);
  }
  return devices;
});

/** The one declaration of an object of a device, if it is there whatever happens. */
export function certainObject({ objects }: DeviceFacts, name: string): Declared | undefined {
  const [only, ...others] = objects.get(name) ?? [];
  return only === undefined || only.conditional || others.length > 0 ? undefined : only;
}

/** The Integer that an object of a device is from the start; undefined if it is something else or made by a method. */
export function integerObject(device: DeviceFacts, name: string): bigint | undefined {
  return integerOf(certainObject(device, name));
}

/** An identifier as its text: of a String that, of an Integer the EISA identifier that it packs, if it packs one. */
export function identifierText(term: Term): string | undefined {
  if (term.op === 'String') return term.operands[0];
  const value = integerValue(term);
  return value === undefined ? undefined : eisaIdText(Number(BigInt.asUintN(32, value)));
}

/** Paths of the PCI host bridges, as their identifiers say. */
export function bridgePaths(subject: CheckedMachine): ReadonlySet<string> {
  return new Set(deviceResources(subject.names).flatMap((each) => (isHostBridge(each) ? [each.path] : [])));
}

/** Every declaration of a name that the specification reserves by its `_`, in the order of the tables. */
export const predefinedObjects = perSubject((subject): readonly Declared[] =>
  subject.names.all.filter(({ path }) => path.at(-4) === '_'),
);
