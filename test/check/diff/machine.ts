import { asl, buffer, encodeAml, fieldUnits, type Term } from '../../../src/aml/index.js';
import type { CheckInput } from '../../../src/check/index.js';
import { encodeTable, type TableIdentity } from '../../../src/tables/index.js';

export const IDENTITY: TableIdentity = {
  signature: 'DSDT',
  revision: 2,
  oemId: 'OEM',
  oemTableId: 'BOARD',
  oemRevision: 1,
  creatorId: 'TEST',
  creatorRevision: 1,
};

/** A table of terms, as a file. */
export function tableOf(terms: readonly Term[], identity: Partial<TableIdentity> = {}, file = 'dsdt.aml'): CheckInput {
  return { file, bytes: encodeTable({ ...IDENTITY, ...identity }, encodeAml(terms)) };
}

/** What can be different about the machine below. */
export interface MachineParts {
  readonly base: bigint;
  readonly offset: number;
  readonly length: number;
  readonly gap: number;
  readonly width: number;
  readonly access: 'DWordAcc' | 'ByteAcc';
  readonly lock: boolean;
  readonly uid: Term;
  readonly package: readonly Parameters<typeof asl.Package>[0][number][];
  readonly bytes: readonly number[];
  readonly args: number;
  readonly serialized: boolean;
  readonly body: readonly Term[];
  readonly predicate: Term;
  readonly conditional: number;
  readonly atLoad: readonly Term[];
  readonly more: readonly Term[];
  readonly level: number;
  readonly target: string;
}

export const PARTS: MachineParts = {
  base: 0x1_0000_0000n,
  offset: 0x4_0000,
  length: 0x1000,
  gap: 0,
  width: 32,
  access: 'DWordAcc',
  lock: false,
  uid: asl.integer(1),
  package: [1, asl.String('two'), asl.Package([3, 4])],
  bytes: [1, 2, 3, 4],
  args: 1,
  serialized: true,
  body: [
    asl.Store(asl.Arg(0), asl.Local(0)),
    asl.If(asl.LEqual(asl.Local(0), 1), [asl.Store(asl.Local(0), 'STAT'), asl.Return(0)]),
    asl.Return(asl.path('STAT')),
  ],
  predicate: asl.LEqual(asl.path('VCFG'), 0),
  conditional: 5,
  atLoad: [asl.Store(1, '\\FLAG')],
  more: [],
  level: 2,
  target: '\\_SB.SENS',
};

/** The terms of a small machine: a value, a device with region, fields and method, and what an If makes. */
export function machineTerms(parts: Partial<MachineParts> = {}): Term[] {
  const p = { ...PARTS, ...parts };
  return [
    asl.Name('VCFG', p.base),
    asl.Name('FLAG', 0),
    asl.Mutex('MUTX', p.level),
    asl.Device('\\_SB.SENS', [
      asl.Name('_UID', p.uid as never),
      asl.Name('PACK', asl.Package([...p.package])),
      asl.Name('BUFF', buffer(Uint8Array.from(p.bytes))),
      asl.OperationRegion('VREG', 'SystemMemory', asl.Add(asl.path('VCFG'), p.offset), p.length),
      asl.Field(
        'VREG',
        { access: p.access, lock: p.lock },
        fieldUnits([
          { name: 'CTRL', lowBit: 0, bits: 32 },
          { name: 'STAT', lowBit: 32 + p.gap, bits: p.width },
        ]),
      ),
      asl.Method('READ', { args: p.args, serialized: p.serialized }, p.body),
      ...p.more,
    ]),
    asl.Alias(p.target, '\\SENA'),
    asl.If(p.predicate as never, [asl.Name('COND', p.conditional)]),
    ...p.atLoad,
  ];
}

export const machine = (parts: Partial<MachineParts> = {}): CheckInput[] => [tableOf(machineTerms(parts))];

/** The details of a change, a line each. */
export const said = (details: readonly { aspect: string; before: string | undefined; after: string | undefined }[]) =>
  details.map(({ aspect, before, after }) => `${aspect}: ${before ?? '-'} → ${after ?? '-'}`);
