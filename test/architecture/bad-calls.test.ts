import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as aml from '../../src/aml/index.js';
import * as asl from '../../src/asl/index.js';
import { DiagnosticError } from '../../src/base/index.js';
import * as imports from '../../src/platform/imports/index.js';
import * as platform from '../../src/platform/index.js';
import * as tables from '../../src/tables/index.js';
import { projectFolder } from '../support/shared-material.js';

const fixture = (path: string) => new Uint8Array(readFileSync(join(projectFolder, 'fixtures', path)));
const q35 = (name: string) => tables.requireTable(fixture(`tables/q35/${name}.aml`));

const bytes = fixture('tables/q35/dsdt.aml');
const decoded = aml.decodeAml(bytes, { offset: 36 });
const { terms } = decoded;
const [first] = terms as [aml.Term];
const device = aml.asl.Device('DEV0', []);
const field = aml.asl.Field('REG0', { access: 'AnyAcc' }, []);
const identity = {
  signature: 'SSDT',
  revision: 2,
  oemId: 'A',
  oemTableId: 'B',
  oemRevision: 1,
  creatorId: 'C',
  creatorRevision: 1,
};
const address = { bus: 0, device: 0, function: 0 };
const machine = platform.platformFromObject({});

/** Arguments with which each public function works. A new function fails the test until it has a row. */
const CALLS: Readonly<Record<string, readonly [room: object, calls: Readonly<Record<string, readonly unknown[]>>]>> = {
  aml: [
    aml,
    {
      appendTo: [terms, '\\', []],
      bodyOf: [first],
      buffer: [bytes, 1],
      checkResources: [[]],
      childTerms: [first],
      createNamespace: [],
      declarations: [terms],
      decodeAml: [bytes, { offset: 36 }],
      decodeResources: [Uint8Array.of(0x79, 0)],
      decodeTogether: [[{ bytes, offset: 36 }], {}],
      displayName: ['ABCD'],
      eisaId: ['PNP0A08'],
      eisaIdText: [0x80a_d041],
      encodeAml: [terms, {}],
      encodeResources: [[]],
      evaluateConstant: [aml.asl.Add(1, 2), {}],
      fieldFlags: [{ access: 'AnyAcc' }],
      fieldUnits: [[{ name: 'UNIT', lowBit: 0, bits: 1 }]],
      findDeclaration: [terms, '\\_SB'],
      findNode: [decoded.namespace, '_SB_'],
      fixedInteger: [1n, 4],
      insertAfter: [terms, first, []],
      insertBefore: [terms, first, []],
      integer: [1],
      integerValue: [first],
      isNameSeg: ['ABCD'],
      joinPath: ['\\', 'ABCD'],
      lookUp: [new Map(), '\\', 'ABCD'],
      makeTerm: ['Noop', []],
      normalizeName: ['ABCD'],
      padNameSeg: ['ABCD'],
      path: ['ABCD'],
      placedUnits: [field],
      removeAt: [terms, first],
      replaceTerms: [terms, new Map()],
      resourceTemplate: [[]],
      uuid: ['33db4d5b-1ff7-401c-9657-7441c03dd766'],
      withBody: [device, []],
    },
  ],
  'aml.asl': [
    aml.asl,
    Object.fromEntries(
      Object.keys(aml.asl).map((name) => [name, name === 'Method' ? ['NAME', {}, []] : ['NAME', 1, 1, 1, 1, 1, 1]]),
    ),
  ],
  'aml.resource': [aml.resource, Object.fromEntries(Object.keys(aml.resource).map((name) => [name, [{}]]))],
  asl: [asl, { printAsl: [terms, {}] }],
  tables: [
    tables,
    {
      beginsWithSdtHeader: [bytes],
      beginsWithSignature: [bytes],
      decodeDataTable: [q35('facp')],
      decodeFacs: [bytes],
      decodeFadt: [q35('facp')],
      decodeMadt: [q35('apic')],
      decodeMcfg: [q35('mcfg')],
      decodeRsdp: [bytes],
      decodeRsdt: [q35('mcfg')],
      decodeSdtHeader: [bytes],
      decodeTableText: ['text'],
      decodeText: [bytes],
      decodeXsdt: [q35('mcfg')],
      encodeFacs: [],
      encodeFadt: [identity, {}],
      encodeMadt: [identity, { localApicAddress: 0, flags: 0, structures: [] }],
      encodeMcfg: [identity, []],
      encodeRsdp: [{ oemId: 'A', xsdt: 0n }],
      encodeTable: [identity, bytes],
      encodeXsdt: [identity, [1n]],
      facsOffset: ['flags'],
      fadtOffset: ['flags'],
      hasSdtHeader: [{ signature: 'DSDT' }],
      holdsAml: [{ signature: 'DSDT' }],
      isAcpidump: ['text'],
      leastStructureBytes: [0],
      madtFieldOffset: ['localApic', 'flags'],
      madtOffset: ['flags'],
      madtStructures: [q35('apic')],
      mcfgOffset: [0, 'base'],
      pointFadt: [q35('facp'), { facs: 1n, dsdt: 1n }],
      readAcpidump: ['text'],
      readTable: [bytes],
      recogniseForeignFile: [bytes],
      tablesInFile: [{ file: 'a.aml', bytes }],
      replaceTableBody: [q35('mcfg'), bytes],
      requireTable: [bytes],
      rootEntryOffset: ['XSDT', 0],
      rsdpOffset: ['xsdt'],
      withOemRevision: [q35('mcfg'), 1],
      xsdtBytes: [1],
    },
  ],
  platform: [
    platform,
    {
      acpiPathOf: [machine, address],
      acpiPaths: [machine],
      adrOf: [address],
      automaticBase: [machine.memory],
      checkPlatform: [{}],
      checkRegisterBits: [13],
      decodeConfigAddress: [0, 13],
      encodeConfigAddress: [address, 0, 13],
      encodeConfigAddressWrapping: [address, 0, 13],
      layOutMemory: [1n << 30n],
      packPciAddress: [address],
      packedBdf: [0, 13],
      platformFromObject: [{}],
      platformJsonSchema: [],
      powerPorts: [machine],
      readPlatform: ['{}', {}],
      registerIndex: [0, 13],
      requirePlatform: ['{}', {}],
      unpackPciAddress: [0],
    },
  ],
  imports: [
    imports,
    {
      exportRegisters: [machine, 'svd'],
      importRegisters: ['addrmap m {};', {}],
    },
  ],
};

/** Values of a wrong type or range for one argument or another. */
const WRONG: readonly unknown[] = [
  ...[undefined, null, true, 0, -1, 1.5, Number.NaN, 2 ** 40, 7n, -1n, 1n << 70n, '', 'text', Symbol('symbol')],
  ...[{}, [], [undefined], [null], ['text'], [{}], () => 1, new Map(), new ArrayBuffer(4)],
  ...[{ op: 'Nope' }, { op: 'Name' }, { op: 'Device', operands: null }, { op: 'Path', operands: [] }],
  ...[{ kind: 'IO' }, [{ kind: 'IO' }], [{ kind: 5 }], [{ op: 'Name' }], { bytes: 1 }, { header: null }],
];

/** What V8's own errors say where nothing checks an argument. */
const ENGINE =
  /Cannot (?:read|mix|convert|destructure|set|use)|is not (?:a function|iterable|a constructor|defined)|undefined \(|Invalid (?:array|typed|string)|Maximum call|serialize a BigInt/;

function isOurs(error: unknown): boolean {
  if (error instanceof DiagnosticError) return true;
  return (error instanceof TypeError || error instanceof RangeError) && !ENGINE.test(error.message);
}

const ROWS = Object.entries(CALLS).flatMap(([room, [from, calls]]) =>
  Object.entries(from).flatMap(([name, value]) =>
    typeof value === 'function' && !String(value).startsWith('class ')
      ? [[`${room}.${name}`, value, calls[name]] as const]
      : [],
  ),
);

describe('no public function answers a bad call in words of the engine', () => {
  it.each(ROWS)('%s', (_, call, good) => {
    expect(good).toBeDefined();
    const answers = (good as readonly unknown[]).flatMap((__, index) =>
      WRONG.flatMap((wrong) => {
        try {
          const result: unknown = call(...(good as readonly unknown[]).with(index, wrong));
          // A generator only checks its arguments when it is iterated.
          if (typeof (result as Iterator<unknown> | undefined)?.next === 'function') [...(result as Iterable<unknown>)];
          return [];
        } catch (error) {
          return isOurs(error) ? [] : [`argument ${index}, ${String(wrong)}: ${String(error)}`];
        }
      }),
    );
    expect(answers).toEqual([]);
  });
});
