import { packPciAddress, unpackPciAddress } from '../config-address.js';
import type { Findings, Path } from '../read/findings.js';
import { nearestWord } from '../read/nearest-word.js';
import type { FunctionInput, PlatformInput, TemplateInput } from '../schema/schema.js';
import { elementNames, writtenLongName } from './part-names.js';

/** From the functions of the file to those of the machine: fills in templates, and makes `count` functions of one. */

/** A function of the machine, and where its keys are in the file. */
interface Expanded {
  readonly input: FunctionInput;
  /** Its place among the functions of the file. */
  readonly index: number;
  readonly template: string | undefined;
  /** The keys whose whole values come from the template. */
  readonly inherited: ReadonlySet<string>;
  /** For each list that joins rows of the template and the function, the place of each row. */
  readonly rows: Readonly<Record<string, readonly Path[]>>;
}

export interface ExpandedFunctions {
  readonly functions: readonly FunctionInput[];
  /** Takes paths of `functions`. A fault in a template, or in each of the functions that a `count` makes, is reported once. */
  readonly findings: Findings;
}

/** Buses of 32 devices of 8 functions. */
const MOST_FUNCTIONS = 1 << 16;
/** From one of several functions to the next: a device. */
const DEFAULT_STRIDE = { bus: 0, device: 1, function: 0 };

type Row = { readonly name?: string | undefined; readonly longName?: string | undefined };

const LISTS = ['registers', 'instances', 'shared'] as const;

/** The rows of a template, each replaced by the function's own row of that name, then the function's other rows. */
function mergeRows(
  key: (typeof LISTS)[number],
  of: readonly Row[],
  own: readonly Row[],
  template: Path,
  path: Path,
): { readonly list: readonly Row[]; readonly places: readonly Path[] } {
  const nameOf = (row: Row) => writtenLongName(row) || undefined;
  const ownAt = new Map(own.flatMap((row, at) => (nameOf(row) === undefined ? [] : [[nameOf(row), at] as const])));
  const used = new Set<number>();
  const list: Row[] = [];
  const places: Path[] = [];
  const add = (row: Row, place: Path) => {
    list.push(row);
    places.push(place);
  };
  for (const [at, row] of of.entries()) {
    const replaced = ownAt.get(nameOf(row));
    if (replaced === undefined || nameOf(row) === undefined) add(row, [...template, key, at]);
    else if (!used.has(replaced)) {
      used.add(replaced);
      add(own[replaced] as Row, [...path, key, replaced]);
    }
  }
  for (const [at, row] of own.entries()) if (!used.has(at)) add(row, [...path, key, at]);
  return { list, places };
}

function fromTemplate(own: FunctionInput, index: number, name: string, template: TemplateInput): Expanded {
  const rows: Record<string, readonly Path[]> = {};
  const merged: Record<string, unknown> = { ...template };
  const inherited = new Set(Object.keys(template));
  for (const [key, value] of Object.entries(own)) {
    if (value === undefined) continue;
    merged[key] = value;
    inherited.delete(key);
  }
  for (const key of LISTS) {
    const [before, after] = [template[key], own[key]];
    if (before === undefined || after === undefined) continue;
    const { list, places } = mergeRows(key, before, after, ['templates', name], ['functions', index]);
    merged[key] = list;
    rows[key] = places;
  }
  if (template.ids !== undefined && own.ids !== undefined) merged.ids = { ...template.ids, ...own.ids };
  return { input: merged as FunctionInput, index, template: name, inherited, rows };
}

/** The function with its template filled in; a template that does not exist is a finding. */
function filled(own: FunctionInput, index: number, templates: Templates, findings: Findings): Expanded {
  const alone = { input: own, index, template: undefined, inherited: new Set<string>(), rows: {} };
  const { template: name } = own;
  if (name === undefined) return alone;
  const template = Object.hasOwn(templates.known, name) ? templates.known[name] : undefined;
  if (template !== undefined) return fromTemplate(own, index, name, template);
  if (templates.complete) {
    const nearest = nearestWord(name, Object.keys(templates.known));
    const cure = nearest === undefined ? 'Define it under templates.' : `Did you mean ${nearest}?`;
    findings.add('PLATFORM_UNKNOWN_TEMPLATE', ['functions', index, 'template'], `No template is named ${name}.`, cure);
  }
  return alone;
}

interface Templates {
  readonly known: NonNullable<PlatformInput['templates']>;
  /** Whether all templates of the file could be read. */
  readonly complete: boolean;
}

function* elementsOf(one: Expanded, findings: Findings): Generator<Expanded> {
  const { input, index } = one;
  const { count, stride } = input;
  if (count === undefined) {
    if (stride !== undefined) {
      const message = 'There is a stride, but no count.';
      findings.add('PLATFORM_STRAY_KEY', ['functions', index, 'stride'], message, 'Add count, or remove stride.');
    }
    yield one;
    return;
  }
  const isGiven = Object.values(stride ?? {}).some((each) => each !== undefined);
  const { bus = 0, device = 0, function: step = 0 } = (isGiven && stride) || DEFAULT_STRIDE;
  const distance = (bus << 8) | (device << 3) | step;
  if (distance === 0) {
    const message = 'The stride is 0, so that all of these functions have one address.';
    findings.add('PLATFORM_STRIDE', ['functions', index, 'stride'], message, 'Write device: 1, or remove stride.');
    return;
  }
  const first = packPciAddress(input.address);
  if (first + (count - 1) * distance >= MOST_FUNCTIONS) {
    const room = Math.floor((MOST_FUNCTIONS - 1 - first) / distance) + 1;
    const message = `The last of ${count} functions would be past bus 0xff.`;
    findings.add('PLATFORM_ARRAY_RANGE', ['functions', index, 'count'], message, `There is room for ${room}.`);
    return;
  }
  for (let element = 0; element < count; element++) {
    const address = unpackPciAddress(first + element * distance);
    yield { ...one, input: { ...input, ...elementNames(input, element), address } };
  }
}

/** Fills in templates, and makes `count` functions of one. */
export function expandFunctions(
  input: PlatformInput,
  incomplete: ReadonlySet<string>,
  findings: Findings,
): ExpandedFunctions {
  const written = input.functions ?? [];
  const isPlain = written.every(({ template, count, stride }) => (template ?? count ?? stride) === undefined);
  if (isPlain && input.templates === undefined) return { functions: written, findings };
  const templates = { known: input.templates ?? {}, complete: !incomplete.has('templates') };
  const all: Expanded[] = [];
  for (const [index, own] of written.entries()) {
    const one = filled(own, index, templates, findings);
    for (const each of elementsOf(one, findings)) {
      if (all.length >= MOST_FUNCTIONS) {
        const message = `The platform has more than ${MOST_FUNCTIONS} functions.`;
        findings.add('PLATFORM_TOO_LARGE', ['functions', index, 'count'], message, 'Lower a count.');
        return { functions: [], findings };
      }
      all.push(each);
    }
  }
  const original = (path: Path): Path => {
    const [head, place, key, row, ...rest] = path;
    const found = head === 'functions' && typeof place === 'number' ? all[place] : undefined;
    if (found === undefined) return path;
    const { index, template, inherited, rows } = found;
    const placed = typeof key === 'string' && typeof row === 'number' ? rows[key]?.[row] : undefined;
    if (placed !== undefined) return [...placed, ...rest];
    const isInherited = template !== undefined && typeof key === 'string' && inherited.has(key);
    return isInherited ? ['templates', template, ...path.slice(2)] : ['functions', index, ...path.slice(2)];
  };
  const isRepeated = (path: Path): boolean => {
    const [head, place] = path;
    if (head !== 'functions' || typeof place !== 'number') return head === 'templates';
    return original(path)[0] === 'templates' || all[place]?.input.count !== undefined;
  };
  return { functions: all.map((each) => each.input), findings: findings.once(isRepeated, original) };
}
