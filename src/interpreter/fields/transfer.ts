import { bytesOfInteger, bytesOfText } from '../objects/convert.js';
import { AmlFault, fail } from '../objects/fault.js';
import { AmlBuffer, AmlString, type Value } from '../objects/objects.js';
import type { FieldObject } from './field-unit.js';
import { REGION_SPACES, spaceName } from './region.js';

/** Status and length before the data. ACPI 6.5 §5.5.2.4.5 */
const HEAD_BYTES = 2;
/** Most data of one transfer. */
const SMBUS_BYTES = 32;
const IPMI_BYTES = 64;
const BLOCK_BYTES = 255;

/** Data bytes of a transfer by its access attribute; undefined for what the field says. ACPI 6.5 §19.6.48 */
const ATTRIBUTE_BYTES = new Map<number, number | undefined>([
  [0x02, 0],
  [0x04, 1],
  [0x06, 1],
  [0x08, 2],
  [0x0a, BLOCK_BYTES],
  [0x0c, 2],
  [0x0d, BLOCK_BYTES],
  [0x0b, undefined],
  [0x0e, undefined],
  [0x0f, undefined],
]);

/** Data bytes of a field's transfers; undefined if its space is accessed with plain reads and writes. */
function dataBytes({ storage, attribute, accessLength }: FieldObject): number | undefined {
  if (storage.kind !== 'region') return undefined;
  switch (storage.region.space) {
    case REGION_SPACES.SMBus:
      return SMBUS_BYTES;
    case REGION_SPACES.IPMI:
      return IPMI_BYTES;
    case REGION_SPACES.GenericSerialBus: {
      if (!ATTRIBUTE_BYTES.has(attribute))
        fail('AE_AML_INVALID_SPACE_ID', `${attribute} is not an access attribute of GenericSerialBus.`);
      return ATTRIBUTE_BYTES.get(attribute) ?? accessLength;
    }
    default:
      return undefined;
  }
}

function transfer(field: FieldObject, kind: 'read' | 'write', buffer: Uint8Array): AmlBuffer {
  const { storage } = field;
  if (storage.kind !== 'region') return fail('AE_SUPPORT', 'Only a Field of a bus transfers messages.');
  const { place } = storage.region;
  const { handler, info } = place;
  if (handler.transfer === undefined)
    fail('AE_NOT_EXIST', `The handler of ${spaceName(info.space)} has no transfer(), which ${info.path} needs.`);
  try {
    handler.transfer(
      {
        kind,
        address: place.offset + BigInt(field.baseBytes),
        attribute: field.attribute,
        lengthBytes: buffer.length - HEAD_BYTES,
        connection: field.connection,
        buffer,
      },
      info,
    );
  } catch (thrown) {
    if (thrown instanceof AmlFault) throw thrown;
    fail(
      'AE_ERROR',
      `The handler of ${spaceName(info.space)} failed: ${thrown instanceof Error ? thrown.message : thrown}`,
    );
  }
  return new AmlBuffer(buffer);
}

/** Reads a field of a bus with messages: status, length, data. Undefined if its space has none. */
export function readTransfer(field: FieldObject): AmlBuffer | undefined {
  const { storage } = field;
  if (storage.kind !== 'region' || storage.region.space < REGION_SPACES.SMBus) return undefined;
  const bytes = dataBytes(field);
  return bytes === undefined ? undefined : transfer(field, 'read', new Uint8Array(HEAD_BYTES + bytes));
}

/** Writes to such a field; what the bus answered. Undefined if its space has no messages. */
export function writeTransfer(field: FieldObject, value: Value): AmlBuffer | undefined {
  const { storage } = field;
  if (storage.kind !== 'region' || storage.region.space < REGION_SPACES.SMBus) return undefined;
  const bytes = dataBytes(field);
  if (bytes === undefined) return undefined;
  const buffer = new Uint8Array(HEAD_BYTES + bytes);
  let source: Uint8Array;
  if (value instanceof AmlBuffer) source = value.bytes;
  else if (value instanceof AmlString) source = bytesOfText(value.text);
  else if (typeof value === 'number' || typeof value === 'bigint') source = bytesOfInteger(value, 8);
  else source = fail('AE_AML_OPERAND_TYPE', 'A field of a bus takes a Buffer.');
  buffer.set(source.subarray(0, buffer.length));
  return transfer(field, 'write', buffer);
}
