import type { Op, Term } from '../../aml/index.js';
import { SDT_HEADER_BYTES, SDT_OFFSET } from '../../base/index.js';
import { BufferFieldObject, FieldObject, readBufferField } from '../fields/field-unit.js';
import { findTable } from '../fields/place-region.js';
import { RegionObject } from '../fields/region.js';
import { readFieldUnit } from '../fields/transfer.js';
import { toText } from '../objects/convert.js';
import { fail } from '../objects/fault.js';
import type { Machine } from '../objects/machine.js';
import type { AmlNode } from '../objects/node.js';
import { AmlBuffer, DdbHandle, type Value } from '../objects/objects.js';
import { findByText } from '../objects/resolve.js';
import { storeToNode } from '../objects/store.js';
import { type Compiler, type Evaluate, truth } from './types.js';

/** The bytes of a table in a region, a field or a buffer. */
function tableBytes(machine: Machine, node: AmlNode): Uint8Array {
  const { object } = node;
  if (object instanceof RegionObject) {
    const { handler, info, offset, length } = object.place;
    const read = (at: number) => Number(handler.read(offset + BigInt(at), 1, info));
    if (length < SDT_HEADER_BYTES)
      fail('AE_INVALID_TABLE_LENGTH', `${node.path} has fewer bytes than a table's header.`);
    const byte = (index: number) => read(SDT_OFFSET.length + index);
    const size = byte(0) + 0x100 * byte(1) + 0x1_0000 * byte(2) + 0x100_0000 * byte(3);
    if (size < SDT_HEADER_BYTES)
      fail('AE_INVALID_TABLE_LENGTH', `The table in ${node.path} says that it has ${size} bytes, fewer than a header.`);
    if (size > length) fail('AE_BAD_HEADER', `The table in ${node.path} is longer than the region.`);
    machine.spend(size);
    return Uint8Array.from({ length: size }, (_, at) => read(at));
  }
  let value: unknown = object;
  if (object instanceof FieldObject) value = readFieldUnit(machine, object);
  if (object instanceof BufferFieldObject) value = readBufferField(object, machine.arithmetic);
  if (!(value instanceof AmlBuffer)) return fail('AE_AML_OPERAND_TYPE', `${node.path} holds no table.`);
  const { bytes } = value;
  if (bytes.length < SDT_HEADER_BYTES)
    fail('AE_INVALID_TABLE_LENGTH', `${node.path} has fewer bytes than a table's header.`);
  const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(SDT_OFFSET.length, true);
  if (size > bytes.length) fail('AE_AML_BUFFER_LIMIT', `The table in ${node.path} is longer than the buffer.`);
  if (size < SDT_HEADER_BYTES)
    fail('AE_INVALID_TABLE_LENGTH', `The table in ${node.path} says that it has ${size} bytes, fewer than a header.`);
  return bytes.slice(0, size);
}

function load(compiler: Compiler, { operands }: Op<'Load'>): Evaluate {
  const { machine } = compiler;
  const find = compiler.require(operands[0]);
  const put = compiler.target(operands[1]);
  return (frame) => {
    const node = find(frame);
    const bytes = tableBytes(machine, node);
    if ((bytes.reduce((sum, byte) => sum + byte, 0) & 0xff) !== 0)
      fail('AE_BAD_CHECKSUM', `The bytes of the table in ${node.path} do not add up to 0.`);
    const table = machine.loadTable(bytes, node.path, machine.tree.root);
    put?.(frame, new DdbHandle(table), 'store');
    return truth(machine, true);
  };
}

function loadTable(compiler: Compiler, { operands }: Op<'LoadTable'>): Evaluate {
  const { machine } = compiler;
  const values = (operands as readonly Term[]).map((term) => compiler.value(term));
  return (frame) => {
    const given = values.map((value) => value(frame));
    const texts = given.slice(0, 5).map((value) => toText(value, 'implicit', machine).text);
    const [signature = '', oemId = '', oemTableId = '', rootPath = '', parameterPath = ''] = texts;
    const bytes = findTable(machine, [signature, oemId, oemTableId]);
    if (bytes === undefined) return 0;
    const find = (path: string, from: AmlNode) =>
      findByText(machine, path, from) ?? fail('AE_NOT_FOUND', `${path} does not exist.`);
    const scope = rootPath === '' ? machine.tree.root : find(rootPath, frame.scope);
    const isAbsolute = /^[\\^]/.test(parameterPath);
    const parameter = parameterPath === '' ? undefined : find(parameterPath, isAbsolute ? frame.scope : scope);
    const table = machine.loadTable(bytes, `${signature} ${oemTableId}`, scope);
    if (parameter !== undefined) storeToNode(machine, parameter, given[5] as Value, 'store');
    return new DdbHandle(table);
  };
}

/** Load and LoadTable. */
export const TABLES = { Load: load, LoadTable: loadTable };
