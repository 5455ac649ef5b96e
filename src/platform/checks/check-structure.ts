import type * as z from 'zod/mini';
import type { PlatformCode } from '../../vocab/index.js';
import { type Findings, formatSubject, type Path } from '../read/findings.js';
import { nearestWord } from '../read/nearest-word.js';
import { parseStructure } from '../read/parse-structure.js';
import { knownKeys, MOST_ENTRIES, type PlatformInput } from '../schema/schema.js';
import { describeValue } from '../schema/schema-leaves.js';

/** The readable part of a platform file, and where each of its parts was in the whole file. */
export interface Structure {
  readonly input: PlatformInput;
  /** Turns a path of `input` into one of the file. */
  readonly original: (path: Path) => Path;
  /** Top-level keys that were not read in full. Checks that need all of such a key are skipped. */
  readonly incomplete: ReadonlySet<string>;
}

type Issue = z.core.$ZodIssue;

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, part) => (inner as Record<string | number, unknown> | undefined)?.[part], value);
}

/** A union's issues: those of the alternative that matched deepest, as most likely meant. */
function flatten(issue: Issue, base: Path): Issue[] {
  const path = [...base, ...(issue.path as Path)] as (string | number)[];
  if (issue.code !== 'invalid_union') return [{ ...issue, path }];
  const depth = (choice: readonly Issue[]) => choice.reduce((most, inner) => Math.max(most, inner.path.length), 0);
  const meant = issue.errors.reduce((best, choice) => (depth(choice) > depth(best) ? choice : best));
  return meant.flatMap((inner) => flatten(inner, path));
}

function reportUnknownKeys(issue: Issue & { keys: readonly string[] }, findings: Findings): Path[] {
  const path = issue.path as Path;
  const known = knownKeys(path);
  return issue.keys.map((key) => {
    const nearest = nearestWord(key, known);
    const hint = nearest === undefined ? `Known here: ${known.join(', ')}.` : `Did you mean ${nearest}?`;
    const place = path.length === 0 ? 'A platform' : formatSubject(path);
    findings.add('PLATFORM_UNKNOWN_KEY', [...path, key], `${place} has no key ${describeValue(key)}.`, hint, {
      ofKey: true,
    });
    return [...path, nearest ?? key];
  });
}

const EXPECTED: Readonly<Record<string, readonly [string, string]>> = {
  object: ['a mapping', 'Write key: value lines below it, or remove it.'],
  record: ['a mapping', 'Write name: value lines below it, or remove it.'],
  array: ['a list', 'Write its entries below it, each after a dash, or remove it.'],
};

function reportIssue(issue: Issue, value: unknown, findings: Findings): void {
  const path = issue.path as Path;
  const subject = formatSubject(path);
  if (issue.code === 'custom') {
    const { code, cure } = issue.params as { code: PlatformCode; cure: string };
    findings.add(code, path, `${subject} ${issue.message}.`, cure);
  } else {
    const expected = issue.code === 'invalid_type' ? EXPECTED[issue.expected] : undefined;
    const [kind, cure] = expected ?? ['something else', issue.message];
    const code = path.length === 0 ? 'PLATFORM_NOT_A_MAPPING' : 'PLATFORM_BAD_TYPE';
    findings.add(code, path, `${subject} is ${describeValue(at(value, path))}, not ${kind}.`, cure);
  }
}

type Inner =
  | { readonly [key in keyof typeof MOST_ENTRIES | 'windows' | 'groups' | 'templates' | 'msix']?: unknown }
  | null
  | undefined;

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** One per bit. */
function mostFields(register: unknown): number {
  const { width } = (register ?? {}) as { readonly width?: unknown };
  return String(width) === '64' ? 2 * MOST_ENTRIES.fields : MOST_ENTRIES.fields;
}

/** Paths of the lists that are too long. Each is reported, and its entries are not read. */
function listsTooLong(value: unknown, findings: Findings): Path[] {
  const found: Path[] = [];
  /** The list's entries; none if it is too long. */
  const check = (
    inner: unknown,
    path: Path,
    key: keyof typeof MOST_ENTRIES,
    most: number = MOST_ENTRIES[key],
  ): readonly unknown[] => {
    const list = listOf((inner as Inner)?.[key]);
    if (list.length <= most) return list;
    found.push([...path, key]);
    const message = `${formatSubject([...path, key])} has ${list.length} entries; the limit is ${most}.`;
    findings.add('PLATFORM_TOO_LARGE', [...path, key], message, 'Remove some. Is this a platform file?');
    return [];
  };
  const checkPci = (holder: unknown, path: Path) => {
    check(holder, path, 'bars');
    check((holder as Inner)?.msix, [...path, 'msix'], 'names');
    for (const [place, capability] of check(holder, path, 'capabilities').entries())
      for (const key of ['bytes', 'writable'] as const) check(capability, [...path, 'capabilities', place], key);
  };
  const checkContents = (holder: unknown, path: Path) => {
    check(holder, path, 'instances');
    for (const [place, register] of check(holder, path, 'registers').entries())
      check(register, [...path, 'registers', place], 'fields', mostFields(register));
  };
  check(value, [], 'memory');
  check(value, [], 'interrupts');
  check((value as Inner)?.windows, ['windows'], 'io');
  for (const [index, described] of check(value, [], 'functions').entries()) {
    const path = ['functions', index];
    check(described, path, 'shared');
    checkPci(described, path);
    checkContents(described, path);
  }
  for (const key of ['groups', 'templates'] as const) {
    for (const [name, named] of Object.entries((value as Inner)?.[key] ?? {})) {
      if (key === 'templates') {
        check(named, [key, name], 'shared');
        checkPci(named, [key, name]);
      }
      checkContents(named, [key, name]);
    }
  }
  return found;
}

/** The part to leave out so that the rest can be read: an optional key, or a whole entry of a list. */
function partToLeaveOut(path: Path): Path {
  const entry = path.findLastIndex((part) => typeof part === 'number');
  return entry < 0 || path[0] === 'memory' ? path.slice(0, 1) : path.slice(0, entry + 1);
}

/** A copy without the parts at these paths. Notes in `places` the original indexes of a shortened list's entries. */
function leaveOut(value: unknown, paths: readonly Path[], places: WeakMap<object, number[]>): unknown {
  if (paths.length === 0 || typeof value !== 'object' || value === null) return value;
  const below = new Map<string | number, Path[]>();
  const gone = new Set<string | number>();
  for (const [head, ...rest] of paths) {
    if (head === undefined) continue;
    const others = below.get(head);
    if (rest.length === 0) gone.add(head);
    else if (others) others.push(rest);
    else below.set(head, [rest]);
  }
  if (Array.isArray(value)) {
    const kept = value.map((_, index) => index).filter((index) => !gone.has(index));
    const list = kept.map((index) => leaveOut(value[index], below.get(index) ?? [], places));
    places.set(list, kept);
    return list;
  }
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !gone.has(key))
      .map(([key, inner]) => [key, leaveOut(inner, below.get(key) ?? [], places)]),
  );
}

/** MSI-X is in a BAR. Where one is left out, so is the MSI-X of those that have it, directly or from a template. */
function msixWithoutBars(value: unknown, parts: readonly Path[]): Path[] {
  const functions = listOf((value as Inner)?.functions);
  return parts.flatMap(([list, holder, key]): Path[] => {
    if (key !== 'bars' || list === undefined || holder === undefined) return [];
    const users = functions.flatMap((each, index) =>
      list === 'templates' && at(each, ['template']) === holder ? [['functions', index, 'msix']] : [],
    );
    return [[list, holder, 'msix'], ...users];
  });
}

function topKeys(paths: readonly Path[]): Set<string> {
  return new Set(paths.flatMap(([key]) => (typeof key === 'string' ? [key] : [])));
}

/**
 * Reads a plain value as a platform file. Every fault of its structure becomes a finding. Undefined if nothing of it can
 * be read.
 */
export function checkStructure(value: unknown, findings: Findings): Structure | undefined {
  const places = new WeakMap<object, number[]>();
  // A capability goes with its bytes: without them, others would be meant.
  const tooLong = listsTooLong(value, findings).map((path) => (path[2] === 'capabilities' ? path.slice(0, 4) : path));
  const bounded = leaveOut(value, [...tooLong, ...msixWithoutBars(value, tooLong)], places);
  // A misspelt key is two issues, an unknown key and a missing one, but a single finding; hence the factor of two.
  const first = parseStructure(bounded, 2 * findings.limit);
  if (first.input) return { input: first.input, original: (path) => path, incomplete: topKeys(tooLong) };

  const issues = first.issues.flatMap((issue) => flatten(issue, []));
  const unknown: Path[] = [];
  const meant = new Set<string>();
  for (const issue of issues) {
    if (issue.code !== 'unrecognized_keys') continue;
    for (const path of reportUnknownKeys(issue, findings)) meant.add(JSON.stringify(path));
    for (const key of issue.keys) unknown.push([...(issue.path as Path), key]);
  }
  const wrong = issues.filter((issue) => issue.code !== 'unrecognized_keys');
  for (const issue of wrong) {
    // A missing key that was misspelt has been reported already.
    if (meant.has(JSON.stringify(issue.path)) && at(value, issue.path as Path) === undefined) continue;
    reportIssue(issue, value, findings);
  }

  if (first.stopped) return undefined;
  const parts = wrong.map((issue) => partToLeaveOut(issue.path as Path));
  // Entries go before the unknown keys in them: a part that goes takes along what is below it.
  const rest = leaveOut(bounded, [...unknown, ...parts, ...msixWithoutBars(value, parts)], places);
  const second = parseStructure(rest, Infinity);
  if (!second.input) return undefined;
  const original = (path: Path): Path => {
    let inner = rest;
    return path.map((part) => {
      const list = typeof inner === 'object' && inner !== null ? places.get(inner) : undefined;
      inner = at(inner, [part]);
      return typeof part === 'number' ? (list?.[part] ?? part) : part;
    });
  };
  return { input: second.input, original, incomplete: topKeys([...tooLong, ...parts, ...unknown]) };
}
