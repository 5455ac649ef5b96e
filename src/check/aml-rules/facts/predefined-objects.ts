import type { Declared } from '../../subject/machine-names.js';
import type { Subject } from '../../subject/subject.js';

const known = new WeakMap<Subject, readonly Declared[]>();

/** Every declaration of a name that the specification reserves by its `_`, in the order of the tables; listed once. */
export function predefinedObjects(subject: Subject): readonly Declared[] {
  const found = known.get(subject);
  if (found !== undefined) return found;
  const listed = subject.names.all.filter(({ path }) => path.at(-4) === '_');
  known.set(subject, listed);
  return listed;
}
