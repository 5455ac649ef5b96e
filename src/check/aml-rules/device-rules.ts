import { displayName, eisaIdText, integerValue, type Term } from '../../aml/index.js';
import { formatHex } from '../../base/index.js';
import type { Finding, Rule } from '../rules/rule.js';
import { HOW_EVALUATED } from '../running/evaluated-names.js';
import { isCertainlyPresent } from '../running/evaluated-objects.js';
import type { CheckedMachine } from '../subject/checked-machine.js';
import { type Declared, placeOf } from '../subject/machine-names.js';
import type { SubjectTable } from '../subject/subject-table.js';
import {
  bridgePaths,
  certainObject,
  type DeviceFacts,
  devicesOf,
  identifierText,
  integerObject,
  predefinedObjects,
} from './facts/devices.js';
import { surveyOf } from './facts/survey.js';
import { findingAt } from './finding.js';

const found = (device: DeviceFacts, message: string, other?: Declared): Finding => ({
  place: placeOf(device.declared),
  message,
  ...(other === undefined ? {} : { other: placeOf(other) }),
});

function* twoIdentities(subject: CheckedMachine): Generator<Finding> {
  for (const device of devicesOf(subject).values()) {
    const [hid, adr] = [certainObject(device, '_HID'), certainObject(device, '_ADR')];
    if (hid === undefined || adr === undefined) continue;
    yield found(device, `${displayName(device.path)} has both _HID and _ADR.`, adr);
  }
}

/** What a Device has that is of use only to one that the OS can tell from others. ACPI 6.5 §6.1 */
const USED = ['_CRS', '_STA', '_DSM', '_INI', '_PRT', '_PR0', '_PS0', '_UID'];

function* noIdentity(subject: CheckedMachine): Generator<Finding> {
  if (subject.dsdt === undefined) return;
  for (const device of devicesOf(subject).values()) {
    const { objects } = device;
    if (objects.has('_HID') || objects.has('_ADR') || objects.has('_CID')) continue;
    const used = USED.find((name) => objects.has(name));
    if (used === undefined) continue;
    yield found(device, `${displayName(device.path)} has ${used} but neither _HID nor _ADR.`);
  }
}

interface Identifier {
  readonly name: string;
  readonly term: Term;
  readonly table: SubjectTable;
  readonly path: string;
  /** A _HID made by Name. What a method returns may stand for no device, and a _CID may be whatever a driver asks for. */
  readonly strict: boolean;
}

const IDENTIFIER = /\._(?:HID|CID|SUB)$/;
const elementsOf = (term: Term): readonly Term[] => (term.op === 'Package' ? term.operands[1] : [term]);

/** Constants that a device’s identifiers are or that its methods return, with the elements of Packages. */
function* identifiers(subject: CheckedMachine): Generator<Identifier> {
  for (const { term, table, path, inMethod } of predefinedObjects(subject)) {
    if (term.op !== 'Name' || inMethod || !IDENTIFIER.test(path)) continue;
    const name = path.slice(-4);
    for (const each of elementsOf(term.operands[1])) yield { name, term: each, table, path, strict: name === '_HID' };
  }
  for (const { term, site } of surveyOf(subject).visits('Return')) {
    const path = site.method?.path ?? '';
    if (!IDENTIFIER.test(path)) continue;
    const name = path.slice(-4);
    for (const each of elementsOf(term.operands[0])) yield { name, term: each, table: site.table, path, strict: false };
  }
}

/** PNP and ACPI identifiers. ACPI 6.5 §6.1.5 */
const WELL_FORMED = /^(?:[A-Z]{3}[0-9A-F]{4}|[A-Z0-9]{4}[0-9A-F]{4})$/;

/** Why a text is no identifier; undefined if it is one, or may be where nothing has to be. */
function whyIllFormed(text: string, strict: boolean): string | undefined {
  if (WELL_FORMED.test(text)) return undefined;
  if (text.startsWith('*')) return 'it begins with an asterisk, which Windows adds by itself';
  if (WELL_FORMED.test(text.toUpperCase())) return 'it has lower-case letters';
  if (!strict) return undefined;
  if (text.length !== 7 && text.length !== 8) return `it has ${text.length} characters`;
  return 'it has to be letters, and at its end four hex digits, 0-9 and A-F';
}

function* illFormed(subject: CheckedMachine): Generator<Finding> {
  for (const { name, term, table, path, strict } of identifiers(subject)) {
    const value = integerValue(term);
    if (value !== undefined) {
      // A 0 is what methods return for a device that is not there.
      if (value === 0n || (value >> 32n === 0n && eisaIdText(Number(value)) !== undefined)) continue;
      const message = `${name} is ${formatHex(value, 8)}, which does not encode three letters A to Z. Was it written in lower case?`;
      yield findingAt(table, term, path, message);
      continue;
    }
    const text = term.op === 'String' ? term.operands[0] : undefined;
    const why = text === undefined ? undefined : whyIllFormed(text, strict);
    if (why !== undefined)
      yield findingAt(table, term, path, `${name} is "${text}", which is not an identifier: ${why}.`);
  }
}

/** Whether a device may be absent, so that another may have its identity. */
function mayBeAbsent(device: DeviceFacts, subject: CheckedMachine): boolean {
  if (device.declared.conditional) return true;
  return device.objects.has('_STA') && !isCertainlyPresent(certainObject(device, '_STA'), subject);
}

/** Devices with the same key, except those that may be absent. Whether one is there is only asked where it matters. */
function* alike(
  subject: CheckedMachine,
  keyOf: (device: DeviceFacts) => string | undefined,
): Generator<readonly [device: DeviceFacts, before: DeviceFacts]> {
  const groups = new Map<string, DeviceFacts[]>();
  for (const device of devicesOf(subject).values()) {
    const key = device.declared.conditional ? undefined : keyOf(device);
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [device]);
    else group.push(device);
  }
  for (const group of groups.values()) {
    if (group.length === 1) continue;
    const [before, ...others] = group.filter((device) => !mayBeAbsent(device, subject));
    for (const device of others) if (before !== undefined) yield [device, before];
  }
}

function* sameUnique(subject: CheckedMachine): Generator<Finding> {
  const idsOf = (device: DeviceFacts) =>
    ['_HID', '_UID'].map((name) => identityText(certainObject(device, name), subject));
  const keyOf = (device: DeviceFacts) => {
    const [hid, uid] = device.objects.has('_HID') && device.objects.has('_UID') ? idsOf(device) : [];
    return hid === undefined || uid === undefined ? undefined : `${hid} ${uid}`;
  };
  for (const [device, before] of alike(subject, keyOf)) {
    const [hid, uid] = idsOf(device);
    const ran = [device, before].some(needsRunning) ? ` (${HOW_EVALUATED})` : '';
    const message = `${displayName(device.path)} has the _HID ${hid} and the _UID ${uid}, as ${displayName(before.path)} has${ran}.`;
    yield found(device, message, before.declared);
  }
}

/** What a Name holds, as a person writes it; undefined for what is no constant. */
function constantText(declared: Declared | undefined): string | undefined {
  if (declared?.term.op !== 'Name') return undefined;
  const data = declared.term.operands[1];
  if (declared.path.endsWith('_UID')) {
    if (data.op === 'String') return `"${data.operands[0]}"`;
    return integerValue(data)?.toString();
  }
  return identifierText(data);
}

/** {@link constantText}, or what a method gives that is evaluated. */
function identityText(declared: Declared | undefined, { names }: CheckedMachine): string | undefined {
  if (declared === undefined) return undefined;
  const read = constantText(declared);
  if (read !== undefined) return read;
  const value = names.evaluated?.at(declared.path)?.value;
  if (typeof value === 'string') return declared.path.endsWith('_UID') ? `"${value}"` : value;
  if (typeof value !== 'bigint') return undefined;
  return declared.path.endsWith('_UID') ? value.toString() : eisaIdText(Number(BigInt.asUintN(32, value)));
}

/** Whether its identity or its presence is known only by evaluating. */
function needsRunning(device: DeviceFacts): boolean {
  const ids = ['_HID', '_UID'].map((name) => constantText(certainObject(device, name)));
  return device.objects.has('_STA') || ids.includes(undefined);
}

/** Function number that means every function of a device. ACPI 6.5 §6.1.1 */
const ALL_FUNCTIONS = 0xffff;

function* badAddresses(subject: CheckedMachine): Generator<Finding> {
  const bridges = bridgePaths(subject);
  for (const device of devicesOf(subject).values()) {
    const address = integerObject(device, '_ADR');
    if (address === undefined || !bridges.has(device.parent)) continue;
    const [slot, fn] = [Number(address >> 16n), Number(address & 0xffffn)];
    if (slot <= 31 && (fn <= 7 || fn === ALL_FUNCTIONS)) continue;
    const message = `Its _ADR is ${formatHex(address, 8)}: device ${slot}, function ${fn} of a PCI bus.`;
    yield found(device, message, certainObject(device, '_ADR'));
  }
}

function* sameAddresses(subject: CheckedMachine): Generator<Finding> {
  const bridges = bridgePaths(subject);
  const keyOf = (device: DeviceFacts) => {
    const address = bridges.has(device.parent) ? integerObject(device, '_ADR') : undefined;
    return address === undefined ? undefined : `${device.parent} ${address}`;
  };
  for (const [device, before] of alike(subject, keyOf)) {
    const ran = [device, before].some(({ objects }) => objects.has('_STA')) ? ` (${HOW_EVALUATED})` : '';
    const address = formatHex(integerObject(device, '_ADR') as bigint, 8);
    const message = `${displayName(device.path)} has the _ADR ${address}, as ${displayName(before.path)} has${ran}.`;
    yield found(device, message, before.declared);
  }
}

/** What is wrong with the identities of devices. */
export const DEVICE_RULES: readonly Rule[] = [
  {
    code: 'AML_HID_AND_ADR',
    family: 'aml',
    severity: 'note',
    what: 'A device has both _HID and _ADR.',
    why: '_HID is for devices that no bus enumerates, _ADR for devices that a bus enumerates. With both, Linux creates a platform device beside the PCI device. crosvm does this for its host bridge, where it does no harm.',
    cure: 'Keep _ADR if the bus enumerates the device, otherwise _HID.',
    source: 'ACPI 6.5 §6.1; iasl warning 3073',
    find: twoIdentities,
  },
  {
    code: 'AML_DEVICE_UNNAMED',
    family: 'aml',
    severity: 'warning',
    what: 'A device has objects that the OS reads, but no _HID, _CID or _ADR.',
    why: 'The OS cannot tell which device it is, and binds no driver to it.',
    cure: 'Give it a _HID, or the _ADR of the device on its bus.',
    source: 'ACPI 6.5 §6.1',
    find: noIdentity,
  },
  {
    code: 'AML_ID_FORM',
    family: 'aml',
    severity: 'warning',
    what: 'A _HID, _CID or _SUB is not a PNP or ACPI identifier.',
    why: 'No driver matches it, because case, length and digits all count. An EISA identifier in lower-case letters encodes to another device’s.',
    cure: 'Write three upper-case letters, or four letters or digits, and four upper-case hex digits: PNP0A08, ACPI0010.',
    source: 'ACPI 6.5 §6.1.5, §19.6.37; iasl errors 6035, 6061 and 6136',
    find: illFormed,
  },
  {
    code: 'AML_UID_TWICE',
    family: 'aml',
    severity: 'warning',
    what: 'Two devices that always exist have the same _HID and the same _UID.',
    why: 'The OS tells devices with the same _HID apart by _UID. Windows drops one of them, and settings of one may go to the other.',
    cure: 'Give each its own _UID.',
    source: 'ACPI 6.5 §6.1.12',
    find: sameUnique,
  },
  {
    code: 'AML_ADR_RANGE',
    family: 'aml',
    severity: 'warning',
    what: 'A device directly below a PCI host bridge has an _ADR that is not a device and function of a PCI bus.',
    why: 'It does not belong to any function on the bus, so nothing in the device is used.',
    cure: 'Write the device (0 to 31) in the high 16 bits and the function (0 to 7, or 0xFFFF for all) in the low 16 bits.',
    source: 'ACPI 6.5 §6.1.1',
    find: badAddresses,
  },
  {
    code: 'AML_ADR_TWICE',
    family: 'aml',
    severity: 'warning',
    what: 'Two devices that always exist have the same _ADR below one PCI host bridge.',
    why: 'The function gets only one of the two, and systems differ in which. The other is not used.',
    cure: 'Merge the two Devices.',
    source: 'ACPI 6.5 §6.1.1; Linux drivers/acpi/glue.c',
    find: sameAddresses,
  },
];
