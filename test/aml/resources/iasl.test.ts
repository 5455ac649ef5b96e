import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  aslMacro,
  checkResources,
  dwordMemory,
  endDependentFn,
  io,
  memory24,
  memory32,
  memory32Fixed,
  needsDescriptorName,
  RESOURCE_DESCRIPTORS,
  type ResourceDescriptor,
  resourceTemplate,
  startDependentFnNoPri,
  wordBusNumber,
} from '../../../src/aml/resources/index.js';
import { toHex } from '../../../src/base/index.js';
import { effort } from '../../support/effort.js';
import { needs } from '../../support/oracles.js';
import { descriptorsByKind } from './arbitrary-descriptor.js';
import { compileTemplates } from './iasl-templates.js';
import { MACRO_ROWS } from './macro-rows.js';

/** iasl 20200925 ends at ACPI 6.3. */
const UNKNOWN_TO_IASL: ReadonlySet<string> = new Set(['CSI2Bus', 'ClockInput']);

/** iasl stops at 200 errors; a descriptor can have several. */
const ERRORS_AT_ONCE = 40;

describe('iasl', () => {
  it('writes the same bytes for each macro as its constructor', async (context) => {
    needs(context, 'iasl');
    const { templates, refused } = await compileTemplates(MACRO_ROWS.map(([asl]) => asl));
    expect([...refused].map((index) => MACRO_ROWS[index]?.[0])).toEqual([]);
    const theirs = templates?.map((bytes, index) => [MACRO_ROWS[index]?.[0], toHex(bytes)]);
    expect(MACRO_ROWS.map(([asl, ours]) => [asl, toHex(resourceTemplate(ours).operands[1])])).toEqual(theirs);
  });

  it('has a row for each macro that it knows', () => {
    const kinds = new Set(MACRO_ROWS.flatMap(([, ours]) => ours.map(({ kind }) => kind as string)));
    const wanted = RESOURCE_DESCRIPTORS.map(({ macro }) => macro as string);
    expect(wanted.filter((kind) => !kinds.has(kind))).toEqual(['EndTag', 'CSI2Bus', 'ClockInput']);
  });

  it('turns the macro of any descriptor into its bytes, and refuses what the checks refuse', async (context) => {
    needs(context, 'iasl');
    const sampled = descriptorsByKind
      .flatMap(([, descriptor]) => fc.sample(descriptor, { numRuns: effort(15, 45), seed: 20200925 }))
      .flatMap((descriptor) => [descriptor, withSoundRange(descriptor)]);
    const expressible = sampled.flatMap((descriptor, index) => {
      const text = UNKNOWN_TO_IASL.has(descriptor.kind) ? undefined : templateText(descriptor, index);
      return text === undefined ? [] : [{ descriptor, text }];
    });
    const sound = expressible.filter(({ descriptor }) => rangeFindings(descriptor) === 0);
    const unsound = expressible.filter(({ descriptor }) => rangeFindings(descriptor) > 0);
    const { templates, refused } = await compileTemplates(sound.map(({ text }) => text));
    expect([...refused].map((index) => sound[index]?.text)).toEqual([]);
    const ours = sound.map(({ descriptor, text }) => [text, toHex(resourceTemplate(whole(descriptor)).operands[1])]);
    expect(ours).toEqual(templates?.map((bytes, index) => [sound[index]?.text, toHex(bytes)]));
    for (let from = 0; from < unsound.length; from += ERRORS_AT_ONCE) {
      const some = unsound.slice(from, from + ERRORS_AT_ONCE);
      const bad = await compileTemplates(some.map(({ text }) => text));
      expect(some.filter((_, index) => !bad.refused.has(index)).map(({ text }) => text)).toEqual([]);
    }
    const kinds = new Set(sound.map(({ descriptor }) => descriptor.kind as string));
    const wanted = RESOURCE_DESCRIPTORS.map(({ macro }) => macro as string);
    expect(wanted.filter((kind) => !kinds.has(kind))).toEqual(['EndTag', 'CSI2Bus', 'ClockInput']);
    expect(unsound.length).toBeGreaterThan(100);
  });

  it('refuses a range of zeros only while it has no name', async (context) => {
    needs(context, 'iasl');
    const nothing = { min: 0, max: 0, length: 0 };
    const zeros = [
      io({ ...nothing, alignment: 1 }),
      memory24({ ...nothing, alignment: 0 }),
      memory32({ ...nothing, alignment: 0 }),
      wordBusNumber(nothing),
      dwordMemory({ ...nothing, minType: 'MinFixed', maxType: 'MaxFixed' }),
    ];
    const notZeros = [memory32Fixed({ base: 0, length: 0 }), dwordMemory({ ...nothing, max: 1 })];
    expect([...zeros, ...notZeros].map(needsDescriptorName)).toEqual([true, true, true, true, true, false, false]);
    expect(checkResources(zeros)).toEqual([]);
    const nameless = await compileTemplates(zeros.map((zero) => macroText(zero, '') ?? ''));
    expect(nameless.refused).toEqual(new Set(zeros.keys()));
    const named = await compileTemplates(zeros.map((zero, index) => macroText(zero, `NAM${index}`) ?? ''));
    expect(named.templates?.map(toHex)).toEqual(zeros.map((zero) => toHex(resourceTemplate([zero]).operands[1])));
    expect((await compileTemplates(notZeros.map((one) => macroText(one, '') ?? ''))).refused).toEqual(new Set());
  });
});

const rangeFindings = (descriptor: ResourceDescriptor): number => checkResources(whole(descriptor)).length;

/** The same descriptor with a range that holds together: fixed at both ends, with the length between them. */
function withSoundRange(descriptor: ResourceDescriptor): ResourceDescriptor {
  if (!('min' in descriptor)) return descriptor;
  if (!('granularity' in descriptor))
    return { ...descriptor, max: descriptor.min, alignment: 1, length: descriptor.kind === 'Memory24' ? 0 : 1 };
  const ends = { minType: 'MinFixed', maxType: 'MaxFixed' } as const;
  const range = typeof descriptor.min === 'bigint' ? { granularity: 0n, length: 1n } : { granularity: 0, length: 1 };
  return { ...descriptor, ...ends, ...range, max: descriptor.min } as ResourceDescriptor;
}

/** A descriptor with the others that it may not be without. */
function whole(descriptor: ResourceDescriptor): readonly ResourceDescriptor[] {
  if (descriptor.kind === 'EndDependentFn') return [startDependentFnNoPri(), descriptor];
  return descriptor.kind.startsWith('StartDependentFn') ? [descriptor, endDependentFn()] : [descriptor];
}

/** One descriptor in ASL; undefined if ASL cannot say it. */
function macroText(descriptor: ResourceDescriptor, name: string): string | undefined {
  const macro = aslMacro(descriptor, name);
  if (macro === undefined) return undefined;
  const list = macro.list === undefined ? '' : ` {${macro.list.join(', ')}}`;
  const dependent = descriptor.kind.startsWith('StartDependentFn') ? ' {}' : '';
  return `${macro.name} (${macro.arguments.join(', ')})${list}${dependent}`;
}

/** A descriptor and what it may not be without as one template. */
function templateText(descriptor: ResourceDescriptor, index: number): string | undefined {
  const name = `N${index.toString(16).toUpperCase().padStart(3, '0')}`;
  const texts = whole(descriptor).map((part) => macroText(part, name));
  return texts.includes(undefined) ? undefined : texts.join(' ');
}
