import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asl, declarations, decodeAml, type Op, uuid } from '../../../src/aml/index.js';
import { readDsmCall } from '../../../src/device/functions/dsm-mailbox.js';
import { tableAsl } from '../../../src/firmware/forms/outputs.js';
import { generateDsdt } from '../../../src/firmware/index.js';
import { decodeDsmValue, encodeDsmValue } from '../../../src/guest/dsm-value.js';
import { type DsmValue, openMailbox, openWindow } from '../../../src/guest/index.js';
import { acpiWith, recordingMemory } from '../../guest/guest-memory.js';
import { type AcpicaValue, accessesInAcpica, type Evaluation, evaluateInAcpica } from '../../support/acpica-values.js';
import { effort } from '../../support/effort.js';
import { needs } from '../../support/oracles.js';
import {
  callDsm,
  dsdtWithHost,
  FUNCTION_INDEX,
  GPU0,
  hostTable,
  pageMethod,
  platform,
  probeTable,
  REVISION,
  UUID,
  valueMethod,
} from './dsm-probe.js';

const ONES = 2n ** 64n - 1n;
/** What `_DSM` gives for a result that is none. */
const NOTHING = Uint8Array.of(0);
const ADDRESS = { bus: 0, device: 3, function: 0 };
const dsdt = generateDsdt(platform);

const bytes = (length: number) => Uint8Array.from({ length }, (_, index) => index & 0xff);
const integers = (count: number): DsmValue[] => Array.from({ length: count }, (_, index) => BigInt(index));
/** A package in as many packages. */
const nested = (depth: number): DsmValue => (depth === 1 ? [1n] : [nested(depth - 1), 'x']);
const times = (count: number, value: DsmValue): DsmValue[] => new Array<DsmValue>(count).fill(value);

/** A page as text, which is compared at once. */
const shown = (page: AcpicaValue | undefined) =>
  page instanceof Uint8Array ? Buffer.from(page).toString('hex') : page;

/** The shared page that the guest library leaves for the host; undefined if it refuses the argument. */
function pageOf(argument: DsmValue): Uint8Array | undefined {
  const memory = recordingMemory();
  memory.onWrite = (address) => {
    if (address === platform.vcfg.base + 0x3_0004n) throw new Error('rung');
  };
  const mailbox = openMailbox(openWindow({ acpi: acpiWith(platform.vcfg.base), memory }), ADDRESS);
  try {
    mailbox.evaluateDsm({ uuid: UUID, revision: REVISION, functionIndex: FUNCTION_INDEX, argument });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
  }
  const page = new Uint8Array(4096);
  for (const [address, dword] of memory.dwords) {
    if (address >= platform.vcfg.base + 0x3_1000n)
      new DataView(page.buffer).setUint32(Number(address & 0xfffn), dword, true);
  }
  return page;
}

/** Calls of `_DSM` one after the other in one machine: what each gives, and the page it leaves. */
async function callAll(calls: readonly Op<'Path'>[]): Promise<{ value: Evaluation; page: Evaluation }[]> {
  const paths = calls.flatMap((_, index) => [pageMethod(index), valueMethod(index)]);
  const evaluations = await evaluateInAcpica([dsdt, probeTable(calls)], paths);
  return calls.map((_, index) => ({
    page: evaluations[index * 2] as Evaluation,
    value: evaluations[index * 2 + 1] as Evaluation,
  }));
}

/** What some work gives, which is done when it is first asked for. */
function once<T>(work: () => Promise<T>): () => Promise<T> {
  let done: Promise<T> | undefined;
  return () => {
    done ??= work();
    return done;
  };
}

const text = fc.string({ unit: fc.constantFrom(...'abcXYZ 019'), maxLength: 30 });
const { tree: dsmValue } = fc.letrec<{ tree: DsmValue }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'medium', maxDepth: 10 },
    fc.oneof(fc.bigInt({ min: 0n, max: ONES }), text, fc.uint8Array({ maxLength: 40 })),
    fc.oneof(
      { weight: 9, arbitrary: fc.array(tie('tree'), { maxLength: 6 }) },
      { weight: 1, arbitrary: tie('tree').map((inner) => times(60, inner)) },
    ),
  ),
}));
/** Bytes that are a value, with some of them changed. */
const hostileResult = fc
  .tuple(dsmValue, fc.array(fc.tuple(fc.nat(60), fc.constantFrom(0, 1, 2, 3, 4, 5, 8, 255)), { maxLength: 2 }))
  .map(([given, changes]) => {
    const result = new Uint8Array(2080);
    try {
      encodeDsmValue(given, result);
    } catch {
      result.fill(4);
    }
    for (const [at, byte] of changes) result[at] = byte;
    return result;
  });

const SENT: readonly (readonly [what: string, argument: DsmValue])[] = [
  ['an integer', 0x1122_3344_5566_7788n],
  ['zero', 0n],
  ['all ones', ONES],
  ['a string', 'hello'],
  ['a string of eight', 'eight ch'],
  ['an empty string', ''],
  ['the longest string', 'x'.repeat(2040)],
  ['a buffer', bytes(3)],
  ['an empty buffer', bytes(0)],
  ['the longest buffer', bytes(2040)],
  ['an empty package', []],
  ['a package of 1', [5n]],
  ['a package of 2', [5n, 'ab']],
  ['a package of each', [1n, 'text', bytes(9), '', bytes(0), [], [2n, ['in', bytes(1)]]]],
  ['a package of 40', integers(40)],
  ['as many integers as fit', integers(127)],
  ['as many elements as fit', times(255, [])],
  ['a package that just fits', [bytes(2032)]],
  ['packages eight deep', nested(8)],
];

const REFUSED: readonly (readonly [what: string, argument: DsmValue])[] = [
  ['a string too long', 'x'.repeat(2041)],
  ['a long string', 'x'.repeat(60_000)],
  ['a buffer too long', bytes(2041)],
  ['a buffer of 1 MiB', bytes(1 << 20)],
  ['too many integers', integers(128)],
  ['too many elements', times(256, [])],
  ['a package that just does not fit', [bytes(2033)]],
  ['an element too long at the end', [1n, 'x'.repeat(2040)]],
  ['packages nine deep', nested(9)],
  ['too long an element far below', [[[bytes(2040)]]]],
];

const dsm = (...args: Parameters<typeof asl.Call> extends [string, ...infer Rest] ? Rest : never) =>
  asl.Call(`${GPU0}._DSM`, ...args);
const NO_ARGUMENTS: readonly (readonly [what: string, call: Op<'Path'>])[] = [
  ['an element without a value', callDsm(asl.Package([1], 2))],
  ['a device in a package', callDsm(asl.Package([asl.path('\\_SB.PC00')]))],
  ['a UUID of 15 bytes', dsm(asl.Buffer(15, bytes(15)), 1, 1, asl.Package([]))],
  ['a UUID of 17 bytes', dsm(asl.Buffer(17, bytes(17)), 1, 1, asl.Package([]))],
  ['a UUID as text', dsm(asl.String(UUID), 1, 1, asl.Package([]))],
  ['a revision as text', dsm(uuid(UUID), asl.String('1'), 1, asl.Package([]))],
  ['an index in a package', dsm(uuid(UUID), 1, asl.Package([1]), asl.Package([]))],
];

describe('the arguments of _DSM', () => {
  const calls = [
    ...[...SENT, ...REFUSED].map(([, argument]) => callDsm(argument)),
    ...NO_ARGUMENTS.map(([, call]) => call),
  ];
  const all = once(() => callAll(calls));
  const refusal = async (index: number) => {
    const given = await all();
    const { page, value } = given[index] as (typeof given)[number];
    expect([...page.complaints, ...value.complaints]).toEqual([]);
    expect(value.value).toBe(ONES);
    expect(shown(page.value)).toBe(shown(given[SENT.length - 1]?.page.value));
  };

  it.for(SENT.map((row, index) => [...row, index] as const))(
    '%s: the bytes that the guest library leaves, call after call',
    async ([, argument, index], context) => {
      needs(context, 'acpiexec');
      const given = (await all())[index];
      expect([...(given?.page.complaints ?? []), ...(given?.value.complaints ?? [])]).toEqual([]);
      expect(shown(given?.page.value)).toBe(shown(pageOf(argument)));
    },
  );

  it.for(REFUSED.map((row, index) => [...row, SENT.length + index] as const))(
    '%s: refused, and the page left as it was',
    async ([, argument, index], context) => {
      needs(context, 'acpiexec');
      await refusal(index);
      expect(pageOf(argument)).toBeUndefined();
    },
  );

  it.for(NO_ARGUMENTS.map(([what], index) => [what, SENT.length + REFUSED.length + index] as const))(
    '%s: refused, and the page left as it was',
    async ([, index], context) => {
      needs(context, 'acpiexec');
      await refusal(index);
    },
  );

  it('are accesses to memory as the guest library makes them: each of four bytes, in the same order', async (context) => {
    needs(context, 'acpiexec');
    const argument = [0x1122_3344_5566_7788n];
    const accesses = await accessesInAcpica([dsdt, probeTable([callDsm(argument)])], valueMethod(0));
    const memory = recordingMemory();
    openMailbox(openWindow({ acpi: acpiWith(platform.vcfg.base), memory }), ADDRESS).evaluateDsm({
      uuid: UUID,
      revision: REVISION,
      functionIndex: FUNCTION_INDEX,
      argument,
    });
    expect(accesses).toHaveLength(520 + 1 + 520);
    expect(accesses).toEqual(memory.accesses.map(([kind, address, value]) => [kind, address, 4, BigInt(value)]));
  });

  it('are read by the device core as they were given', async (context) => {
    needs(context, 'acpiexec');
    const flat = SENT.filter(([, argument]) => !Array.isArray(argument) || !argument.some(Array.isArray));
    expect(flat.length).toBeGreaterThan(12);
    const given = await all();
    for (const row of flat) {
      const call = readDsmCall(given[SENT.indexOf(row)]?.page.value as Uint8Array);
      expect([call.revision, call.functionIndex]).toEqual([REVISION, FUNCTION_INDEX]);
      expect(call.argument, row[0]).toEqual(row[1]);
    }
  });

  it('of any kind are the bytes of the guest library, or refused as it refuses them', async (context) => {
    needs(context, 'acpiexec');
    const values = fc.sample(dsmValue, { numRuns: effort(20, 50), seed: 5 });
    const given = await callAll(values.map(callDsm));
    given.forEach(({ page, value }, index) => {
      const argument = values[index] as DsmValue;
      const expected = pageOf(argument);
      expect([...page.complaints, ...value.complaints]).toEqual([]);
      if (expected === undefined) expect(value.value).toBe(ONES);
      else expect(shown(page.value)).toBe(shown(expected));
    });
  });
});

describe('the methods of _DSM', () => {
  const { terms } = decodeAml(dsdt, { offset: 36 });
  const declared = declarations(terms);
  const methods = ['VDSA', 'VDSE', 'VDSR', 'VDSD'].map((name) => `\\_SB_.PC00.${name}`);

  it('make no names, so that none is made twice', () => {
    const made = declared.filter(({ inMethod }) => inMethod).map(({ path }) => path);
    expect(declared.map(({ path }) => path)).toEqual(expect.arrayContaining(methods));
    // Those are _OSC's, which is Serialized.
    expect(made).toEqual(['CDW1', 'CDW3'].map((name) => `\\_SB_.PC00._OSC.${name}`));
  });

  it('make room for no more elements of a package than the bytes left can hold', () => {
    const printed = tableAsl(dsdt, 'dsdt.asl');
    expect(printed).toMatch(/Local1 > 0x0820 - Local2 >> 0x03\)/);
  });

  it('are called by one call at a time of a function’s mailbox', () => {
    const method = declared.find(({ path }) => path === '\\_SB_.PC00.PE18._DSM')?.term;
    expect(method?.op === 'Method' && method.operands[1]).toBe(4 | 8);
  });
});

/** A result as its bytes say it; that of no result if they say none. */
function decoded(result: Uint8Array): AcpicaValue {
  const page = new Uint8Array(2080);
  page.set(result);
  try {
    return decodeDsmValue(page, 'GPU0');
  } catch {
    return NOTHING;
  }
}

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const value = (type: number, size: number, data: Uint8Array = bytes(0)) => {
  const result = new Uint8Array(8 + data.length);
  new DataView(result.buffer).setUint32(0, type, true);
  new DataView(result.buffer).setUint32(4, size, true);
  result.set(data, 8);
  return result;
};
/** A package of one in as many packages, the innermost of which is empty. */
const packages = (depth: number): Uint8Array => (depth === 0 ? value(4, 0) : value(4, 1, packages(depth - 1)));

const RESULTS: readonly (readonly [what: string, result: Uint8Array, expected: AcpicaValue])[] = [
  ['an integer', value(1, 8, hex('8877665544332211')), 0x1122_3344_5566_7788n],
  ['an integer of a byte', value(1, 1, hex('ff 01')), 0xffn],
  ['an integer of five', value(1, 5, hex('0102030405 06')), 0x05_0403_0201n],
  ['an integer of none', value(1, 0, hex('01')), NOTHING],
  ['an integer of nine', value(1, 9, bytes(9)), NOTHING],
  ['a string', value(2, 5, hex('68656c6c6f 21')), 'hello'],
  ['a string that says its NUL', value(2, 6, hex('68656c6c6f00')), 'hello'],
  ['a string with a NUL inside', value(2, 5, hex('6865006c6f')), 'he'],
  ['an empty string', value(2, 0, hex('41')), ''],
  ['a buffer', value(3, 3, hex('010203 04')), hex('010203')],
  ['an empty buffer', value(3, 0, hex('01')), bytes(0)],
  ['the longest buffer', value(3, 2072, bytes(2072)), bytes(2072)],
  ['a buffer too long', value(3, 2073, bytes(2072)), NOTHING],
  ['a string of 4 GiB', value(2, 0xffff_ffff, hex('41')), NOTHING],
  ['an empty package', value(4, 0), []],
  [
    'elements without a gap',
    value(
      4,
      3,
      Uint8Array.from([
        ...value(2, 3, hex('616263')),
        ...value(3, 1, hex('07')),
        ...value(1, 8, hex('0900000000000000')),
      ]),
    ),
    ['abc', hex('07'), 9n],
  ],
  [
    'a package in a package',
    value(4, 2, Uint8Array.from([...value(4, 1, value(2, 1, hex('78'))), ...value(1, 1, hex('05'))])),
    [['x'], 5n],
  ],
  [
    'as many elements as there can be',
    value(4, 259, Uint8Array.from(new Array(259).fill([...value(4, 0)]).flat())),
    times(259, []),
  ],
  ['one element more', value(4, 260, Uint8Array.from(new Array(259).fill([...value(4, 0)]).flat())), NOTHING],
  ['4 Gi elements', value(4, 0xffff_ffff), NOTHING],
  ['packages eight deep', packages(7), [[[[[[[[]]]]]]]]],
  ['packages nine deep', packages(8), NOTHING],
  [
    'an element that ends past the result',
    value(4, 2, Uint8Array.from([...value(3, 2060, bytes(2060)), 1, 0, 0, 0])),
    NOTHING,
  ],
  ['an element of no type', value(4, 1), NOTHING],
  ['no result', value(0, 0), NOTHING],
  ['no result, of a size', value(0, 8, bytes(8)), NOTHING],
  ['a type that is none', value(5, 1, bytes(8)), NOTHING],
  ['all ones', new Uint8Array(2080).fill(0xff), NOTHING],
];

describe('what _DSM gives', () => {
  const all = once(() =>
    evaluateInAcpica(
      [dsdtWithHost(), hostTable(RESULTS.map(([, result]) => result))],
      RESULTS.map((_, index) => valueMethod(index)),
    ),
  );

  it.for(RESULTS.map((row, index) => [...row, index] as const))('%s', async ([, result, expected, index], context) => {
    needs(context, 'acpiexec');
    expect((await all())[index]).toEqual({ value: expected, complaints: [] });
    expect(decoded(result)).toEqual(expected);
  });

  it('is what the guest library makes of the same bytes, whatever they are', async (context) => {
    needs(context, 'acpiexec');
    const results = fc.sample(hostileResult, { numRuns: effort(40, 120), seed: 7 });
    const evaluations = await evaluateInAcpica(
      [dsdtWithHost(), hostTable(results)],
      results.map((_, index) => valueMethod(index)),
    );
    expect(evaluations).toEqual(results.map((result) => ({ value: decoded(result), complaints: [] })));
    const refused = results.filter((result) => decoded(result) === NOTHING).length;
    expect(refused).toBeGreaterThan(10);
    expect(refused).toBeLessThan(results.length - 10);
  });
});
