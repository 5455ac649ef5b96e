import { AmlFault, fail } from '../objects/fault.js';
import { fromBigInt } from '../objects/integers.js';
import type { Machine } from '../objects/machine.js';
import { AmlBuffer, type AmlInteger, typeName, type Value } from '../objects/objects.js';
import { type FieldObject, readField, sourceBytes, writeField } from './field-unit.js';
import { REGION_SPACES, type RegionObject, spaceName } from './region.js';

/** Status and length before the data. ACPI 6.5 §5.5.2.4.5 */
const HEAD_BYTES = 2;

/** Data bytes of a transfer by its access attribute. ACPI 6.5 §19.6.48; AcpiExGetProtocolBufferLength of ACPICA */
const ATTRIBUTE_BYTES: ReadonlyMap<number, number> = new Map([
  [0x02, 0],
  [0x04, 1],
  [0x06, 1],
  [0x08, 2],
  [0x0a, 255],
  [0x0b, 255],
  [0x0c, 2],
  [0x0d, 255],
  [0x0e, 255],
  [0x0f, 255],
]);
/** AttribRawProcessBytes: it writes before it reads, so that it cannot be read alone. */
const RAW_PROCESS_BYTES = 0x0f;

/** Data bytes of buses that have one length. ACPI 6.5 §5.5.2.4.4, §5.5.2.4.6, §5.5.2.4.9 */
const SPACE_BYTES: ReadonlyMap<number, number> = new Map([
  [REGION_SPACES.SMBus, 32],
  [REGION_SPACES.IPMI, 64],
  [REGION_SPACES.PlatformRtMechanism, 24],
]);

function isBus(space: number): boolean {
  return SPACE_BYTES.has(space) || space === REGION_SPACES.GenericSerialBus;
}

function dataBytes({ attribute }: FieldObject, { space }: RegionObject): number {
  return (
    SPACE_BYTES.get(space) ??
    ATTRIBUTE_BYTES.get(attribute) ??
    fail('AE_AML_INVALID_SPACE_ID', `${attribute} is not an access attribute of GenericSerialBus.`)
  );
}

/** Passes a message to the handler, which writes its answer to the buffer. */
function transfer(field: FieldObject, region: RegionObject, kind: 'read' | 'write', buffer: Uint8Array): void {
  const { handler, info, offset } = region.place;
  if (handler.transfer === undefined)
    fail('AE_NOT_EXIST', `The handler of ${spaceName(info.space)} has no transfer(), which ${info.path} needs.`);
  const { attribute, accessLength, connection } = field;
  const address = offset + BigInt(field.baseBytes);
  attempt(info.space, info.path, () =>
    handler.transfer?.(
      { kind, address, attribute, accessLength, lengthBytes: buffer.length - HEAD_BYTES, connection, buffer },
      info,
    ),
  );
}

function attempt<T>(space: number, path: string, act: () => T): T {
  try {
    return act();
  } catch (thrown) {
    if (thrown instanceof AmlFault) throw thrown;
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    return fail('AE_ERROR', `The handler of ${spaceName(space)} failed an access to ${path}: ${why}`);
  }
}

/** Pins of a GPIO connection: the address is the field's number after its Connection, the width its bits. */
function pins(
  field: FieldObject,
  region: RegionObject,
): { readonly pin: bigint; readonly width: number; readonly mask: bigint } {
  if (field.bits > 64) fail('AE_AML_OPERAND_VALUE', `A GPIO field has up to 64 pins, not ${field.bits}.`);
  // The handler is looked for before anything else can fail.
  void region.place;
  return { pin: BigInt(field.pin), width: Math.ceil(field.bits / 8), mask: (1n << BigInt(field.bits)) - 1n };
}

/** Offsets of the command in a PCC region: of a generic and of a master subspace. ACPI 6.5 §14.1.1, §14.1.3 */
const isPccCommand = (offset: number) => offset === 4 || offset === 5 || (offset >= 12 && offset <= 15);

/** A PCC region is a buffer; a write to its command passes the whole of it to the handler. ACPI 6.5 §5.5.2.4.8 */
function pccBuffer(region: RegionObject): Uint8Array {
  region.shared ??= new Uint8Array(Math.min(region.place.length, 0x1_0000));
  return region.shared;
}

function checkPcc(field: FieldObject, buffer: Uint8Array, bytes: number): void {
  if (field.baseBytes + bytes > buffer.length)
    fail('AE_AML_REGION_LIMIT', `Bytes up to ${field.baseBytes + bytes} are past the end of the PCC region.`);
}

function readSpecial(field: FieldObject, region: RegionObject): AmlInteger | AmlBuffer | undefined {
  const { space } = region;
  if (isBus(space)) {
    if (space === REGION_SPACES.GenericSerialBus && field.attribute === RAW_PROCESS_BYTES)
      fail('AE_AML_INVALID_SPACE_ID', 'AttribRawProcessBytes writes before it reads: store a Buffer to it.');
    const buffer = new Uint8Array(HEAD_BYTES + dataBytes(field, region));
    transfer(field, region, 'read', buffer);
    return new AmlBuffer(buffer);
  }
  if (space === REGION_SPACES.GeneralPurposeIO) {
    const { pin, width, mask } = pins(field, region);
    const { handler, info } = region.place;
    const value = attempt(space, info.path, () => handler.read(pin, width, { ...info, connection: field.connection }));
    return fromBigInt(BigInt(value) & mask);
  }
  if (space === REGION_SPACES.PCC) {
    const buffer = pccBuffer(region);
    const bytes = Math.ceil(field.bits / 8);
    checkPcc(field, buffer, bytes);
    const copy = buffer.slice(field.baseBytes, field.baseBytes + bytes);
    if (bytes > 8) return new AmlBuffer(copy);
    const value = copy.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
    return fromBigInt(value & ((1n << BigInt(field.bits)) - 1n));
  }
  return undefined;
}

/** What storing is worth: a bus answers with a buffer; undefined if the space has plain accesses. */
function writeSpecial(field: FieldObject, region: RegionObject, value: Value): Value | undefined {
  const { space } = region;
  if (isBus(space)) {
    if (!(value instanceof AmlBuffer))
      return fail('AE_AML_OPERAND_TYPE', `A field of ${spaceName(space)} takes a Buffer, not ${typeName(value)}.`);
    const buffer = new Uint8Array(HEAD_BYTES + dataBytes(field, region));
    buffer.set(value.bytes.subarray(0, buffer.length));
    transfer(field, region, 'write', buffer);
    return new AmlBuffer(buffer);
  }
  if (space === REGION_SPACES.GeneralPurposeIO) {
    if (typeof value !== 'number' && typeof value !== 'bigint')
      return fail('AE_AML_OPERAND_TYPE', `A GPIO field takes an Integer, not ${typeName(value)}.`);
    const { pin, width, mask } = pins(field, region);
    const { handler, info } = region.place;
    const bits = fromBigInt(BigInt(value) & mask);
    attempt(space, info.path, () => handler.write(pin, width, bits, { ...info, connection: field.connection }));
    return value;
  }
  if (space === REGION_SPACES.PCC) {
    const buffer = pccBuffer(region);
    const bytes = Math.ceil(field.bits / 8);
    checkPcc(field, buffer, bytes);
    const source = sourceBytes(value).subarray(0, bytes);
    buffer.fill(0, field.baseBytes, field.baseBytes + bytes);
    buffer.set(source, field.baseBytes);
    if (isPccCommand(field.baseBytes) && region.place.handler.transfer !== undefined)
      transfer(field, region, 'write', buffer);
    return value;
  }
  return undefined;
}

/** A space whose fields are not read and written by accesses of a width. */
function specialRegion({ storage }: FieldObject): RegionObject | undefined {
  return storage.kind === 'region' && storage.region.space >= REGION_SPACES.SMBus ? storage.region : undefined;
}

function read(machine: Machine, field: FieldObject): AmlInteger | AmlBuffer {
  const region = specialRegion(field);
  return (region === undefined ? undefined : readSpecial(field, region)) ?? readField(field, machine);
}

function write(machine: Machine, field: FieldObject, value: Value): Value {
  const region = specialRegion(field);
  const answer = region === undefined ? undefined : writeSpecial(field, region, value);
  if (answer !== undefined) return answer;
  writeField(field, value, machine);
  return value;
}

/** The value of a field unit. A field with the Lock rule is read with the global lock held. ACPI 6.5 §19.6.48 */
export function readFieldUnit(machine: Machine, field: FieldObject): AmlInteger | AmlBuffer {
  if (!field.isLocked) return read(machine, field);
  machine.lock();
  try {
    return read(machine, field);
  } finally {
    machine.unlock();
  }
}

/** Stores to a field unit; what the store is worth. */
export function writeFieldUnit(machine: Machine, field: FieldObject, value: Value): Value {
  if (!field.isLocked) return write(machine, field, value);
  machine.lock();
  try {
    return write(machine, field, value);
  } finally {
    machine.unlock();
  }
}
