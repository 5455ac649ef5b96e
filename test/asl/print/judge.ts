import { decodeAml } from '../../../src/aml/decode/decode.js';
import { encodeAml } from '../../../src/aml/encode/encode.js';
import type { Term } from '../../../src/aml/grammar/term.js';
import { printAsl } from '../../../src/asl/print/print-asl.js';
import { type Shape, shapeOf } from '../../support/term-shape.js';
import { compileAsl, HEADER_BYTES } from './compile.js';

/** What became of a table's terms: printed, compiled by iasl, and compared with what they were. */
export interface Judgement {
  /** `identical`: byte for byte. `equivalent`: the same terms in other widths. `different`: other terms. */
  readonly outcome: 'identical' | 'equivalent' | 'different' | 'refused';
  /** What iasl made of the text, header apart; undefined if it refused it. */
  readonly compiled: Uint8Array | undefined;
  /** The printer's findings about what the text cannot keep. */
  readonly causes: readonly string[];
  /** What iasl said of a text that it refused. */
  readonly errors: readonly string[];
}

const headerText = (bytes: Uint8Array, at: number, length: number) =>
  String.fromCharCode(...bytes.subarray(at, at + length)).replace(/\0.*$/s, '');

/** A table as ASL, its own header included. */
function printTable(bytes: Uint8Array): ReturnType<typeof printAsl> {
  const { terms, namespace } = decodeAml(bytes, { offset: HEADER_BYTES });
  const header = {
    signature: headerText(bytes, 0, 4),
    revision: bytes[8] as number,
    oemId: headerText(bytes, 10, 6),
    oemTableId: headerText(bytes, 16, 8),
    oemRevision: new DataView(bytes.buffer, bytes.byteOffset).getUint32(24, true),
  };
  return printAsl(terms, { namespace, header });
}

const CONSTANTS = new Set(['Byte', 'Word', 'DWord', 'QWord']);

/** A term's shape without what ASL cannot express: widths of constants, the two opcodes of packages, Externals. */
function meaning(shape: unknown): unknown {
  if (!Array.isArray(shape)) return shape;
  const [op, operand, ...rest] = shape as unknown as Shape;
  if (CONSTANTS.has(op)) return ['Integer', String(operand)];
  if (op === 'VarPackage' && CONSTANTS.has((operand as Shape)[0]))
    return ['Package', String((operand as Shape)[1]), ...rest.map(meaning)];
  if (op === 'Package') return [op, String(operand), ...rest.map(meaning)];
  return shape.map(meaning);
}

const isExternals = (term: Term) =>
  term.op === 'If' && term.operands[0].op === 'Zero' && term.operands[1].every((inner) => inner.op === 'External');

const meaningOf = (body: Uint8Array) =>
  JSON.stringify(
    decodeAml(body)
      .terms.filter((term) => !isExternals(term))
      .map((term) => meaning(shapeOf(term))),
  );

/**
 * Whether the canonical form is what iasl made of the text; undefined where iasl has other terms, or the same in other places.
 */
export function isCanonicalOf(bytes: Uint8Array, { outcome, causes, compiled }: Judgement): boolean | undefined {
  if (compiled === undefined || outcome === 'different' || causes.some((cause) => cause.includes('Externals')))
    return undefined;
  const { terms } = decodeAml(bytes, { offset: HEADER_BYTES });
  return Buffer.compare(encodeAml(terms, { form: 'canonical' }), compiled) === 0;
}

/** Prints and compiles a table, in a folder of the caller's. */
export function judge(folder: string, bytes: Uint8Array): Judgement {
  const { text, diagnostics } = printTable(bytes);
  const causes = diagnostics.map(({ message }) => message);
  const { body, errors } = compileAsl(folder, text);
  if (body === undefined) return { outcome: 'refused', compiled: body, causes, errors };
  const wanted = bytes.subarray(HEADER_BYTES);
  if (Buffer.compare(body, wanted) === 0) return { outcome: 'identical', compiled: body, causes, errors };
  const outcome = meaningOf(body) === meaningOf(wanted) ? 'equivalent' : 'different';
  return { outcome, compiled: body, causes, errors };
}
