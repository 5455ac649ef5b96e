import type { FieldElement, Op, Term } from '../../aml/index.js';
import {
  BufferFieldObject,
  DeferredBufferField,
  FieldList,
  FieldObject,
  type FieldStorage,
} from '../fields/field-unit.js';
import { findTable, placeRegion, placeTableRegion } from '../fields/place-region.js';
import { RegionObject, type RegionPlace, TABLE_SPACE } from '../fields/region.js';
import { toBuffer, toText } from '../objects/convert.js';
import { copyValue } from '../objects/copy.js';
import { AmlFault, fail } from '../objects/fault.js';
import { ARITHMETIC_32 } from '../objects/integers.js';
import { type AmlNode, parseName } from '../objects/node.js';
import {
  AmlBuffer,
  AmlDevice,
  AmlEvent,
  AmlMethod,
  AmlMutex,
  type Body,
  DONE,
  type Frame,
  TYPE,
  type Value,
} from '../objects/objects.js';
import type { Compiler } from './types.js';

const effect =
  (act: (frame: Frame) => void): Body =>
  (frame) => {
    act(frame);
    return DONE.normal;
  };

function name(compiler: Compiler, { operands }: Op<'Name'>): Body {
  const { machine, table } = compiler;
  const [text, term] = operands;
  const parsed = parseName(text);
  const value = compiler.operand(term);
  const isShared = term.op === 'Path';
  return effect((frame) => {
    // The name is there while its value is made, as in ACPICA.
    const node = machine.declare(frame, parsed, text, table, undefined);
    const object = value(frame);
    node.object = isShared ? (copyValue(object, machine.spend) as never) : (object as never);
  });
}

function alias(compiler: Compiler, { operands }: Op<'Alias'>): Body {
  const { machine, table } = compiler;
  const source = compiler.require(operands[0]);
  const parsed = parseName(operands[1]);
  return effect((frame) => {
    const target = source(frame);
    machine.declare(frame, parsed, operands[1], table, undefined).alias = target;
  });
}

/** Runs statements in the scope of a node. */
export function inside(frame: Frame, node: AmlNode, body: Body): ReturnType<Body> {
  const { scope } = frame;
  frame.scope = node;
  try {
    return body(frame);
  } finally {
    frame.scope = scope;
  }
}

function scope(compiler: Compiler, { operands }: Op<'Scope'>): Body {
  const find = compiler.require(operands[0]);
  const body = compiler.body(operands[1]);
  return (frame) => inside(frame, find(frame), body);
}

function device(make: () => AmlDevice) {
  return (compiler: Compiler, text: string, terms: readonly Term[]): Body => {
    const { machine, table } = compiler;
    const parsed = parseName(text);
    const body = compiler.body(terms);
    return (frame) => inside(frame, machine.declare(frame, parsed, text, table, make()), body);
  };
}

function method(compiler: Compiler, { operands }: Op<'Method'>): Body {
  const { machine, table } = compiler;
  const [text, flags, body] = operands;
  const parsed = parseName(text);
  return effect((frame) => {
    const node = machine.declare(frame, parsed, text, table, undefined);
    node.object = new AmlMethod(flags, table, () => compiler.methodBody(node.path, body));
  });
}

/** What a region's place is made by: at once if it can be, else when it is first accessed. */
function declareRegion(
  compiler: Compiler,
  frame: Frame,
  text: string,
  space: number,
  evaluate: (node: AmlNode) => RegionPlace,
): void {
  const { machine, table } = compiler;
  const node = machine.declare(frame, parseName(text), text, table, undefined);
  const region = new RegionObject(node, space, () => evaluate(node));
  node.object = region;
  machine.regions.push(region);
}

function operationRegion(compiler: Compiler, { operands }: Op<'OperationRegion'>): Body {
  const { machine } = compiler;
  const [text, space] = operands;
  const offset = compiler.integer(operands[2]);
  const length = compiler.integer(operands[3]);
  return effect((frame) => {
    const inner = { ...frame };
    let start: ReturnType<typeof offset> | undefined;
    let size: ReturnType<typeof length> | undefined;
    try {
      start = offset(frame);
      size = length(frame);
    } catch (thrown) {
      // At the table's level what the address depends on may follow, or be in another table.
      if (!(thrown instanceof AmlFault) || !frame.isTable || thrown.code === 'AE_LIMIT') throw thrown;
    }
    declareRegion(compiler, frame, text, space, (node) =>
      placeRegion(machine, node, space, start ?? offset(inner), size ?? length(inner)),
    );
  });
}

function dataTableRegion(compiler: Compiler, { operands }: Op<'DataTableRegion'>): Body {
  const { machine } = compiler;
  const [text] = operands;
  const parsed = parseName(text);
  const keys = operands.slice(1).map((term) => compiler.value(term as Term));
  return effect((frame) => {
    const node = machine.declare(frame, parsed, text, compiler.table, undefined);
    const texts = keys.map((key) => toText(key(frame), 'implicit', machine).text);
    const bytes = findTable(machine, texts);
    if (bytes === undefined) fail('AE_NOT_FOUND', `There is no table ${texts.join(' ')} for ${text}.`);
    const region = new RegionObject(node, TABLE_SPACE, () => placeTableRegion(machine, node, bytes));
    node.object = region;
    machine.regions.push(region);
  });
}

/** What a Connection names or holds. */
export function connectionOf(compiler: Compiler, term: Term): (frame: Frame) => Uint8Array | string | undefined {
  if (term.op === 'Path') {
    const find = compiler.find(term.operands[0]);
    return (frame) => find(frame)?.path;
  }
  const value = compiler.value(term);
  return (frame) => {
    const made = value(frame);
    return made instanceof AmlBuffer ? made.bytes : undefined;
  };
}

/** Declares the named fields of a list, one after the other. */
function fieldList(
  compiler: Compiler,
  flags: number,
  elements: readonly FieldElement[],
  storage: (frame: Frame) => FieldStorage,
): Body {
  const connections = new Map(
    elements.flatMap((element) =>
      element.kind === 'ConnectField' ? [[element, connectionOf(compiler, element.connection)] as const] : [],
    ),
  );
  return effect((frame) => {
    const kept = storage(frame);
    const list = new FieldList(flags);
    for (const element of elements) {
      switch (element.kind) {
        case 'ReservedField':
          list.pass(element.bits);
          break;
        case 'AccessField':
          list.accessAs(element.access, element.attribute, undefined);
          break;
        case 'ExtendedAccessField':
          list.accessAs(element.access, element.attribute, element.length);
          break;
        case 'ConnectField':
          list.connect(connections.get(element)?.(frame));
          break;
        default: {
          const { name: segment, bits } = element;
          declareUnit(compiler, frame, segment, new FieldObject(kept, list, bits));
          list.passUnit(bits);
        }
      }
    }
  });
}

/** Declares a unit of a field list. If its name is taken, a table goes on with the next one. */
export function declareUnit(compiler: Compiler, frame: Frame, segment: string, unit: FieldObject): void {
  try {
    compiler.machine.declareIn(frame.scope, frame, segment, compiler.table, unit);
  } catch (thrown) {
    if (!(thrown instanceof AmlFault) || !frame.isTable || thrown.code === 'AE_LIMIT') throw thrown;
    compiler.report(thrown, frame);
  }
}

/** The OperationRegion that a node is. */
export function regionOf(node: AmlNode): RegionObject {
  return node.object instanceof RegionObject
    ? node.object
    : fail('AE_AML_OPERAND_TYPE', `${node.path} is not an OperationRegion.`);
}

/** The field unit that a node is. */
export function unitOf(node: AmlNode): FieldObject {
  return node.object instanceof FieldObject
    ? node.object
    : fail('AE_AML_OPERAND_TYPE', `${node.path} is not a field unit.`);
}

function regionBy(compiler: Compiler, text: string): (frame: Frame) => RegionObject {
  const find = compiler.require(text);
  return (frame) => regionOf(find(frame));
}

function fieldBy(compiler: Compiler, text: string): (frame: Frame) => FieldObject {
  const find = compiler.require(text);
  return (frame) => unitOf(find(frame));
}

function field(compiler: Compiler, { operands }: Op<'Field'>): Body {
  const [text, flags, elements] = operands;
  const find = regionBy(compiler, text);
  return fieldList(compiler, flags, elements, (frame) => ({ kind: 'region', region: find(frame) }));
}

function bankField(compiler: Compiler, { operands }: Op<'BankField'>): Body {
  const [regionText, bankText, term, flags, elements] = operands;
  const region = regionBy(compiler, regionText);
  const bank = fieldBy(compiler, bankText);
  const value = compiler.integer(term);
  return fieldList(compiler, flags, elements, (frame) => ({
    kind: 'bank',
    region: region(frame),
    bank: bank(frame),
    // Deviates: ACPICA keeps 32 bits of it.
    value: ARITHMETIC_32.cut(value(frame)),
  }));
}

function indexField(compiler: Compiler, { operands }: Op<'IndexField'>): Body {
  const [indexText, dataText, flags, elements] = operands;
  const index = fieldBy(compiler, indexText);
  const data = fieldBy(compiler, dataText);
  return fieldList(compiler, flags, elements, (frame) => ({ kind: 'index', index: index(frame), data: data(frame) }));
}

/** CreateByteField and the like; of CreateBitField the index counts bits, of the others bytes. */
function bufferField(bits: number, indexBits: number) {
  return (compiler: Compiler, { operands }: { operands: readonly [Term, Term, string] }): Body => {
    const index = compiler.integer(operands[1]);
    return declareBufferField(compiler, operands[0], operands[2], false, (frame) => [
      Number(index(frame)) * indexBits,
      bits,
    ]);
  };
}

function declareBufferField(
  compiler: Compiler,
  source: Term,
  text: string,
  isBuffer: boolean,
  placed: (frame: Frame) => readonly [bit: number, bits: number],
): Body {
  const { machine, table } = compiler;
  const parsed = parseName(text);
  const value = compiler.value(source);
  const make = (frame: Frame): BufferFieldObject => {
    const buffer = toBuffer(value(frame) as Value, machine);
    const [bit, bits] = placed(frame);
    if (bits === 0) fail('AE_AML_OPERAND_VALUE', `${text} has no bits.`);
    if (bit + bits > 8 * buffer.bytes.length)
      fail(
        'AE_AML_BUFFER_LIMIT',
        `${text} has bits ${bit} to ${bit + bits - 1}, and the buffer only ${8 * buffer.bytes.length}.`,
      );
    return new BufferFieldObject(buffer, bit, bits, isBuffer);
  };
  return effect((frame) => {
    const node = machine.declare(frame, parsed, text, table, undefined);
    const inner = frame.isTable ? { ...frame } : undefined;
    if (inner !== undefined) node.object = new DeferredBufferField(() => make(inner));
    node.object = make(frame);
  });
}

function createField(compiler: Compiler, { operands }: Op<'CreateField'>): Body {
  const index = compiler.integer(operands[1]);
  const count = compiler.integer(operands[2]);
  return declareBufferField(compiler, operands[0], operands[3], true, (frame) => [
    Number(index(frame)),
    Number(count(frame)),
  ]);
}

/** Statements that name objects. */
export const DECLARATIONS = {
  Alias: alias,
  Name: name,
  Scope: scope,
  Method: method,
  External: (): Body => () => DONE.normal,
  CreateBitField: bufferField(1, 1),
  CreateByteField: bufferField(8, 8),
  CreateWordField: bufferField(16, 8),
  CreateDWordField: bufferField(32, 8),
  CreateQWordField: bufferField(64, 8),
  CreateField: createField,
  Mutex(compiler: Compiler, { operands }: Op<'Mutex'>): Body {
    const parsed = parseName(operands[0]);
    return effect((frame) => {
      compiler.machine.declare(frame, parsed, operands[0], compiler.table, new AmlMutex(operands[1] & 0xf));
    });
  },
  Event(compiler: Compiler, { operands }: Op<'Event'>): Body {
    const parsed = parseName(operands[0]);
    return effect((frame) => {
      compiler.machine.declare(frame, parsed, operands[0], compiler.table, new AmlEvent());
    });
  },
  OperationRegion: operationRegion,
  DataTableRegion: dataTableRegion,
  Field: field,
  BankField: bankField,
  IndexField: indexField,
  Device: (compiler: Compiler, { operands }: Op<'Device'>): Body =>
    device(() => new AmlDevice(TYPE.device))(compiler, operands[0], operands[1]),
  ThermalZone: (compiler: Compiler, { operands }: Op<'ThermalZone'>): Body =>
    device(() => new AmlDevice(TYPE.thermalZone))(compiler, operands[0], operands[1]),
  Processor: (compiler: Compiler, { operands }: Op<'Processor'>): Body =>
    device(() => new AmlDevice(TYPE.processor, operands.slice(1, 4) as number[]))(compiler, operands[0], operands[4]),
  PowerResource: (compiler: Compiler, { operands }: Op<'PowerResource'>): Body =>
    device(() => new AmlDevice(TYPE.powerResource, operands.slice(1, 3) as number[]))(
      compiler,
      operands[0],
      operands[3],
    ),
};
