import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  asl,
  buffer,
  decodeAml,
  encodeAml,
  encodeResources,
  makeTerm,
  type ResourceDescriptor,
  resource,
  type Term,
} from '../../../src/aml/index.js';
import { type PrintedAsl, printAsl } from '../../../src/asl/print/print-asl.js';
import { toHex } from '../../../src/base/index.js';
import { inScratchFolder, needs } from '../../support/oracles.js';
import { projectFolder } from '../../support/shared-material.js';
import { compileAsl, HEADER_BYTES } from './compile.js';

const fixture = (name: string) => new Uint8Array(readFileSync(join(projectFolder, 'fixtures/aml', name)));

/** `Name (_CRS, …)` of descriptors, with an EndTag and what follows it. */
function templateOf(descriptors: readonly ResourceDescriptor[], checksum = 0): Uint8Array {
  const bytes = Uint8Array.of(...encodeResources(descriptors), 0x79, checksum);
  return encodeAml([asl.Name('_CRS', buffer(bytes))]);
}

/** A Field of a GenericSerialBus region with a connection of these bytes. */
function connectionOf(bytes: Uint8Array): Uint8Array {
  const field = asl.Field('REG', { access: 'BufferAcc' }, [
    { kind: 'ConnectField', connection: buffer(bytes) },
    { kind: 'NamedField', name: 'FLD0', bits: 8, lengthWidth: 0 },
  ]);
  return encodeAml([asl.OperationRegion('REG', 'GenericSerialBus', 0, 0x100), field]);
}

const i2c = (legacyVirtualRegister = 0) =>
  encodeResources([
    resource.i2cSerialBusV2({ address: 0x10, speed: 100_000, resourceSource: 'A', legacyVirtualRegister }),
  ]);
const spi = resource.spiSerialBusV2({
  deviceSelection: 1,
  dataBitLength: 8,
  speed: 1_000_000,
  resourceSource: 'A',
  clockPhase: 'ClockPhaseFirst',
  clockPolarity: 'ClockPolarityLow',
});
const io = resource.io({ min: 0x60, max: 0x60, alignment: 0, length: 1 });

interface Row {
  readonly bytes: Uint8Array;
  /** What the text has to hold. */
  readonly text: string;
  readonly codes: readonly string[];
}

const body = (name: string): Uint8Array => fixture(name).subarray(HEADER_BYTES);

/** Each compiles to the same bytes. */
const ROWS: Readonly<Record<string, Row>> = {
  'a connection without an EndTag': {
    bytes: body('conn.aml'),
    text: 'Connection (I2CSerialBusV2 (0x02, ControllerInitiated, 0x00, AddressingMode7Bit, "\\\\_SB.ABD", 0x00, ResourceConsumer, , Exclusive)),',
    codes: [],
  },
  'a connection of another bus': {
    bytes: connectionOf(encodeResources([spi])),
    text: 'Connection (SPISerialBusV2 (',
    codes: [],
  },
  'a template that iasl does not know': {
    bytes: body('c19-clockinput.aml'),
    text: '// ResourceTemplate: iasl 20200925 does not know ClockInput (0x18, 0x01, KHz, Variable, "\\\\_SB.CLK0", 0x00)',
    codes: ['AML_TEMPLATE_AS_BYTES'],
  },
  'a PCC subspace': {
    bytes: body('c20-dwordpcc.aml'),
    text: 'DWordSpace (0x0A, ResourceProducer, PosDecode, MinFixed, MaxFixed, 0x00, 0x00, 0x03, 0x03, 0x00, 0x01)',
    codes: [],
  },
  'a space of a reserved type': {
    bytes: templateOf([resource.dwordSpace({ type: 0xbf, min: 3, max: 3 })]),
    text: 'DWordSpace (0xBF, ',
    codes: [],
  },
  'a pin configuration of a reserved type': {
    bytes: templateOf([resource.pinConfig({ type: 0x20, value: 3, resourceSource: 'A', pins: [0] })]),
    text: 'PinConfig (Exclusive, 0x20, 0x03, "A", 0x00, ResourceConsumer) {0x00}',
    codes: [],
  },
  'an I2C connection with a legacy virtual register': {
    bytes: body('c21-i2clvr.aml'),
    text: '// ResourceTemplate: ASL cannot express legacyVirtualRegister 0x12 in I2CSerialBusV2\n',
    codes: ['AML_TEMPLATE_AS_BYTES'],
  },
  'a template with a checksum': {
    bytes: templateOf([io], 0xde),
    text: '// ResourceTemplate: the EndTag has a checksum, and iasl writes 0\n',
    codes: ['AML_TEMPLATE_AS_BYTES'],
  },
  'a template with an unknown descriptor': {
    bytes: templateOf([{ kind: 'Raw', bytes: Uint8Array.of(0x16, 1, 2, 3, 4, 5, 6) }]),
    text: '// ResourceTemplate: A descriptor of',
    codes: ['AML_TEMPLATE_AS_BYTES'],
  },
  'bytes that end like a template and are none': {
    bytes: encodeAml([asl.Name('_CRS', buffer(Uint8Array.of(0xff, 1, 0x79, 0)))]),
    text: '0xFF, 0x01, 0x79, 0x00',
    codes: [],
  },
  'a guess that would leave the rest unread': { bytes: body('px02.aml'), text: 'M199 = M091\n', codes: [] },
  'a predefined method that is a Name': {
    bytes: encodeAml([asl.Name('_DSM', 1)]),
    text: 'Name (_DSM, One)',
    codes: [],
  },
  'a Processor with a string for its _UID': {
    bytes: encodeAml([asl.Processor('CPU0', 0, 0, 0, [asl.Name('_UID', makeTerm('String', ['x']))])]),
    text: 'Name (_UID, "x")',
    codes: [],
  },
  'a method that makes a name and calls itself': {
    bytes: encodeAml([asl.Method('RECU', { args: 1 }, [asl.Name('ABCD', 1), asl.Call('RECU', 1)])]),
    text: 'RECU (One)',
    codes: [],
  },
};

const codesOf = ({ diagnostics }: PrintedAsl) => diagnostics.map(({ code }) => code);

describe('printed as text that compiles to the same bytes', () => {
  it.each(Object.entries(ROWS))('%s', async (_, { bytes, text, codes }) => {
    const printed = printAsl(decodeAml(bytes));
    expect(printed.text).toContain(text);
    expect(codesOf(printed)).toEqual(codes);
  });

  it('by iasl', async (context) => {
    needs(context, 'iasl');
    await inScratchFolder((folder) => {
      for (const [name, { bytes }] of Object.entries(ROWS)) {
        const { body: compiled, errors } = compileAsl(folder, printAsl(decodeAml(bytes)).text);
        expect
          .soft({ name, errors, hex: compiled && toHex(compiled) })
          .toEqual({ name, errors: [], hex: toHex(bytes) });
      }
    });
  });
});

describe('reported, since no ASL compiles to it', () => {
  it.each([
    ['a connection with an EndTag', connectionOf(Uint8Array.of(...i2c(), 0x79, 0)), 'AML_WIDTH_NOT_PRINTABLE'],
    ['a connection of two descriptors', connectionOf(Uint8Array.of(...i2c(), ...i2c())), 'AML_NOT_PRINTABLE'],
    ['a connection with a legacy virtual register', connectionOf(i2c(0x12)), 'AML_NOT_PRINTABLE'],
    ['a stray One at the level of the table', body('c22-ones.aml'), 'AML_NOT_PRINTABLE'],
  ])('%s', (_, bytes, code) => {
    const printed = printAsl(decodeAml(bytes));
    expect(new Set(codesOf(printed))).toEqual(new Set([code]));
  });
});

it('garbage that broke it is printed alike from the tape and from its terms', () => {
  const decoded = decodeAml(fixture('print-two-ways.bin'));
  for (const options of [{}, { externals: 'declare', style: 'legacy', offsets: true }] as const) {
    expect(printAsl(decoded, options)).toEqual(printAsl(decoded.terms, { namespace: decoded.namespace, ...options }));
  }
});

describe('the iasl errors that a text turns off', () => {
  const pragmas = (terms: readonly Term[]) =>
    [...printAsl(terms).text.matchAll(/^#pragma disable \((\d+)\)/gm)].map(([, message]) => Number(message));

  it('are those that it can cause', () => {
    const some = pragmas([asl.Noop()]);
    expect(some).not.toContain(6167);
    expect(pragmas([asl.Processor('CPU0', 0, 0, 0, [])])).toEqual([...some, 6167]);
    expect(pragmas([asl.OperationRegion('REG', 'SystemIO', 0, 1)])).toEqual(some);
    expect(pragmas([asl.OperationRegion('REG', 'IPMI', 0, 1)])).toEqual([...some, 6099]);
  });

  it('are never more than iasl accepts', () => {
    const all = pragmas([
      asl.OperationRegion('REG', 'GenericSerialBus', 0, 1),
      asl.OperationRegion('REG1', 'GeneralPurposeIO', 0, 1),
      asl.Field('REG', { access: 'AnyAcc' }, []),
      asl.Processor('CPU0', 0, 0, 0, []),
      asl.Scope('\\_SB', []),
      asl.Alias('REG', 'REG2'),
      asl.Name('_HID', makeTerm('String', ['*bad'])),
      asl.Method('M', {}, [asl.While(1, [asl.Break()]), asl.Store(asl.Arg(0), asl.Local(0))]),
      makeTerm('Name', ['PACK', makeTerm('Package', [0, []])]),
      makeTerm('Name', ['BUFF', buffer(Uint8Array.of(1))]),
    ]);
    expect(all).toHaveLength(32);
  });
});
