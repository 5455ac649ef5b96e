import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { encodeAml } from '../../src/aml/encode/encode.js';
import { OPCODES, type OpcodeRow } from '../../src/aml/grammar/opcodes.js';
import { makeTerm, type Op, type Term } from '../../src/aml/grammar/term.js';
import { arbitraryTerms } from '../support/aml-arbitrary.js';
import { corpusFolder, projectFolder } from '../support/shared-material.js';
import { termOf } from '../support/term-shape.js';

/** The size of a table's header. ACPI 6.5 §5.2.6 */
const HEADER_BYTES = 36;

function readTables(folder: string): Uint8Array[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.aml'))
    .sort()
    .map((name) => new Uint8Array(readFileSync(join(folder, name))).slice(HEADER_BYTES));
}

/** Inputs to break: real tables, tables of random terms, and each opcode alone, repeated. */
export function collectSeeds(
  seed: number,
  repeatedBytes = 100_000,
): { readonly name: string; readonly inputs: readonly Uint8Array[] }[] {
  const generated = fc.sample(arbitraryTerms(4, 20), { numRuns: 200, seed });
  const codes = (OPCODES as readonly OpcodeRow[]).map(({ code }) => (code > 0xff ? [code >>> 8, code & 0xff] : [code]));
  return [
    { name: 'corpus', inputs: readTables(corpusFolder) },
    { name: 'fixtures', inputs: readTables(join(projectFolder, 'fixtures/tables')) },
    { name: 'generated', inputs: generated.map((shapes) => encodeAml(shapes.map(termOf))) },
    { name: 'repeated', inputs: [...codes, [0x5c], [0x5e], [0x41]].map((code) => repeat(code, repeatedBytes)) },
    {
      name: 'hostile',
      inputs: [manyCallees(), manyMethods(), manyFaults(), callBeforeFaults(), wideBuffers(), deepUses()],
    },
  ].filter(({ inputs }) => inputs.length > 0);
}

function repeat(pattern: readonly number[], length: number): Uint8Array {
  return new Uint8Array(length).map((_, index) => pattern[index % pattern.length] as number);
}

/** Four characters of a NameSeg, another for each number. */
function nameBytes(index: number): number[] {
  return [0x41, 0x41 + (index % 26), 0x41 + (Math.floor(index / 26) % 26), 0x41 + (Math.floor(index / 676) % 26)];
}

/** A method of 100 KB that calls what nothing declares, each with an argument. */
function manyCallees(): Uint8Array {
  const calls = Array.from({ length: 20_000 }, (_, index) => [...nameBytes(index), 0x60]).flat();
  const length = 4 + METHOD.length + calls.length;
  return Uint8Array.of(0x14, 0xc0 | (length & 0x0f), (length >> 4) & 0xff, length >> 12, 0, ...METHOD, ...calls);
}

/** Buffers in each other's sizes, and in the innermost one a package of many elements. */
function wideBuffers(): Uint8Array {
  let size: Term = makeTerm('VarPackage', [
    makeTerm('One', []),
    Array.from({ length: 90_000 }, () => makeTerm('Zero', [])),
  ]);
  for (let level = 0; level < 380; level++) size = makeTerm('Buffer', [size, new Uint8Array(0)]);
  return encodeAml([makeTerm('Name', ['FOO_', size as Op<'Buffer'>])]);
}

/** Thousands of names, and uses of them two hundred scopes further down. */
function deepUses(): Uint8Array {
  const names = Array.from({ length: 7_000 }, (_, index) => String.fromCharCode(...nameBytes(index)));
  const path = `\\${Array.from({ length: 200 }, (_, index) => `S${String(index).padStart(3, '0')}`).join('.')}`;
  const uses = Array.from({ length: 10_000 }, (_, index) => makeTerm('Path', [names[index % 200] as string, []]));
  return encodeAml([
    ...names.map((name) => makeTerm('Name', [name, makeTerm('Zero', [])])),
    makeTerm('Scope', [path, uses]),
  ]);
}

/** Thousands of methods, each of which calls another unknown one. */
function manyMethods(): Uint8Array {
  const methods = Array.from({ length: 7_500 }, (_, index) => [
    0x14,
    0x0d,
    ...METHOD,
    ...nameBytes(index),
    0x60,
    0x61,
    0x62,
  ]);
  return Uint8Array.from(methods.flat());
}

/** A fault every few bytes, each within another scope. */
function manyFaults(): Uint8Array {
  return new Uint8Array(99_999).map((_, index) => [0xa1, 0x02, 0x02][index % 3] as number);
}

/** The same at the table's level behind a call whose argument count has to be guessed. */
function callBeforeFaults(): Uint8Array {
  return Uint8Array.of(...nameBytes(0), 0x60, ...manyFaults());
}

const METHOD = [0x4d, 0x45, 0x54, 0x48, 0x00];
