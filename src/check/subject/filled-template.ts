import { evaluateConstant, makeTerm, type Op, type Term } from '../../aml/index.js';
import { type Declared, integerOf, type MachineNames } from './machine-names.js';

/** Bytes that each operation makes a field of. ACPI 6.5 §19.6 (CreateField) */
const WIDTH_BYTES: Readonly<Record<string, number>> = {
  CreateByteField: 1,
  CreateWordField: 2,
  CreateDWordField: 4,
  CreateQWordField: 8,
};

/** A field in a template. */
interface TemplateField {
  readonly bytes: Uint8Array;
  readonly at: number;
  readonly widthBytes: number;
}

const BINARY = new Set<string>(['Add', 'Subtract', 'Multiply', 'And', 'Or', 'Xor', 'ShiftLeft', 'ShiftRight']);

/** Statements that are followed; a longer method is left to an interpreter. */
const MOST_STATEMENTS = 512;
const MOST_DEPTH = 32;

class Unknown extends Error {}

/**
 * What a method returns that fills a constant template through the fields which it creates in it, without branches, loops
 * and calls: the values are constants, Names of constants, Locals and arithmetic. Undefined for any other method.
 */
export function filledTemplate({ term: method, path: scope }: Declared, names: MachineNames): Uint8Array | undefined {
  if (method.op !== 'Method' || method.operands[2].length > MOST_STATEMENTS) return undefined;
  const buffers = new Map<string, Uint8Array>();
  const fields = new Map<string, TemplateField>();
  const integers = new Map<string, bigint>();

  const pathOf = (name: string): Declared => {
    const declared = names.find(name, scope);
    if (declared === undefined) throw new Unknown();
    return declared;
  };
  const bufferAt = (term: Term): Uint8Array => {
    if (term.op !== 'Path') throw new Unknown();
    const declared = pathOf(term.operands[0]);
    const known = buffers.get(declared.path);
    if (known !== undefined) return known;
    const data = declared.term.op === 'Name' ? declared.term.operands[1] : undefined;
    if (data?.op !== 'Buffer') throw new Unknown();
    const copy = Uint8Array.from(data.operands[1]);
    buffers.set(declared.path, copy);
    return copy;
  };
  const read = ({ bytes, at, widthBytes }: TemplateField): bigint => {
    let value = 0n;
    for (let index = widthBytes - 1; index >= 0; index--) value = (value << 8n) | BigInt(bytes[at + index] as number);
    return value;
  };
  const keyOf = (term: Term): string => {
    if (term.op === 'Local') return `Local${term.operands[0]}`;
    if (term.op !== 'Path' || term.operands[1].length > 0) throw new Unknown();
    return pathOf(term.operands[0]).path;
  };
  const write = (target: Term, value: bigint): void => {
    if (target.op === 'Null') return;
    const key = keyOf(target);
    const field = fields.get(key);
    if (field === undefined) {
      integers.set(key, value);
      return;
    }
    for (let index = 0; index < field.widthBytes; index++)
      field.bytes[field.at + index] = Number((value >> BigInt(8 * index)) & 0xffn);
  };
  const evaluate = (term: Term, depth = 0): bigint => {
    const plain = evaluateConstant(term);
    if (plain !== undefined) return plain;
    if (depth > MOST_DEPTH) throw new Unknown();
    if (BINARY.has(term.op)) {
      const [left, right, target] = term.operands as readonly [Term, Term, Term];
      const [a, b] = [evaluate(left, depth + 1), evaluate(right, depth + 1)];
      const value = evaluateConstant(
        makeTerm(term.op as 'Add', [constant(a), constant(b), makeTerm('Null', [])]) as Term,
      );
      if (value === undefined) throw new Unknown();
      write(target, value);
      return value;
    }
    if (term.op === 'Store') {
      const value = evaluate(term.operands[0], depth + 1);
      write(term.operands[1], value);
      return value;
    }
    const key = keyOf(term);
    const field = fields.get(key);
    const value = field === undefined ? integers.get(key) : read(field);
    if (value !== undefined) return value;
    const named = term.op === 'Path' ? integerOf(pathOf(term.operands[0])) : undefined;
    if (named === undefined) throw new Unknown();
    return named;
  };
  const create = (term: Op<'CreateByteField' | 'CreateWordField' | 'CreateDWordField' | 'CreateQWordField'>): void => {
    const [source, index, name] = term.operands;
    const bytes = bufferAt(source);
    const [at, widthBytes] = [Number(evaluate(index)), WIDTH_BYTES[term.op] as number];
    if (at + widthBytes > bytes.length) throw new Unknown();
    fields.set(pathOf(name).path, { bytes, at, widthBytes });
  };

  try {
    for (const term of method.operands[2]) {
      if (term.op === 'Name' || term.op === 'Noop') continue;
      if (term.op === 'Return') return Uint8Array.from(bufferAt(term.operands[0]));
      if (term.op in WIDTH_BYTES) create(term as Parameters<typeof create>[0]);
      else evaluate(term);
    }
  } catch (error) {
    if (!(error instanceof Unknown)) throw error;
  }
  return undefined;
}

const constant = (value: bigint): Op<'QWord'> => makeTerm('QWord', [value]);
