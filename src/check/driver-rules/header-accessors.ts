import { errorAt, formatHex } from '../../base/index.js';
import { type FieldVerb, type OtherBits, otherBitsOf, wholeWriteBits } from '../../drivers/accessors.js';
import { upperName } from '../../drivers/driver-names.js';
import type { Diagnostic, FunctionDescription, Place, Platform } from '../../vocab/index.js';
import { countFindings } from '../rules/rule.js';
import type { DriverFacts } from '../subject/driver-facts.js';
import {
  type Accessor,
  type AccessorCase,
  type AccessorProbe,
  type Change,
  Collector,
  patternAt,
  VALUES,
} from './accessor-collector.js';
import { addArrays } from './array-accessors.js';

/** Registers of a page, all of which the probe's memory has. */
const PAGE_REGISTERS = 1024;
const MOST_FINDINGS = 8;

interface FieldBits {
  readonly lowBit: number;
  readonly mask: number;
  readonly max: number;
  readonly widthBits: number;
}

const placed = (value: number, { mask, lowBit }: FieldBits) => ((value << lowBit) & mask) >>> 0;
const replaced = (value: number, field: number, bits: FieldBits) => ((value & ~bits.mask) | placed(field, bits)) >>> 0;

const TOO_WIDE = ', a value that is too wide for the field';

function addField(
  collector: Collector,
  prefix: string,
  shape: Pick<Accessor, 'of' | 'function' | 'registerIndex'>,
  bits: FieldBits,
  offsetBytes: number,
  other: OtherBits,
): void {
  const { mask, max, lowBit, widthBits } = bits;
  const index = offsetBytes / 4;
  const old = patternAt(index);
  const others = ((old & other.kept) | other.ones) >>> 0;
  const get = (value: number) => ((value & mask) >>> lowBit) >>> 0;
  const someField = (VALUES[0] & max) >>> 0;
  const inRange = [max, 0, someField];
  const wide: readonly { value: number; note?: string }[] = [
    ...inRange.map((value) => ({ value })),
    ...(widthBits < 32 ? [{ value: 0xffff_ffff, note: TOO_WIDE }] : []),
  ];
  const rows: Readonly<Record<FieldVerb, () => void>> = {
    get: () =>
      collector.add(
        `${prefix}_get`,
        { ...shape, values: 1, takesPage: false, returns: true },
        [0xffff_ffff, ...VALUES, mask, ~mask >>> 0].map((value) => ({ arguments: [value, 0], result: get(value) })),
      ),
    set: () =>
      collector.add(
        `${prefix}_set`,
        { ...shape, values: 2, takesPage: false, returns: true },
        [0, 0xffff_ffff, VALUES[0]].flatMap((value) =>
          wide.map(({ value: field, note }) => ({
            arguments: [value, field] as const,
            result: replaced(value, field, bits),
            ...(note !== undefined && { note }),
          })),
        ),
      ),
    read: () =>
      collector.add(`${prefix}_read`, { ...shape, values: 0, takesPage: true, returns: true }, [
        { arguments: [0, 0], result: get(old) },
      ]),
    write: () =>
      collector.add(
        `${prefix}_write`,
        { ...shape, values: 1, takesPage: true, returns: false },
        wide.map(({ value, note }) => ({
          arguments: [value, 0] as const,
          change: { offsetBytes, value: replaced(others, value, bits) },
          ...(note !== undefined && { note }),
        })),
      ),
    clear: () => addOnes('clear'),
    raise: () => addOnes('raise'),
  };
  const addOnes = (verb: 'clear' | 'raise') =>
    collector.add(`${prefix}_${verb}`, { ...shape, values: 0, takesPage: true, returns: false }, [
      { arguments: [0, 0], change: { offsetBytes, value: (others | mask) >>> 0 } },
    ]);
  for (const add of Object.values(rows)) add();
}

function addFunction(collector: Collector, description: FunctionDescription, moved: boolean): void {
  const { address, registers, shared } = description;
  const key = upperName(description);
  for (const described of registers) {
    const own = described.index;
    if (moved && own !== 0) continue;
    const index = moved ? 1 : own;
    const offsetBytes = index * 4;
    const prefix = `vcfg_${key}_${upperName(described)}`.toLowerCase();
    const shape = { of: `${key}.${upperName(described)}`, function: address, registerIndex: own };
    const always = wholeWriteBits(described);
    collector.add(`${prefix}_read`, { ...shape, values: 0, takesPage: true, returns: true }, [
      { arguments: [0, 0], result: patternAt(index) },
    ]);
    collector.add(
      `${prefix}_write`,
      { ...shape, values: 1, takesPage: true, returns: false },
      VALUES.map((value) => ({
        arguments: [value, 0],
        change: { offsetBytes, value: ((value & ~always.zeros) | always.ones) >>> 0 },
      })),
    );
    for (const field of described.fields) {
      const { lowBit, widthBits } = field;
      const max = 2 ** widthBits - 1;
      const bits = { lowBit, widthBits, max, mask: (max * 2 ** lowBit) >>> 0 };
      const ofField = { ...shape, of: `${shape.of}.${upperName(field)}` };
      const fieldPrefix = `${prefix}_${upperName(field).toLowerCase()}`;
      addField(collector, fieldPrefix, ofField, bits, offsetBytes, otherBitsOf(described, field));
    }
  }
  if (moved) return;
  addArrays(collector, description);
  for (const run of shared) {
    const { offsetBytes, lengthBytes } = run;
    const prefix = `vcfg_${key}_${upperName(run)}`.toLowerCase();
    const shape = { of: `${key}.${upperName(run)}`, function: address, registerIndex: undefined };
    const count = Math.floor(lengthBytes / 4);
    // A run need not begin at a register: the pattern is only known in whole dwords.
    if (offsetBytes % 4 !== 0 || count === 0) continue;
    const first = offsetBytes / 4;
    const dwords = [...new Set([0, 1, count - 1])].filter((dword) => dword < count);
    collector.add(`${prefix}_read`, { ...shape, values: 1, takesPage: true, returns: true }, [
      ...dwords.map((dword) => ({ arguments: [dword, 0] as const, result: patternAt(first + dword) })),
      { arguments: [count, 0], result: 0, note: ', which is past the end of the run' },
    ]);
    collector.add(`${prefix}_write`, { ...shape, values: 2, takesPage: true, returns: false }, [
      ...dwords.map((dword) => ({
        arguments: [dword, VALUES[0]] as const,
        change: { offsetBytes: offsetBytes + dword * 4, value: VALUES[0] },
      })),
      { arguments: [count, VALUES[0]], note: ', which is past the end of the run' },
    ]);
  }
}

/** The accessors of the platform's registers, fields and runs that a header has, and the calls that try each. */
export function accessorProbe(platform: Platform, facts: DriverFacts): AccessorProbe {
  const collector = new Collector(facts);
  for (const description of platform.functions) addFunction(collector, description, false);
  return collector;
}

/**
 * The same for registers of index 0 in a copy of the header where that index is 1: only there does it show whether an
 * accessor takes the index for a byte offset.
 */
export function movedAccessorProbe(platform: Platform, facts: DriverFacts): AccessorProbe {
  const collector = new Collector(facts);
  for (const description of platform.functions) addFunction(collector, description, true);
  return collector;
}

/** What a call did: what the C program wrote of it. */
export interface AccessorOutcome {
  /** Signal that ended the call; 0 if it returned. */
  readonly signal: number;
  readonly result: number;
  /** What changed in the memory; undefined if nothing did. */
  readonly changed?: {
    /** Of the first byte, from the start of the page: negative before it. */
    readonly first: number;
    readonly last: number;
    /** The whole dword that the first byte is in. */
    readonly dword: number;
  };
}

/** POSIX numbers that are the same on every Linux. */
const SIGNALS: Readonly<Record<number, string>> = {
  4: 'with an illegal instruction (SIGILL)',
  6: 'by abort() (SIGABRT)',
  7: 'with a bus error (SIGBUS)',
  8: 'with an arithmetic error (SIGFPE)',
  11: 'with a bad memory access (SIGSEGV)',
};
const ALARM = 14;

function callText({ text, takesPage, values }: Accessor, { arguments: given }: AccessorCase): string {
  const words = [...(takesPage ? ['page'] : []), ...given.slice(0, values).map((value) => formatHex(value))];
  return `${text.name}(${words.join(', ')})`;
}

const wordsOf = (change: Change) => `${formatHex(change.value, 8)} at byte ${change.offsetBytes} of the page`;

/** Why a change was made elsewhere, if it is a known mistake. */
function changeMistake(wanted: Change, offsetBytes: number): string {
  if (offsetBytes === wanted.offsetBytes) return '';
  if (offsetBytes * 4 === wanted.offsetBytes) return ': it takes the register’s index for a byte offset';
  return offsetBytes === wanted.offsetBytes * 4 ? ': it multiplies a byte offset by 4 again' : '';
}

/** What is wrong with what a call wrote, as the end of a sentence; undefined if nothing is. */
function writingFault(change: Change | undefined, { changed }: AccessorOutcome): string | undefined {
  // A value that was there before leaves no trace.
  const wanted = change !== undefined && change.value === patternAt(change.offsetBytes / 4) ? undefined : change;
  const right = wanted === undefined ? 'it has nothing to write' : `${wordsOf(wanted)} is right`;
  if (changed === undefined) return wanted === undefined ? undefined : `writes nothing, and ${right}`;
  const start = Math.floor(changed.first / 4) * 4;
  const isOneDword = changed.last < start + 4;
  if (isOneDword && wanted?.offsetBytes === start && wanted.value === changed.dword) return undefined;
  if (isOneDword) {
    const written = { offsetBytes: start, value: changed.dword };
    return `writes ${wordsOf(written)}, and ${right}${wanted === undefined ? '' : changeMistake(wanted, start)}`;
  }
  const isNarrow = changed.last - changed.first < 4;
  const mistake = wanted !== undefined && isNarrow ? changeMistake(wanted, changed.first) : '';
  return `writes bytes ${changed.first} to ${changed.last} of the page, and ${right}${mistake}`;
}

/** What is wrong with an outcome, as a sentence without its end; undefined if nothing is. */
function fault(accessor: Accessor, each: AccessorCase, outcome: AccessorOutcome): string | undefined {
  const call = `${callText(accessor, each)}${each.note === undefined ? '' : `${each.note},`}`;
  if (outcome.signal === ALARM) return `${call} does not return`;
  if (outcome.signal !== 0) {
    // An assertion is what VCFG_DEBUG asks for, out of range.
    if (outcome.signal === 6 && each.note !== undefined) return undefined;
    return `${call} ends the program ${SIGNALS[outcome.signal] ?? `with signal ${outcome.signal}`}`;
  }
  const { result, change } = each;
  if (result !== undefined && outcome.result !== result) {
    const dwords = Array.from({ length: PAGE_REGISTERS }, (_, register) => register);
    const other = accessor.takesPage ? dwords.find((register) => patternAt(register) === outcome.result) : undefined;
    const from = other === undefined ? '' : `, the register at byte ${other * 4} of the page`;
    return `${call} gives ${formatHex(outcome.result)}${from}, and ${formatHex(result)} is right`;
  }
  const writing = writingFault(change, outcome);
  return writing === undefined ? undefined : `${call} ${writing}`;
}

/** Where a header has an accessor. */
export function placeOfAccessor({ text }: Accessor, file: string): Place {
  return { file, ...(text.line !== undefined && { line: text.line }), path: text.name };
}

const CURE = 'Compare it with the accessor of a header generated from the platform file.';

/** Compares what the calls did with what they have to do: one finding an accessor. */
export function checkAccessors(
  { accessors, cases }: AccessorProbe,
  outcomes: readonly AccessorOutcome[],
  file: string,
  isMoved = false,
): readonly Diagnostic[] {
  const found = new Map<number, Diagnostic>();
  const moved = new Set<string>();
  for (const [index, each] of cases.entries()) {
    const outcome = outcomes[index];
    if (outcome === undefined || found.has(each.accessor)) continue;
    const accessor = accessors[each.accessor] as Accessor;
    // What is wrong with a register's accessor is wrong with those of its fields, which call it.
    const register = `${accessor.of.split('.').slice(0, 2).join('.')} ${/[a-z]+$/.exec(accessor.generated)?.[0]}`;
    if (isMoved && (!isIndexAsOffset(each, outcome) || moved.has(register))) continue;
    moved.add(register);
    const what = isMoved ? undefined : fault(accessor, each, outcome);
    if (what === undefined && !isMoved) continue;
    const message = isMoved
      ? `${accessor.text.name} takes the register’s index for a byte offset: right by chance, because ${accessor.of} has index 0. With index 1 it accesses byte 1 of the page.`
      : `${what}.`;
    const diagnostic = errorAt('VCFG_HEADER_ACCESSOR', placeOfAccessor(accessor, file), message, CURE);
    found.set(each.accessor, { ...diagnostic, function: accessor.function });
  }
  const all = [...found.values()];
  return countFindings(all.slice(0, MOST_FINDINGS), all.length, accessors.length);
}

/** An accessor with a number of its own ignores the moved index, and does no wrong by that. */
function isIndexAsOffset({ change, result }: AccessorCase, outcome: AccessorOutcome): boolean {
  if (outcome.signal !== 0) return false;
  const { changed } = outcome;
  if (change !== undefined)
    return changed !== undefined && changed.first >= 1 && changed.first <= 3 && changed.last <= 4;
  if (result === undefined) return false;
  // The dword at byte 1: three bytes of the first register, and one of the second.
  const at = (((patternAt(0) >>> 8) | (patternAt(1) << 24)) >>> 0) as number;
  return outcome.result === at;
}

const squeezed = (text: string) => text.replaceAll(/\s+/g, ' ').trim();

/**
 * Accessors that a header writes otherwise than `ours`, the header that the platform gives: what they do is not known
 * without running them.
 */
export function* differingAccessors(
  platform: Platform,
  facts: DriverFacts,
  ours: DriverFacts,
): Generator<{ readonly accessor: Accessor; readonly place: Place }> {
  const seen = new Set<string>();
  for (const accessor of accessorProbe(platform, facts).accessors) {
    const wanted = ours.functions.get(accessor.generated);
    if (wanted?.body === undefined || seen.has(accessor.generated)) continue;
    seen.add(accessor.generated);
    if (accessor.text.body !== undefined && squeezed(accessor.text.body) === squeezed(wanted.body)) continue;
    yield { accessor, place: placeOfAccessor(accessor, facts.file) };
  }
}
