import { MOST_ENTRIES } from '../schema/schema.js';
import { type Findings, formatSubject, type Path } from './findings.js';

type Inner = { readonly [key in keyof typeof MOST_ENTRIES | 'windows']?: unknown } | null | undefined;

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Paths of the lists that are longer than any could be with sense; each is a finding, and what is in it is not looked at. */
export function listsTooLong(value: unknown, findings: Findings): Path[] {
  const found: Path[] = [];
  /** The list's entries, or none of one that is too long. */
  const check = (inner: unknown, path: Path, key: keyof typeof MOST_ENTRIES): readonly unknown[] => {
    const list = listOf((inner as Inner)?.[key]);
    const most = MOST_ENTRIES[key];
    if (list.length <= most) return list;
    found.push([...path, key]);
    const message = `${formatSubject([...path, key])} has ${list.length} entries; the limit is ${most}.`;
    findings.add('PLATFORM_TOO_LARGE', [...path, key], message, 'Take some out. Is this a platform file?');
    return [];
  };
  check(value, [], 'memory');
  check(value, [], 'interrupts');
  check((value as Inner)?.windows, ['windows'], 'io');
  for (const [index, described] of check(value, [], 'functions').entries()) {
    const path = ['functions', index];
    check(described, path, 'shared');
    for (const [place, register] of check(described, path, 'registers').entries())
      check(register, [...path, 'registers', place], 'fields');
  }
  return found;
}
