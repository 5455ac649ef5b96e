import { describe, expect, it } from 'vitest';
import { asl, encodeAml, makeTerm, type Term } from '../../src/aml/index.js';
import { AcpiNamespace, EvaluationError, type NamespaceOptions } from '../../src/interpreter/index.js';

/** A DSDT around terms. */
function dsdt(terms: readonly Term[], revision = 2): Uint8Array {
  const body = encodeAml(terms);
  const table = new Uint8Array(36 + body.length);
  table.set(new TextEncoder().encode('DSDT'));
  new DataView(table.buffer).setUint32(4, table.length, true);
  table[8] = revision;
  table.set(body, 36);
  return table;
}

const NONE = makeTerm('Null', []);
const loop = (body: readonly Term[]) => makeTerm('While', [makeTerm('One', []), body]);
const method = (name: string, body: readonly Term[]) => asl.Method(name, {}, body);

function codeOf(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (thrown) {
    if (thrown instanceof EvaluationError) return thrown.code;
    throw thrown;
  }
}

const load = (terms: readonly Term[], options: NamespaceOptions = {}) => AcpiNamespace.load([dsdt(terms)], options);

describe('limits', () => {
  it('end a loop by its steps', () => {
    const acpi = load([method('SPIN', [loop([])])], { limits: { steps: 50_000 } });
    expect(codeOf(() => acpi.evaluate('\\SPIN'))).toBe('AE_LIMIT');
  });

  it('end a loop by the clock, which Sleep moves', () => {
    const acpi = load([method('SPIN', [loop([makeTerm('Sleep', [asl.integer(1000)])])])]);
    const before = performance.now();
    expect(codeOf(() => acpi.evaluate('\\SPIN'))).toBe('AE_AML_LOOP_TIMEOUT');
    expect(performance.now() - before).toBeLessThan(10_000);
  });

  it('end a loop by the clock within one conversion of a large Buffer', () => {
    const buffer = makeTerm('Buffer', [asl.integer(0x1_0000), new Uint8Array(0)]);
    const convert = makeTerm('ToHexString', [makeTerm('Local', [0]), makeTerm('Local', [1])]);
    const body = [
      makeTerm('Store', [buffer, makeTerm('Local', [0])]),
      loop([makeTerm('Increment', [asl.path('CNTR')]), convert]),
    ];
    let time = 0;
    const host = { now: () => time++ };
    const acpi = load([asl.Name('CNTR', 0), method('SPIN', body)], { host, limits: { loopMilliseconds: 3 } });
    expect(codeOf(() => acpi.evaluate('\\SPIN'))).toBe('AE_AML_LOOP_TIMEOUT');
    expect(acpi.integer('\\CNTR')).toBeLessThan(8n);
  });

  it('end recursion', () => {
    const acpi = load([method('SELF', [asl.Call('SELF')])]);
    expect(codeOf(() => acpi.evaluate('\\SELF'))).toBe('AE_AML_METHOD_LIMIT');
  });

  it('end what makes too many bytes', () => {
    const double = makeTerm('Concatenate', [makeTerm('Local', [0]), makeTerm('Local', [0]), makeTerm('Local', [0])]);
    const body = [makeTerm('Store', [asl.String('abcdefgh'), makeTerm('Local', [0])]), loop([double])];
    const acpi = load([method('GROW', body)], { limits: { bytes: 1 << 20 } });
    expect(codeOf(() => acpi.evaluate('\\GROW'))).toBe('AE_LIMIT');
  });
});

describe('errors', () => {
  it('have the methods that were running, innermost first', () => {
    const acpi = load([method('OUTR', [asl.Call('INNR')]), method('INNR', [asl.Return(asl.path('NONE'))])]);
    let calls: EvaluationError['calls'] = [];
    try {
      acpi.evaluate('\\OUTR');
    } catch (thrown) {
      if (thrown instanceof EvaluationError) calls = thrown.calls;
    }
    expect(calls.map(({ path }) => path)).toEqual(['\\INNR', '\\OUTR']);
  });

  it('are codes for what is not there, and for a region without a handler', () => {
    const acpi = load([
      asl.OperationRegion('PORT', 'SystemIO', asl.integer(0x80), asl.integer(1)),
      asl.Field('PORT', { access: 'ByteAcc' }, [{ kind: 'NamedField', name: 'CODE', bits: 8, lengthWidth: 1 }]),
    ]);
    expect(codeOf(() => acpi.evaluate('\\NONE'))).toBe('AE_NOT_FOUND');
    expect(codeOf(() => acpi.evaluate('\\CODE'))).toBe('AE_NOT_EXIST');
  });

  it('refuse arguments that AML cannot hold', () => {
    const acpi = load([asl.Name('VCFG', asl.integer(1))]);
    expect(() => acpi.evaluate('\\VCFG', -1)).toThrow(RangeError);
    expect(() => acpi.evaluate('\\VCFG', 1n << 64n)).toThrow(RangeError);
    expect(() => acpi.evaluate('\\VCFG', true as never)).toThrow(TypeError);
  });
});

describe('loading', () => {
  it('goes on after what an OS would refuse', () => {
    const acpi = load([
      asl.Name('AAAA', asl.integer(1)),
      asl.Name('AAAA', asl.integer(2)),
      makeTerm('Scope', ['\\NONE', []]),
      asl.Name('BBBB', asl.integer(3)),
    ]);
    expect(acpi.diagnostics.map(({ code }) => code)).toEqual(['AE_ALREADY_EXISTS', 'AE_NOT_FOUND']);
    expect([acpi.integer('\\AAAA'), acpi.integer('\\BBBB')]).toEqual([1n, 3n]);
  });

  it('cuts integers to 32 bits if the DSDT has revision 1', () => {
    const terms = [asl.Name('VCFG', asl.integer(0x1_2345_6789n))];
    expect(AcpiNamespace.load([dsdt(terms, 1)]).integer('\\VCFG')).toBe(0x2345_6789n);
    expect(AcpiNamespace.load([dsdt(terms, 2)]).integer('\\VCFG')).toBe(0x1_2345_6789n);
  });

  it('forgets what a method declares when it ends, and looks its names up anew', () => {
    const acpi = load([
      asl.Name('NAME', asl.integer(1)),
      method('TEMP', [asl.Name('NAME', asl.integer(2)), asl.Return(asl.path('NAME'))]),
      method('READ', [asl.Return(asl.path('NAME'))]),
    ]);
    expect(['\\READ', '\\TEMP', '\\READ', '\\TEMP'].map((path) => acpi.evaluate(path))).toEqual([1n, 2n, 1n, 2n]);
    expect(acpi.exists('\\TEMP.NAME')).toBe(false);
  });

  it('answers _OSI from a list that can change', () => {
    const acpi = load([method('ASK', [asl.Return(asl.Call('\\_OSI', asl.String('Mine')))])]);
    expect(acpi.evaluate('\\ASK')).toBe(0n);
    acpi.setInterfaces(['Mine']);
    expect(acpi.evaluate('\\ASK')).toBe(0xffff_ffff_ffff_ffffn);
  });
});

describe('the host', () => {
  it('is told of Notify and Debug, and an event runs its method', () => {
    const said: string[] = [];
    const device = makeTerm('Device', ['DEV0', []]);
    const notify = makeTerm('Notify', [asl.path('\\DEV0'), asl.integer(0x80)]);
    const debug = makeTerm('Store', [asl.String('hello'), makeTerm('Debug', [])]);
    const acpi = load([device, makeTerm('Scope', ['\\_GPE', [method('_L10', [notify, debug])]])], {
      host: { notify: (path, value) => said.push(`${path} ${value}`), debug: (text) => said.push(text) },
    });
    expect(acpi.event(0x10)).toBe('\\_GPE._L10');
    expect(acpi.event(0x11)).toBeUndefined();
    expect(said).toEqual(['\\DEV0 128', '"hello"']);
  });

  it('gives the implicit return value when asked to', () => {
    const terms = [method('LAST', [makeTerm('Add', [asl.integer(1), asl.integer(2), NONE])])];
    expect(load(terms).evaluate('\\LAST')).toBeUndefined();
    expect(load(terms, { implicitReturn: true }).evaluate('\\LAST')).toBe(3n);
  });
});
