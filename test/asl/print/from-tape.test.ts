import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { asl } from '../../../src/aml/build/build.js';
import { type DecodeOptions, decodeAml } from '../../../src/aml/decode/decode.js';
import { encodeAml } from '../../../src/aml/encode/encode.js';
import { makeTerm } from '../../../src/aml/grammar/term.js';
import { TermMaker } from '../../../src/aml/tape/make-terms.js';
import { type PrintOptions, printAsl } from '../../../src/asl/print/print-asl.js';
import { DiagnosticError, fromHex } from '../../../src/base/index.js';
import { ENCODING_ROWS } from '../../aml/encode/encoding-rows.js';
import { projectFolder } from '../../support/shared-material.js';
import { HEADER_BYTES } from './compile.js';

const dsdt = new Uint8Array(readFileSync(join(projectFolder, 'fixtures/tables/q35/dsdt.aml')));

const WAYS: readonly PrintOptions[] = [
  {},
  { style: 'legacy', offsets: true },
  { externals: 'declare', form: 'include' },
];
const BODIES: readonly DecodeOptions[] = [{}, { methodBodies: 'lazy' }, { methodBodies: 'skip' }];

/** What is printed of the tape that was decoded to, and of terms put on a tape of their own. */
function bothWays(bytes: Uint8Array, how: DecodeOptions, options: PrintOptions): [unknown, unknown] {
  const decoded = decodeAml(bytes, how);
  const ofTape = printAsl(decoded, options);
  return [ofTape, printAsl(decoded.terms, { namespace: decoded.namespace, ...options })];
}

describe('decoded AML is printed as its terms are', () => {
  for (const options of WAYS) {
    it(`with ${JSON.stringify(options)}`, () => {
      for (const how of BODIES) {
        const [ofTape, ofTerms] = bothWays(dsdt, { offset: HEADER_BYTES, ...how }, options);
        expect(ofTape).toEqual(ofTerms);
      }
      for (const [hex] of ENCODING_ROWS) {
        const [ofTape, ofTerms] = bothWays(fromHex(hex), {}, options);
        expect(ofTape).toEqual(ofTerms);
      }
    });
  }
});

it('decoded AML is encoded and printed without making its terms', () => {
  const made = vi.spyOn(TermMaker.prototype, 'list');
  onTestFinished(() => made.mockRestore());
  const decoded = decodeAml(dsdt, { offset: HEADER_BYTES });
  printAsl(decoded);
  encodeAml(decoded);
  encodeAml(decoded, { form: 'canonical' });
  expect(made).not.toHaveBeenCalled();
  expect(decoded.terms.length).toBeGreaterThan(0);
  expect(made).toHaveBeenCalled();
});

/** The contents of the definition block. */
const blockOf = (text: string) => text.slice(text.indexOf('{\n') + 2, -2);

describe('text of any length', () => {
  it('has blank margins behind what made more room necessary', () => {
    const text = 'x'.repeat(5_000);
    const terms = [asl.Method('M', {}, [asl.Return(makeTerm('String', [text])), asl.Return(makeTerm('Byte', [2]))])];
    const lines = ['Method (M, 0, NotSerialized)', '{', `    Return ("${text}")`, '    Return (0x02)', '}'];
    expect(blockOf(printAsl(terms).text)).toBe(lines.map((line) => `    ${line}\n`).join(''));
  });

  it('is the same when it takes the room of another one', () => {
    const first = printAsl(decodeAml(dsdt, { offset: HEADER_BYTES }));
    const other = printAsl(Array.from({ length: 3_000 }, () => asl.Sleep(0xffff)));
    expect(other.text).toContain('    Sleep (0xFFFF)\n    Sleep (0xFFFF)\n');
    expect(printAsl(decodeAml(dsdt, { offset: HEADER_BYTES }))).toEqual(first);
  });

  it('keeps what an identifier of the header has past ASCII', () => {
    const header = { signature: 'SSDT', revision: 2, oemId: 'É', oemTableId: '"', oemRevision: 1 };
    expect(printAsl([], { header }).text).toContain(
      'DefinitionBlock ("", "SSDT", 2, "\\xC9", "\\"", 0x00000001)\n{\n}\n',
    );
  });
});

describe('terms that belong together', () => {
  it('are told apart from Externals hidden between them', () => {
    // FOO_, If (Zero) { External (\BAR_) }, Local0: what strays is an argument of the call.
    const hex = '464f4f5f a00a00 15 5c4241525f 00 00 60';
    const { text, diagnostics } = printAsl(decodeAml(fromHex(hex.replaceAll(' ', ''))), { externals: 'declare' });
    expect(blockOf(text)).toBe(
      '    External (\\BAR, UnknownObj)\n    External (FOO, MethodObj) // 1 argument\n    FOO (Local0)\n',
    );
    expect(diagnostics.map(({ code }) => code)).toEqual(['AML_WIDTH_NOT_PRINTABLE']);
  });

  it('are printed with the template that both have, each where it stands', () => {
    const template = '11 0d 0a 0a 47 01 60 00 60 00 00 01 79 00';
    const hex = `08 41414141 ${template} 14 15 4d 5f 5f 5f 00 a4 ${template}`;
    const { text } = printAsl(decodeAml(fromHex(hex.replaceAll(' ', ''))));
    expect(text).toContain('\n        IO (Decode16, 0x60, 0x60, 0x00, 0x01)\n    })\n');
    expect(text).toContain('\n            IO (Decode16, 0x60, 0x60, 0x00, 0x01)\n        })\n');
  });
});

it('terms that AML cannot hold are refused', () => {
  expect(() => printAsl([makeTerm('Byte', [256])])).toThrow(DiagnosticError);
});
