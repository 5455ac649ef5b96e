import { errorAt, formatHex, requireObjects } from '../../base/index.js';
import type { Diagnostic } from '../../vocab/index.js';
import type { ResourceDescriptor } from './descriptor.js';
import { encodeResources } from './encode-resources.js';

/** A range of addresses, whatever descriptor holds it; all in the unit of `min`. */
interface Range {
  readonly min: bigint;
  readonly max: bigint;
  readonly length: bigint;
  /** Its ends must be at multiples of this. */
  readonly step: bigint;
  readonly minFixed: boolean;
  readonly maxFixed: boolean;
}

/** What is wrong, and its cure; undefined if nothing is. */
type Finding = readonly [message: string, cure: string] | undefined;

const fixed = (value: number | string): boolean =>
  typeof value === 'string' ? value.endsWith('Fixed') && !value.endsWith('NotFixed') : value !== 0;
const isPowerOfTwo = (value: bigint): boolean => (value & (value - 1n)) === 0n;
const span = ({ min, max }: Range): bigint => max - min + 1n;

/** Rules for address space descriptors, in order: the first one that finds something decides. ACPI 6.5 §6.4.3.5 */
const SPACE_RULES: readonly ((range: Range) => Finding)[] = [
  ({ step }) =>
    isPowerOfTwo(step)
      ? undefined
      : [`has a granularity of ${formatHex(step - 1n)}`, 'Write a power of two minus one, such as 0xfff.'],
  minOverMax,
  lengthOverSpan,
  ({ length, minFixed, maxFixed }) =>
    length === 0n && minFixed && maxFixed
      ? ['has a length of 0 with both ends fixed', 'Write max - min + 1.']
      : undefined,
  ({ length, minFixed, maxFixed }) =>
    length !== 0n && minFixed !== maxFixed
      ? ['has a length with only one end fixed', 'Fix both ends or none; a length of 0 lets the system choose it.']
      : undefined,
  ({ length, minFixed, maxFixed, step }) =>
    length !== 0n && minFixed && maxFixed && step !== 1n
      ? [`has a granularity of ${formatHex(step - 1n)} with both ends fixed`, 'Write 0: there is nothing to choose.']
      : undefined,
  (range) =>
    range.length !== 0n && range.minFixed && range.maxFixed && range.length !== span(range)
      ? [
          `has a length of ${formatHex(range.length)} where max - min + 1 is ${formatHex(span(range))}`,
          'Make them agree.',
        ]
      : undefined,
  ({ length, minFixed, min, step }) =>
    length === 0n && minFixed && min % step !== 0n ? offStep('min', min, step) : undefined,
  ({ length, maxFixed, max, step }) =>
    length === 0n && maxFixed && (max + 1n) % step !== 0n ? offStep('max + 1', max + 1n, step) : undefined,
  ({ length, minFixed, step }) =>
    length !== 0n && !minFixed && length % step !== 0n ? offStep('length', length, step) : undefined,
];

function minOverMax({ min, max, length }: Range): Finding {
  if (min <= max) return undefined;
  const message = `begins at ${formatHex(min)} at the least and ends at ${formatHex(max)} at the most`;
  if (length === min - max + 1n) return [message, 'Swap min and max.'];
  if (length === 0n) return [message, 'Remove it, or fill in its ends before the template is returned: it is empty.'];
  return [message, 'Correct the end that is wrong: max is min + length - 1.'];
}

function lengthOverSpan(range: Range): Finding {
  if (range.length <= span(range)) return undefined;
  return [
    `has a length of ${formatHex(range.length)} where min to max hold ${formatHex(span(range))}`,
    'Widen the range or shorten the length.',
  ];
}

function offStep(name: string, value: bigint, step: bigint): Finding {
  return [`has ${name} at ${formatHex(value)}, which is not a multiple of ${formatHex(step)}`, 'Align it.'];
}

const minOffStep = ({ min, step }: Range): Finding => (min % step === 0n ? undefined : offStep('min', min, step));
const maxOffStep = ({ max, step }: Range): Finding => (max % step === 0n ? undefined : offStep('max', max, step));
const PORT_RULES = [minOffStep, maxOffStep];
const MEMORY_RULES = [minOverMax, lengthOverSpan, minOffStep, maxOffStep];

/** An alignment of 0 is 64 KiB. ACPI 6.5 §6.4.3.1 */
const MEMORY24_DEFAULT_ALIGNMENT = 0x1_0000n;

function firstFinding(rules: readonly ((range: Range) => Finding)[], range: Range): Finding {
  for (const rule of rules) {
    const finding = rule(range);
    if (finding !== undefined) return finding;
  }
  return undefined;
}

/** What is wrong with a descriptor's range. A range that is all 0 is fine: it is filled in at run time. */
function checkRange(descriptor: ResourceDescriptor): Finding {
  if (!('min' in descriptor)) return undefined;
  const unit = descriptor.kind === 'Memory24' ? 0x100n : 1n;
  const min = BigInt(descriptor.min) * unit;
  const max = BigInt(descriptor.max) * unit;
  const length = BigInt(descriptor.length) * unit;
  if ('granularity' in descriptor) {
    const step = BigInt(descriptor.granularity) + 1n;
    if (min === 0n && max === 0n && length === 0n && step === 1n) return undefined;
    const minFixed = fixed(descriptor.minType);
    return firstFinding(SPACE_RULES, { min, max, length, step, minFixed, maxFixed: fixed(descriptor.maxType) });
  }
  if (min === 0n && max === 0n && length === 0n) return undefined;
  const noAlignment = descriptor.kind === 'Memory24' ? MEMORY24_DEFAULT_ALIGNMENT : 1n;
  const step = BigInt(descriptor.alignment) || noAlignment;
  const rules = descriptor.kind === 'IO' ? PORT_RULES : MEMORY_RULES;
  return firstFinding(rules, { min, max, length, step, minFixed: false, maxFixed: false });
}

/** What is wrong with the order of descriptors. ACPI 6.5 §6.4.2.3, §6.4.2.4, §6.4.2.9 */
function checkOrder(descriptor: ResourceDescriptor, inDependent: boolean, isLast: boolean): Finding {
  if (descriptor.kind === 'EndDependentFn' && !inDependent) {
    return ['ends dependent functions that nothing started', 'Put a StartDependentFn before it, or remove it.'];
  }
  if (descriptor.kind === 'EndTag' && inDependent) {
    return ['comes before the EndDependentFn', 'Put an EndDependentFn before it.'];
  }
  if (descriptor.kind === 'EndTag' && !isLast) {
    return ['has descriptors after it, which are never read', 'Move it to the end.'];
  }
  return undefined;
}

/**
 * Findings about the contents of descriptors, beyond their encoding: ranges whose ends, lengths and alignments
 * contradict one another, which iasl refuses too, and dependent functions out of order. The place is the byte offset
 * in the template, and the descriptor's number and kind.
 */
export function checkResources(descriptors: readonly ResourceDescriptor[]): readonly Diagnostic[] {
  requireObjects(descriptors, 'checkResources: descriptors', 'resource descriptors, each with its kind');
  const findings: Diagnostic[] = [];
  /** Bytes of the first `measured` descriptors: they are only encoded when a finding needs its place. */
  let offsetBytes = 0;
  let measured = 0;
  let inDependent = false;
  for (const [index, descriptor] of descriptors.entries()) {
    const { kind } = descriptor;
    const isLast = index === descriptors.length - 1;
    for (const finding of [checkRange(descriptor), checkOrder(descriptor, inDependent, isLast)]) {
      if (finding === undefined) continue;
      for (; measured < index; measured++)
        offsetBytes += encodeResources([descriptors[measured] as ResourceDescriptor]).length;
      const place = { offsetBytes, path: `[${index}].${kind}` };
      findings.push(errorAt('AML_RESOURCE_VALUE', place, `${kind} ${finding[0]}.`, finding[1]));
    }
    if (kind === 'StartDependentFn' || kind === 'StartDependentFnNoPri') inDependent = true;
    if (kind === 'EndDependentFn') inDependent = false;
  }
  return findings;
}
