import { withOperands } from '../../aml/grammar/term.js';
import {
  buffer,
  type Declaration,
  declarations,
  decodeResources,
  displayName,
  encodeResources,
  integerValue,
  lookUp,
  type Op,
  type ResourceDescriptor,
  replaceTerms,
  type Term,
} from '../../aml/index.js';
import { HOST_BRIDGE_IDS } from '../../aml/namespace/constant-objects.js';
import { memoryRange } from '../../aml/resources/memory-range.js';
import { formatHex } from '../../base/index.js';
import { endOf } from '../../platform/address-ranges.js';
import { FOUR_GIB } from '../../platform/layout.js';
import type { AddressRange, Diagnostic } from '../../vocab/index.js';
import type { ExistingMachine } from '../onto/existing-machine.js';
import { visitTerms } from './rewrite-names.js';

export interface CutTerms {
  readonly terms: readonly Term[];
  /** What was cut (notes), and what cannot be. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Bytes of a template that other AML writes: those of the fields that it creates there; all of them for any other use. */
interface WrittenBytes {
  readonly from: number;
  readonly to: number;
}

/** Bits of each operation that makes a field of a buffer. ACPI 6.5 §19.6 (CreateField) */
const FIELD_BITS: Readonly<Record<string, number>> = {
  CreateBitField: 1,
  CreateByteField: 8,
  CreateWordField: 16,
  CreateDWordField: 32,
  CreateQWordField: 64,
};

const EVERYTHING: WrittenBytes = { from: 0, to: Number.POSITIVE_INFINITY };

/** Which bytes a field of a buffer covers; all if its place is not a constant. */
function fieldBytes(term: Term): WrittenBytes {
  const operands = term.operands as readonly Term[];
  const at = integerValue(operands[1] as Term);
  const unit = term.op === 'CreateField' || term.op === 'CreateBitField' ? 1 : 8;
  const bits = term.op === 'CreateField' ? integerValue(operands[2] as Term) : BigInt(FIELD_BITS[term.op] as number);
  if (at === undefined || bits === undefined) return EVERYTHING;
  const firstBit = Number(at) * unit;
  return { from: Math.floor(firstBit / 8), to: Math.ceil((firstBit + Number(bits)) / 8) };
}

/** A template, and how to put another into its place. */
interface Template {
  /** Of the object that holds it. */
  readonly path: string;
  readonly term: Term;
  readonly holder: Op<'Buffer'>;
  readonly written: readonly WrittenBytes[];
}

/** What a _CRS returns, if that is one template that the table holds; otherwise why it is not. */
function templateOf(crs: Declaration, objects: ReadonlyMap<string, Declaration>): Template | 'computed' {
  const { term, path } = crs;
  if (term.op === 'Name') {
    const [, data] = term.operands;
    return data.op === 'Buffer' ? { path, term, holder: data, written: [] } : 'computed';
  }
  if (term.op !== 'Method') return 'computed';
  const returned: Term[] = [];
  visitTerms(term.operands[2], (each) => {
    if (each.op === 'Return') returned.push(each);
  });
  const [first, ...others] = returned;
  if (first?.op !== 'Return') return 'computed';
  const [value] = first.operands;
  if (value.op === 'Buffer')
    return others.length === 0 ? { path, term: first, holder: value, written: [] } : 'computed';
  const paths = returned.map((each) => {
    const result = each.op === 'Return' ? each.operands[0] : undefined;
    return result?.op === 'Path' ? lookUp(objects, path, result.operands[0])?.path : undefined;
  });
  const named = paths[0] === undefined ? undefined : objects.get(paths[0]);
  if (named?.term.op !== 'Name' || paths.some((each) => each !== named.path)) return 'computed';
  const [, data] = named.term.operands;
  return data.op === 'Buffer' ? { path: named.path, term: named.term, holder: data, written: [] } : 'computed';
}

/** Which bytes of a named template AML writes, anywhere in a table. */
function writtenBytes(terms: readonly Term[], path: string, objects: ReadonlyMap<string, Declaration>): WrittenBytes[] {
  const found: WrittenBytes[] = [];
  visitTerms(terms, (term, scope, around) => {
    if (term.op !== 'Path' || lookUp(objects, scope, term.operands[0])?.path !== path) return;
    if (around?.op === 'Return') return;
    found.push(
      around !== undefined && (around.op in FIELD_BITS || around.op === 'CreateField')
        ? fieldBytes(around)
        : EVERYTHING,
    );
  });
  return found;
}

const UNCUTTABLE = new Set(['Memory24', 'Memory32']);

/** Descriptors that reach past 4 GiB. ACPI 6.5 §6.4.3.5 */
const WIDE = new Set(['QWordMemory', 'ExtendedMemory']);

/** Whether a descriptor of memory can reach a window, whatever AML writes into it. */
const canReach = ({ kind }: ResourceDescriptor, window: AddressRange) =>
  kind.includes('Memory') && (WIDE.has(kind) || window.base < FOUR_GIB);

/** A descriptor with another range; with one of no length, nothing. */
function withRange(descriptor: ResourceDescriptor, { base, lengthBytes }: AddressRange): ResourceDescriptor {
  const wide = 'length' in descriptor && typeof descriptor.length === 'bigint';
  const value = (number: bigint) => (wide ? number : Number(number));
  const length = value(lengthBytes);
  const ends =
    'base' in descriptor
      ? { base: value(base) }
      : { min: value(base), max: value(lengthBytes === 0n ? base : base + lengthBytes - 1n) };
  return { ...descriptor, ...ends, length } as ResourceDescriptor;
}

/** What is left of a range around another. */
function around(range: AddressRange, window: AddressRange): AddressRange[] {
  const left: AddressRange[] = [];
  if (range.base < window.base) left.push({ base: range.base, lengthBytes: window.base - range.base });
  if (endOf(range) > endOf(window)) left.push({ base: endOf(window), lengthBytes: endOf(range) - endOf(window) });
  return left;
}

const show = (range: AddressRange) => `${formatHex(range.base)}..${formatHex(endOf(range) - 1n)}`;

interface CutTemplate {
  readonly descriptors: readonly ResourceDescriptor[];
  readonly changes: readonly string[];
  /** Kinds of descriptors that overlap, or may, and stay. */
  readonly left: readonly string[];
}

/** Takes a window out of the memory of a template. Descriptors keep their offsets if AML writes any of its bytes. */
function cut(bytes: Uint8Array, window: AddressRange, written: readonly WrittenBytes[]): CutTemplate {
  const { descriptors } = decodeResources(bytes);
  const changes: string[] = [];
  const left: string[] = [];
  const kept: ResourceDescriptor[] = [];
  const added: ResourceDescriptor[] = [];
  let at = 0;
  for (const descriptor of descriptors) {
    const from = at;
    at += encodeResources([descriptor]).length;
    const range = memoryRange(descriptor);
    if (canReach(descriptor, window) && written.some((each) => each.from < at && each.to > from)) {
      left.push(`${descriptor.kind} that AML fills in`);
      kept.push(descriptor);
      continue;
    }
    if (range === undefined || range.base >= endOf(window) || endOf(range) <= window.base) {
      kept.push(descriptor);
      continue;
    }
    if (UNCUTTABLE.has(descriptor.kind)) {
      left.push(`${descriptor.kind} at ${show(range)}`);
      kept.push(descriptor);
      continue;
    }
    const [first, second] = around(range, window);
    if (first !== undefined) kept.push(withRange(descriptor, first));
    else if (written.length > 0) kept.push(withRange(descriptor, { base: range.base, lengthBytes: 0n }));
    if (second !== undefined) added.push(withRange(descriptor, second));
    const rest = [first, second].filter((each) => each !== undefined).map(show);
    changes.push(`${show(range)} became ${rest.length === 0 ? 'nothing' : rest.join(' and ')}`);
  }
  const end = kept.findIndex(({ kind }) => kind === 'EndTag');
  kept.splice(end < 0 ? kept.length : end, 0, ...added);
  // A checksum of 0 says that there is none. ACPI 6.5 §6.4.2.9
  const summed = kept.map((each) => (each.kind === 'EndTag' ? { ...each, checksum: 0 } : each));
  return { descriptors: summed, changes, left };
}

/**
 * Takes a window out of the memory that the host bridges of a table hand out to BARs: each range of `_CRS` that overlaps
 * it is shortened, split, or removed. That can be done to a template in the table, as a Name or as what a method returns;
 * ranges that AML fills in when it runs stay, with a warning. ACPI 6.5 §6.2.2
 */
export function cutResources(terms: readonly Term[], machine: ExistingMachine, window: AddressRange): CutTerms {
  const diagnostics: Diagnostic[] = [];
  const replacements = new Map<Term, readonly Term[]>();
  const objects = new Map(declarations(terms).map((each) => [each.path, each]));
  const bridges = machine.devices.filter((path) => HOST_BRIDGE_IDS.some((id) => machine.hasId(path, id)));
  for (const bridge of bridges) {
    const crs = objects.get(`${bridge}._CRS`);
    if (crs === undefined) continue;
    const place = { offsetBytes: crs.term.start, path: displayName(crs.path) };
    const template = templateOf(crs, objects);
    if (template === 'computed') {
      diagnostics.push(computed(place, 'a value that is not one template in this table'));
      continue;
    }
    const { holder } = template;
    const written = template.term.op === 'Name' ? writtenBytes(terms, template.path, objects) : [];
    const { descriptors, changes, left } = cut(holder.operands[1], window, written);
    if (left.length > 0) diagnostics.push(computed(place, `a ${[...new Set(left)].join(', a ')}`));
    if (changes.length === 0) continue;
    const next = buffer(encodeResources(descriptors));
    const operands = (template.term.operands as readonly unknown[]).map((each) => (each === holder ? next : each));
    replacements.set(template.term, [withOperands(template.term, operands)]);
    diagnostics.push({
      code: 'FIRMWARE_CRS_CUT',
      severity: 'note',
      place,
      message: `The bridge no longer hands the window ${show(window)} to BARs: ${changes.join('; ')}.`,
      cure: 'Make the VMM or firmware place no BAR there either.',
    });
  }
  return { terms: replaceTerms(terms, replacements), diagnostics };
}

function computed(place: Diagnostic['place'], what: string): Diagnostic {
  return {
    code: 'FIRMWARE_CRS_COMPUTED',
    severity: 'warning',
    place,
    message: `This _CRS has ${what}: it cannot be cut, and may hold the window.`,
    cure: 'vcfg check evaluates it (VCFG_OVERLAPS_CRS). If it overlaps, use another base, rename _CRS and call it from one of your own, or change its source.',
  };
}
