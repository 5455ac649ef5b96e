import { describe, expect, it } from 'vitest';
import { asl, encodeAml, type FieldElement, makeTerm, type Term } from '../../src/aml/index.js';
import {
  AcpiNamespace,
  EvaluationError,
  type NamespaceOptions,
  type RegionHandler,
  type RegionInfo,
  type RegionTransfer,
} from '../../src/interpreter/index.js';

function table(signature: string, terms: readonly Term[], oemTableId = ''): Uint8Array {
  const body = encodeAml(terms);
  const bytes = new Uint8Array(36 + body.length);
  bytes.set(new TextEncoder().encode(signature));
  new DataView(bytes.buffer).setUint32(4, bytes.length, true);
  bytes[8] = 2;
  bytes.set(new TextEncoder().encode(oemTableId), 16);
  bytes.set(body, 36);
  return bytes;
}

const load = (terms: readonly Term[], options: NamespaceOptions = {}) =>
  AcpiNamespace.load([table('DSDT', terms)], options);

function codeOf(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (thrown) {
    if (thrown instanceof EvaluationError) return thrown.code;
    throw thrown;
  }
}

const local = (index: number) => makeTerm('Local', [index]);
const store = (value: Term, target: Term) => makeTerm('Store', [value as never, target as never]);
const method = (name: string, body: readonly Term[], args = 0) => asl.Method(name, { args }, body);
const named = (name: string, bits: number): FieldElement => ({ kind: 'NamedField', name, bits, lengthWidth: 1 });
const access = (attribute: number): FieldElement => ({ kind: 'AccessField', access: 5, attribute });
const connect = (byte: number): FieldElement => ({
  kind: 'ConnectField',
  connection: makeTerm('Buffer', [asl.integer(1), Uint8Array.of(byte)]),
});
const field = (region: string, elements: readonly FieldElement[], lock = false) =>
  asl.Field(region, { access: 'BufferAcc', lock }, elements);

describe('a bus with messages', () => {
  function bus() {
    const transfers: (Omit<RegionTransfer, 'buffer'> & { readonly sent: string })[] = [];
    const handler: RegionHandler = {
      read: () => 0,
      write: () => {},
      transfer({ buffer, ...rest }) {
        transfers.push({ ...rest, sent: Buffer.from(buffer.subarray(0, 4)).toString('hex') });
        buffer.set([0, 2, 0xaa, 0xbb].slice(0, buffer.length));
      },
    };
    return { transfers, handler };
  }

  it.each([
    // ACPI 6.5 §5.5.2.4.6: status, length and as much data as the attribute says.
    ['GenericSerialBus', 0x04, 3],
    ['GenericSerialBus', 0x08, 4],
    ['GenericSerialBus', 0x0a, 257],
    ['SMBus', 0x06, 34],
    ['IPMI', 0, 66],
    ['PlatformRtMechanism', 0, 26],
  ] as const)('%s with attribute %d transfers %d bytes both ways', (space, attribute, length) => {
    const { transfers, handler } = bus();
    const acpi = load(
      [
        asl.OperationRegion(
          'BUS0',
          space === 'PlatformRtMechanism' ? 0x0b : space,
          asl.integer(0x10),
          asl.integer(0x100),
        ),
        field('BUS0', [
          connect(0x5a),
          access(attribute),
          { kind: 'ReservedField', bits: 16, lengthWidth: 1 },
          named('FLD0', 8),
        ]),
        method('WRIT', [
          store(makeTerm('Buffer', [asl.integer(4), Uint8Array.of(9, 8, 7, 6)]), asl.path('FLD0')),
          asl.Return(store(makeTerm('Buffer', [asl.integer(3), Uint8Array.of(1, 2, 3)]), asl.path('FLD0'))),
        ]),
        method('WINT', [store(asl.integer(1), asl.path('FLD0'))]),
      ],
      { regions: { [space]: handler } },
    );
    const read = acpi.evaluate('\\FLD0') as Uint8Array;
    expect(read).toHaveLength(length);
    const answer = [0, 2, 0xaa, 0xbb].slice(0, length);
    expect([...read.subarray(0, 4)]).toEqual(answer);
    // What a store to it is worth is what the bus answered.
    expect([...(acpi.evaluate('\\WRIT') as Uint8Array)].slice(0, 4)).toEqual(answer);
    expect(codeOf(() => acpi.evaluate('\\WINT'))).toBe('AE_AML_OPERAND_TYPE');
    const common = { address: 0x12n, attribute, lengthBytes: length - 2, connection: Uint8Array.of(0x5a) };
    expect(transfers).toMatchObject([
      { kind: 'read', ...common, sent: '00000000'.slice(0, 2 * Math.min(4, length)) },
      { kind: 'write', ...common, sent: '09080706'.slice(0, 2 * Math.min(4, length)) },
      { kind: 'write', ...common, sent: '01020300'.slice(0, 2 * Math.min(4, length)) },
    ]);
  });

  it('cannot read what only writes and reads at once, or with an attribute that is not defined', () => {
    const terms = [
      asl.OperationRegion('BUS0', 'GenericSerialBus', asl.integer(0), asl.integer(0x100)),
      field('BUS0', [access(0x0f), named('RAWP', 8), access(0x03), named('ODD0', 8)]),
    ];
    const acpi = load(terms, { regions: { GenericSerialBus: bus().handler } });
    expect(codeOf(() => acpi.evaluate('\\RAWP'))).toBe('AE_AML_INVALID_SPACE_ID');
    expect(codeOf(() => acpi.evaluate('\\ODD0'))).toBe('AE_AML_INVALID_SPACE_ID');
    const plain = load(terms, { regions: { GenericSerialBus: { read: () => 0, write: () => {} } } });
    expect(codeOf(() => plain.evaluate('\\ODD0'))).toBe('AE_AML_INVALID_SPACE_ID');
  });
});

it('numbers the pins of a GPIO region from each Connection on', () => {
  const accesses: unknown[] = [];
  const handler: RegionHandler = {
    read(address, widthBytes, { connection }) {
      accesses.push(['read', address, widthBytes, (connection as Uint8Array)[0]]);
      return 0xff;
    },
    write(address, widthBytes, value, { connection }) {
      accesses.push(['write', address, widthBytes, value, (connection as Uint8Array)[0]]);
    },
  };
  const acpi = load(
    [
      asl.OperationRegion('GPIO', 'GeneralPurposeIO', asl.integer(0), asl.integer(4)),
      asl.Field('GPIO', { access: 'ByteAcc' }, [
        connect(1),
        named('PIN0', 1),
        named('PIN1', 2),
        connect(2),
        { kind: 'ReservedField', bits: 3, lengthWidth: 1 },
        named('PIN2', 1),
      ]),
      method('SETP', [store(makeTerm('Ones', []), asl.path('PIN1'))]),
      method('SETB', [store(makeTerm('Buffer', [asl.integer(1), Uint8Array.of(1)]), asl.path('PIN1'))]),
    ],
    { regions: { GeneralPurposeIO: handler } },
  );
  expect(['\\PIN0', '\\PIN1', '\\PIN2'].map((path) => acpi.integer(path))).toEqual([1n, 3n, 1n]);
  acpi.evaluate('\\SETP');
  expect(codeOf(() => acpi.evaluate('\\SETB'))).toBe('AE_AML_OPERAND_TYPE');
  expect(accesses).toEqual([
    ['read', 0n, 1, 1],
    ['read', 1n, 1, 1],
    ['read', 0n, 1, 2],
    ['write', 1n, 1, 3, 1],
  ]);
});

it('keeps a PCC region until its command is written', () => {
  const sent: string[] = [];
  const acpi = load(
    [
      asl.OperationRegion('PCC0', 'PCC', asl.integer(1), asl.integer(0x14)),
      asl.Field('PCC0', { access: 'ByteAcc' }, [
        named('SIGN', 32),
        named('CMD0', 16),
        named('STAT', 16),
        named('DATA', 96),
      ]),
      method('SEND', [
        store(asl.integer(0x1122), asl.path('DATA')),
        store(asl.integer(7), asl.path('CMD0')),
        asl.Return(asl.path('STAT')),
      ]),
    ],
    {
      regions: {
        PCC: {
          read: () => 0,
          write: () => {},
          transfer({ kind, buffer }) {
            sent.push(`${kind} ${Buffer.from(buffer).toString('hex')}`);
            buffer[6] = 1;
          },
        },
      },
    },
  );
  expect(acpi.evaluate('\\SEND')).toBe(1n);
  expect(sent).toEqual(['write 0000000007000000221100000000000000000000']);
});

it('holds the global lock around the accesses of a field with Lock, and tells the host of the first and the last', () => {
  const events: string[] = [];
  const memory: RegionHandler = {
    read: () => {
      events.push('read');
      return 0;
    },
    write: () => {
      events.push('write');
    },
  };
  const acpi = load(
    [
      asl.OperationRegion('MEM0', 'SystemMemory', asl.integer(0), asl.integer(8)),
      asl.Field('MEM0', { access: 'ByteAcc', lock: true }, [named('LOCK', 4)]),
      asl.Field('MEM0', { access: 'ByteAcc' }, [named('FREE', 4)]),
      method('SETL', [store(asl.integer(1), asl.path('LOCK'))]),
      method('HELD', [
        makeTerm('Acquire', [asl.path('\\_GL'), 0xffff]),
        store(asl.path('LOCK'), local(0)),
        makeTerm('Release', [asl.path('\\_GL')]),
      ]),
      method('KEPT', [makeTerm('Acquire', [asl.path('\\_GL'), 0xffff])]),
    ],
    { regions: { SystemMemory: memory }, host: { globalLock: (isTaken) => events.push(isTaken ? 'lock' : 'unlock') } },
  );
  const eventsOf = (path: string) => {
    events.length = 0;
    acpi.evaluate(path);
    return [...events];
  };
  expect(eventsOf('\\LOCK')).toEqual(['lock', 'read', 'unlock']);
  expect(eventsOf('\\FREE')).toEqual(['read']);
  expect(eventsOf('\\SETL')).toEqual(['lock', 'read', 'write', 'unlock']);
  expect(eventsOf('\\HELD')).toEqual(['lock', 'read', 'unlock']);
  // What a method does not give back, the end of the evaluation does.
  expect(eventsOf('\\KEPT')).toEqual(['lock', 'unlock']);
});

describe('PCI_Config', () => {
  const config = (address: number, more: readonly Term[]) => [
    asl.Name('_ADR', asl.integer(address)),
    asl.OperationRegion('CFG0', 'PCI_Config', asl.integer(0x40), asl.integer(4)),
    asl.Field('CFG0', { access: 'ByteAcc' }, [named('REG0', 8)]),
    ...more,
  ];

  it('is the function of _ADR, through the bridges between, of the host bridge\u2019s _BBN and _SEG', () => {
    const seen: [bigint, RegionInfo['pci']][] = [];
    const headers: Record<string, number> = { '0:14': 0x01, '0:25': 5, '5:14': 0x81, '5:25': 9 };
    const handler: RegionHandler = {
      read(address, _, { pci }) {
        const register = headers[`${pci?.bus}:${address}`];
        if (register !== undefined && pci?.device !== 2) return register;
        seen.push([address, pci]);
        return 0;
      },
      write: () => {},
    };
    const acpi = load(
      [
        makeTerm('Device', [
          'HOST',
          [
            asl.Name('_HID', asl.integer(0x080a_d041)),
            asl.Name('_SEG', asl.integer(3)),
            asl.Name('_BBN', asl.integer(0)),
            makeTerm('Device', [
              'RP00',
              config(0x0001_0000, [
                makeTerm('Device', ['SWUP', config(0, [makeTerm('Device', ['DEV0', config(0x0002_0003, [])])])]),
              ]),
            ]),
          ],
        ]),
      ],
      { regions: { PCI_Config: handler } },
    );
    acpi.evaluate('\\HOST.RP00.SWUP.DEV0.REG0');
    acpi.evaluate('\\HOST.RP00.SWUP.REG0');
    acpi.evaluate('\\HOST.RP00.REG0');
    expect(seen).toEqual([
      [0x40n, { segment: 3, bus: 9, device: 2, function: 3 }],
      [0x40n, { segment: 3, bus: 5, device: 0, function: 0 }],
      [0x40n, { segment: 3, bus: 0, device: 1, function: 0 }],
    ]);
  });
});

describe('_REG', () => {
  it('is told of each region whose space has a handler, by the number of the space, before _INI of devices', () => {
    const log: Term[] = [asl.Name('LOG_', asl.String(''))];
    const note = (text: string) => makeTerm('Concatenate', [asl.path('\\LOG_'), asl.String(text), asl.path('\\LOG_')]);
    const reg = (name: string) =>
      method(
        '_REG',
        [
          note(name),
          makeTerm('Concatenate', [
            asl.path('\\LOG_'),
            makeTerm('ToDecimalString', [makeTerm('Arg', [0]), makeTerm('Null', [])]),
            asl.path('\\LOG_'),
          ]),
        ],
        2,
      );
    const region = (name: string, space: 'SystemIO' | 'SystemMemory' | 'EmbeddedControl' | 'SystemCMOS') =>
      asl.OperationRegion(name, space, asl.integer(0), asl.integer(4));
    const simple = { read: () => 0, write: () => {} };
    const acpi = load(
      [
        ...log,
        makeTerm('Scope', [
          '\\_SB_',
          [
            method('_INI', [note(' sb')]),
            makeTerm('Device', [
              'AAAA',
              [
                reg(' A'),
                region('REC0', 'EmbeddedControl'),
                region('RIO0', 'SystemIO'),
                region('RIO1', 'SystemIO'),
                method('_INI', [note(' ini')]),
              ],
            ]),
            makeTerm('Device', ['BBBB', [reg(' B'), region('RMEM', 'SystemMemory'), region('RCMO', 'SystemCMOS')]]),
          ],
        ]),
      ],
      { regions: { SystemIO: simple, SystemMemory: simple, EmbeddedControl: simple } },
    );
    acpi.initialize();
    expect(acpi.evaluate('\\LOG_')).toBe(' sb B0 A1 A1 A3 ini');
  });
});

describe('Load and LoadTable', () => {
  const ssdt = table(
    'SSDT',
    [asl.Name('NEW0', asl.integer(0x42)), method('MNEW', [asl.Return(asl.path('NEW0'))])],
    'LATER',
  );
  ssdt[9] = -ssdt.reduce((sum, byte) => sum + byte, 0);
  const buffer = (bytes: Uint8Array) => makeTerm('Buffer', [asl.integer(bytes.length), bytes]);
  const unload = makeTerm('Unload', [asl.path('HNDL')]);

  it('load a table from a Buffer, once, and Unload takes it away', () => {
    const acpi = load([
      asl.Name('TBUF', buffer(ssdt)),
      asl.Name('HNDL', asl.integer(0)),
      method('LOAD', [asl.Return(makeTerm('Load', ['TBUF', asl.path('HNDL')] as never))]),
      method('UNLD', [unload]),
    ]);
    expect(codeOf(() => acpi.evaluate('\\LOAD'))).toBeUndefined();
    expect(acpi.integer('\\MNEW')).toBe(0x42n);
    expect(codeOf(() => acpi.evaluate('\\LOAD'))).toBe('AE_ALREADY_EXISTS');
    acpi.evaluate('\\UNLD');
    expect(acpi.exists('\\NEW0')).toBe(false);
    expect(acpi.tables.map(({ isLoaded }) => isLoaded)).toEqual([true, false]);
    expect(codeOf(() => acpi.evaluate('\\LOAD'))).toBeUndefined();
    expect(acpi.integer('\\NEW0')).toBe(0x42n);
  });

  it('load a table from a region and from a field, and refuse one that is cut off', () => {
    const memory: RegionHandler = { read: (address) => ssdt[Number(address)] ?? 0, write: () => {} };
    const terms = (length: number) => [
      asl.OperationRegion('MEM0', 'SystemMemory', asl.integer(0), asl.integer(length)),
      asl.Field('MEM0', { access: 'ByteAcc' }, [named('FLD0', 8 * Math.min(length, ssdt.length))]),
      asl.Name('HNDL', asl.integer(0)),
      method('LREG', [makeTerm('Load', ['MEM0', asl.path('HNDL')] as never)]),
      method('LFLD', [makeTerm('Load', ['FLD0', asl.path('HNDL')] as never)]),
    ];
    for (const path of ['\\LREG', '\\LFLD']) {
      const acpi = load(terms(ssdt.length), { regions: { SystemMemory: memory } });
      acpi.evaluate(path);
      expect(acpi.integer('\\MNEW'), path).toBe(0x42n);
      const cut = load(terms(40), { regions: { SystemMemory: memory } });
      expect(
        codeOf(() => cut.evaluate(path)),
        path,
      ).toBe(path === '\\LREG' ? 'AE_BAD_HEADER' : 'AE_AML_BUFFER_LIMIT');
      const short = load(terms(20), { regions: { SystemMemory: memory } });
      expect(
        codeOf(() => short.evaluate(path)),
        path,
      ).toBe('AE_INVALID_TABLE_LENGTH');
    }
  });

  it('LoadTable finds a table by its names, loads it in a scope and stores its parameter', () => {
    const text = asl.String;
    const later = (signature: string, oemTableId: string, scope: string, path: string) =>
      makeTerm('LoadTable', [text(signature), text(''), text(oemTableId), text(scope), text(path), asl.integer(9)]);
    const acpi = load(
      [
        makeTerm('Device', ['DEV0', []]),
        asl.Name('PARM', asl.integer(0)),
        method('GOOD', [
          store(later('SSDT', 'LATER', '\\DEV0', '\\PARM'), local(0)),
          asl.Return(makeTerm('ObjectType', [local(0)])),
        ]),
        method('NONE', [asl.Return(later('SSDT', 'OTHER', '', ''))]),
        method('ODD0', [asl.Return(later('odd', '', '', ''))]),
        method('LONG', [asl.Return(later('SSDT', 'TOOLONGNAME', '', ''))]),
      ],
      { otherTables: [ssdt] },
    );
    expect(acpi.integer('\\NONE')).toBe(0n);
    expect(codeOf(() => acpi.evaluate('\\ODD0'))).toBe('AE_BAD_SIGNATURE');
    expect(codeOf(() => acpi.evaluate('\\LONG'))).toBe('AE_AML_STRING_LIMIT');
    expect(acpi.integer('\\GOOD')).toBe(15n);
    expect([acpi.integer('\\PARM'), acpi.integer('\\DEV0.MNEW'), acpi.exists('\\MNEW')]).toEqual([9n, 0x42n, false]);
  });

  it('DataTableRegion is the bytes of a table, and what is written stays in a copy', () => {
    const text = asl.String;
    const region = (name: string, oemTableId: string) =>
      makeTerm('DataTableRegion', [name, text('SSDT'), text(''), text(oemTableId)]);
    const acpi = load(
      [
        region('DTR0', 'LATER'),
        asl.Field('DTR0', { access: 'DWordAcc' }, [named('SIGN', 32), named('SIZE', 32)]),
        method('WRIT', [store(asl.integer(0), asl.path('SIZE'))]),
        method('NONE', [region('DTR1', 'OTHER')]),
      ],
      { otherTables: [ssdt] },
    );
    expect([acpi.integer('\\SIGN'), acpi.integer('\\SIZE')]).toEqual([0x5444_5353n, BigInt(ssdt.length)]);
    const before = ssdt.slice();
    acpi.evaluate('\\WRIT');
    expect(acpi.integer('\\SIZE')).toBe(0n);
    expect(ssdt).toEqual(before);
    expect(codeOf(() => acpi.evaluate('\\NONE'))).toBe('AE_NOT_FOUND');
  });
});
