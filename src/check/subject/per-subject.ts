import type { CheckedMachine } from './checked-machine.js';

/**
 * A function whose result is computed once for each subject, when it is first asked for, and kept as long as the subject
 * is. `Key` is whatever stands for the subject: itself, or its names.
 */
export function perSubject<Value, Key extends object = CheckedMachine>(
  compute: (subject: Key) => Value,
): (subject: Key) => Value {
  const known = new WeakMap<Key, Value>();
  return (subject) => {
    if (!known.has(subject)) known.set(subject, compute(subject));
    return known.get(subject) as Value;
  };
}
