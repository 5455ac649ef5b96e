import { describe, expect, it } from 'vitest';
import {
  asl,
  eisaId,
  eisaIdText,
  encodeAml,
  fixedInteger,
  integer,
  integerValue,
  padNameSeg,
} from '../../../src/aml/index.js';
import { DiagnosticError, toHex } from '../../../src/base/index.js';

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof DiagnosticError) return error.diagnostics.map(({ code }) => code).join();
    throw error;
  }
  return 'no error';
}

describe('EISA identifiers', () => {
  it.each([
    ['PNP0A08', '0c41d00a08'],
    ['PNP0A03', '0c41d00a03'],
    ['PNP0C02', '0c41d00c02'],
    ['ACPI0FF', undefined],
    ['ZZZFFFF', '0c6b5affff'],
    ['@@@0000', '00'],
    ['AAA9A0F', '0c04219a0f'],
  ])('%s', (text, hex) => {
    if (hex === undefined) {
      expect(codeOf(() => eisaId(text))).toBe('AML_VALUE_RANGE');
      return;
    }
    const packed = eisaId(text);
    expect(toHex(encodeAml([packed]))).toBe(hex);
    expect(eisaIdText(Number(integerValue(packed)))).toBe(text.startsWith('@') ? undefined : text);
  });

  it.each([
    '',
    'PNP0A0',
    'PNP0A080',
    'pNP0A08',
    'PNp0A08',
    'PNP0a08',
    'PNPGA08',
    'PNP0G08',
    'PNP0A/8',
    'PNP0A0:',
    '?NP0A08',
    'PN[0A08',
  ])('refuses "%s"', (text) => {
    expect(codeOf(() => eisaId(text))).toBe('AML_VALUE_RANGE');
  });
});

describe('integers', () => {
  it.each([
    [0, '00'],
    [1, '01'],
    [2, '0a02'],
    [0xff, '0aff'],
    [0x100, '0b0001'],
    [0xffff, '0bffff'],
    [0x1_0000, '0c00000100'],
    [0xffff_ffffn, '0cffffffff'],
    [0x1_0000_0000n, '0e0000000001000000'],
  ])('%s in its fewest bytes', (value, hex) => {
    expect(toHex(encodeAml([integer(value)]))).toBe(hex);
    expect(integerValue(integer(value))).toBe(BigInt(value));
  });

  it('of a fixed width stay as wide as they are told', () => {
    expect(toHex(encodeAml([fixedInteger(1, 1), fixedInteger(0xff, 4)]))).toBe('0a010cff000000');
  });
});

describe('constructors', () => {
  it('make each Local and Arg as itself', () => {
    const locals = Array.from({ length: 8 }, (_, index) => asl.Local(index));
    const args = Array.from({ length: 7 }, (_, index) => asl.Arg(index));
    expect(toHex(encodeAml([...locals, ...args]))).toBe('606162636465666768696a6b6c6d6e');
  });

  it.each([8, -1, 0.5, Number.NaN])('leave Local%s for the encoder to refuse', (ordinal) => {
    expect(codeOf(() => encodeAml([asl.Local(ordinal)]))).toBe('AML_VALUE_RANGE');
  });
});

describe('padNameSeg', () => {
  it.each([
    ['PCI0', 'PCI0'],
    ['A', 'A___'],
    ['_ST', '_ST_'],
  ])('%s', (text, padded) => {
    expect(padNameSeg(text)).toBe(padded);
  });

  it.each(['', '^PCI', '\\PCI', '^^^^', '0PCI', 'PCI0A', 'pci0', 'PC.I', 'PCI '])('refuses "%s"', (text) => {
    expect(codeOf(() => padNameSeg(text))).toBe('AML_BAD_NAME');
  });
});
