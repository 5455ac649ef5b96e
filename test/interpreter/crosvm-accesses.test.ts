import { expect, it } from 'vitest';
import { asl, encodeAml, makeTerm, type Term } from '../../src/aml/index.js';
import { fromHex } from '../../src/base/index.js';
import { AcpiNamespace, type AmlArgument, type RegionHandler, SimulatedMemory } from '../../src/interpreter/index.js';
import { readVectors } from '../support/shared-material.js';

type Access = readonly [kind: string, widthBytes: number, first: string, count: number];

interface Trace {
  readonly vcfg_base: string;
  readonly rows: readonly {
    readonly what: string;
    readonly command: string;
    readonly accesses_run_length: readonly Access[];
    readonly total: number;
  }[];
}

interface RegisterBlocks {
  readonly vectors: readonly { readonly bdf: string; readonly hex: string }[];
}

const local = (index: number) => makeTerm('Local', [index]);
const arg = (index: number) => makeTerm('Arg', [index as 0]);
const store = (value: Term, target: Term | string) =>
  makeTerm('Store', [value as never, (typeof target === 'string' ? asl.path(target) : target) as never]);
const isEqual = (value: Term, number: number) => makeTerm('LEqual', [value as never, asl.integer(number)]);

/** The data of a package or buffer as the mailbox has it: its type, its size and one element. facts/crosvm.md */
const fourth = (type: number, size: number, rest: Term) => [
  store(makeTerm('Buffer', [asl.integer(2048), Uint8Array.of(type, 0, 0, 0, size, 0, 0, 0)]), local(1)),
  rest,
  store(local(1), 'DSM3'),
];

/**
 * The methods of crosvm's tables, which the recording has not kept, as facts/crosvm.md tells of them: what they access
 * and in which order. The regions and fields before them are crosvm's own bytes.
 */
const METHODS: readonly Term[] = [
  asl.Method('_ON', {}, [store(asl.integer(1), 'PFPM')]),
  asl.Method('_OFF', {}, [store(asl.integer(0), 'PFPM')]),
  asl.Method('_E00', {}, [store(asl.path('NOTY'), local(0))]),
  asl.Method('_DSM', { args: 4 }, [
    store(arg(0), 'DSM0'),
    store(arg(1), 'DSM1'),
    store(arg(2), 'DSM2'),
    store(makeTerm('ObjectType', [arg(3)]), local(0)),
    makeTerm('If', [isEqual(local(0), 1), [asl.Return(asl.integer(0))]]),
    makeTerm('If', [isEqual(local(0), 3), fourth(3, 3, makeTerm('Noop', []))]),
    makeTerm('If', [isEqual(local(0), 4), fourth(4, 1, makeTerm('Noop', []))]),
    store(asl.integer(0), 'PDSM'),
    store(asl.path('RTTP'), local(2)),
    makeTerm('If', [isEqual(local(2), 3), [store(asl.path('RTDT'), local(3)), store(asl.path('RTSZ'), local(4))]]),
    makeTerm('If', [
      isEqual(local(2), 4),
      [store(asl.path('RTSZ'), local(4)), ...[1, 2, 3].map(() => store(asl.path('RTDT'), local(3)))],
    ]),
    asl.Return(local(3)),
  ]),
];

function tableFor(block: string, base: bigint): Uint8Array {
  const body = [encodeAml([asl.Name('VCFG', asl.integer(base))]), fromHex(block), encodeAml(METHODS)];
  const table = new Uint8Array(36 + body.reduce((sum, part) => sum + part.length, 0));
  table.set(new TextEncoder().encode('DSDT'));
  new DataView(table.buffer).setUint32(4, table.length, true);
  table[8] = 2;
  let at = 36;
  for (const part of body) {
    table.set(part, at);
    at += part.length;
  }
  return table;
}

/** Memory that notes accesses, consecutive ones together. */
function recorder(): { readonly handler: RegionHandler; readonly accesses: Access[] } {
  const memory = new SimulatedMemory();
  const accesses: Access[] = [];
  let next = 0n;
  const note = (kind: string, address: bigint, width: number) => {
    const last = accesses.at(-1);
    if (last?.[0] === kind && last[1] === width && address === next)
      accesses[accesses.length - 1] = [kind, width, last[2], last[3] + 1];
    else accesses.push([kind, width, `0x${address.toString(16)}`, 1]);
    next = address + BigInt(width);
  };
  return {
    accesses,
    handler: {
      read(address, width) {
        note('READ', address, width);
        return memory.read(address, width);
      },
      write(address, width, value) {
        note('WRITE', address, width);
        memory.write(address, width, value);
      },
    },
  };
}

const ARGUMENTS: Readonly<Record<string, AmlArgument>> = {
  '[1]': [1],
  '(01 02 03)': Uint8Array.of(1, 2, 3),
  '5': 5,
};

it('makes the accesses to crosvm\u2019s registers that ACPICA was recorded making', (context) => {
  const trace = readVectors<Trace>(context, 'aml_access_trace.json');
  const blocks = readVectors<RegisterBlocks>(context, 'device_vcfg_register.json').vectors;
  const seen = trace.rows.map(({ what, command, accesses_run_length: recorded }) => {
    const recordedBlock = blocks.find(({ bdf }) => bdf === '00:01.0');
    if (recordedBlock === undefined) throw new Error('device_vcfg_register.json has no 00:01.0');
    // 03:1f.7 is not among the recorded blocks: the same with its two offsets.
    const hex = what.includes('03:1f.7')
      ? recordedBlock.hex.replace('0c00000100', '0c00e07f00').replace('0c00100100', '0c00f07f00')
      : recordedBlock.hex;
    const { handler, accesses } = recorder();
    const acpi = AcpiNamespace.load([tableFor(hex, BigInt(trace.vcfg_base))], {
      regions: { SystemMemory: handler },
    });
    const [, method = '', rest = ''] = /(_\w+)(?: \(.*?\) 1 2 (.*))?$/.exec(command) ?? [];
    const args: AmlArgument[] =
      method === '_DSM'
        ? [Uint8Array.from({ length: 16 }, (_, index) => index), 1, 2, ARGUMENTS[rest] as AmlArgument]
        : [];
    acpi.evaluate(`\\${method}`, ...args);
    expect(accesses, what).toEqual(recorded);
    return accesses.reduce((sum, [, , , count]) => sum + count, 0);
  });
  expect(seen).toEqual(trace.rows.map(({ total }) => total));
});
