import { displayName, eisaIdText, integerValue, type Term } from '../../aml/index.js';
import { formatHex } from '../../base/index.js';
import type { Finding, Rule } from '../rules/rule.js';
import { type Declared, placeOf } from '../subject/machine-names.js';
import type { Subject } from '../subject/subject.js';
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

function* twoIdentities(subject: Subject): Generator<Finding> {
  for (const device of devicesOf(subject).values()) {
    const [hid, adr] = [certainObject(device, '_HID'), certainObject(device, '_ADR')];
    if (hid === undefined || adr === undefined) continue;
    yield found(device, `${displayName(device.path)} has both _HID and _ADR.`, adr);
  }
}

/** What a Device has that is of use only to one that the OS can tell from others. ACPI 6.5 §6.1 */
const USED = ['_CRS', '_STA', '_DSM', '_INI', '_PRT', '_PR0', '_PS0', '_UID'];

function* noIdentity(subject: Subject): Generator<Finding> {
  if (subject.dsdt === undefined) return;
  for (const device of devicesOf(subject).values()) {
    const { objects } = device;
    if (objects.has('_HID') || objects.has('_ADR') || objects.has('_CID')) continue;
    const used = USED.find((name) => objects.has(name));
    if (used === undefined) continue;
    yield found(device, `${displayName(device.path)} has ${used} and neither _HID nor _ADR.`);
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
function* identifiers(subject: Subject): Generator<Identifier> {
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

function* illFormed(subject: Subject): Generator<Finding> {
  for (const { name, term, table, path, strict } of identifiers(subject)) {
    const value = integerValue(term);
    if (value !== undefined) {
      // A 0 is what methods return for a device that is not there.
      if (value === 0n || (value >> 32n === 0n && eisaIdText(Number(value)) !== undefined)) continue;
      const message = `${name} is ${formatHex(value, 8)}, which packs no three letters A to Z: written in lower case?`;
      yield findingAt(table, term, path, message);
      continue;
    }
    const text = term.op === 'String' ? term.operands[0] : undefined;
    const why = text === undefined ? undefined : whyIllFormed(text, strict);
    if (why !== undefined) yield findingAt(table, term, path, `${name} is "${text}", and no identifier: ${why}.`);
  }
}

/** Whether a device may be absent, so that another may have its identity. */
const mayBeAbsent = (device: DeviceFacts): boolean => device.declared.conditional || device.objects.has('_STA');

function* sameUnique(subject: Subject): Generator<Finding> {
  const first = new Map<string, DeviceFacts>();
  for (const device of devicesOf(subject).values()) {
    const [hid, uid] = ['_HID', '_UID'].map((name) => constantText(certainObject(device, name)));
    if (hid === undefined || uid === undefined || mayBeAbsent(device)) continue;
    const key = `${hid} ${uid}`;
    const before = first.get(key);
    if (before === undefined) {
      first.set(key, device);
      continue;
    }
    const message = `${displayName(device.path)} has the _HID ${hid} and the _UID ${uid}, as ${displayName(before.path)} has.`;
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

/** Function number that means every function of a device. ACPI 6.5 §6.1.1 */
const ALL_FUNCTIONS = 0xffff;

function* badAddresses(subject: Subject): Generator<Finding> {
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

function* sameAddresses(subject: Subject): Generator<Finding> {
  const bridges = bridgePaths(subject);
  const first = new Map<string, DeviceFacts>();
  for (const device of devicesOf(subject).values()) {
    const address = integerObject(device, '_ADR');
    if (address === undefined || mayBeAbsent(device) || !bridges.has(device.parent)) continue;
    const key = `${device.parent} ${address}`;
    const before = first.get(key);
    if (before === undefined) {
      first.set(key, device);
      continue;
    }
    const message = `${displayName(device.path)} has the _ADR ${formatHex(address, 8)}, as ${displayName(before.path)} has.`;
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
    why: 'One names a device of no bus, the other one that its bus finds: Linux then makes a platform device beside the PCI one. crosvm does so with its host bridge, where it does no harm.',
    cure: 'Keep _ADR for what the bus enumerates, else _HID.',
    source: 'ACPI 6.5 §6.1; iasl warning 3073',
    find: twoIdentities,
  },
  {
    code: 'AML_DEVICE_UNNAMED',
    family: 'aml',
    severity: 'warning',
    what: 'A device has objects that the OS reads of a device, and neither _HID, _CID nor _ADR.',
    why: 'The OS cannot tell which device it is, and binds no driver to it.',
    cure: 'Give it a _HID, or the _ADR that its bus knows it by.',
    source: 'ACPI 6.5 §6.1',
    find: noIdentity,
  },
  {
    code: 'AML_ID_FORM',
    family: 'aml',
    severity: 'warning',
    what: 'A _HID, _CID or _SUB is no PNP or ACPI identifier.',
    why: 'No driver has it in its list: comparisons are of case, length and digits. EISA identifiers of lower-case letters pack into another device’s.',
    cure: 'Three upper-case letters, or four with digits, and four upper-case hex digits: PNP0A08, ACPI0010.',
    source: 'ACPI 6.5 §6.1.5, §19.6.37; iasl errors 6035, 6061 and 6136',
    find: illFormed,
  },
  {
    code: 'AML_UID_TWICE',
    family: 'aml',
    severity: 'warning',
    what: 'Two devices that are always there have the same _HID and the same _UID.',
    why: 'The OS tells devices of one _HID by _UID: Windows drops one, and settings of one are given to the other.',
    cure: 'Give each a _UID of its own.',
    source: 'ACPI 6.5 §6.1.12',
    find: sameUnique,
  },
  {
    code: 'AML_ADR_RANGE',
    family: 'aml',
    severity: 'warning',
    what: 'A device directly below a PCI host bridge has an _ADR that is not a device and function of a PCI bus.',
    why: 'It belongs to no function that the bus finds: nothing in the device is used.',
    cure: 'Write the device in the high 16 bits, 0 to 31, and the function in the low ones, 0 to 7 or 0xFFFF for all.',
    source: 'ACPI 6.5 §6.1.1',
    find: badAddresses,
  },
  {
    code: 'AML_ADR_TWICE',
    family: 'aml',
    severity: 'warning',
    what: 'Two devices that are always there have the same _ADR below one PCI host bridge.',
    why: 'One function gets one of the two: what the other says is not used, and which one it is differs between systems.',
    cure: 'Put the contents of both into one.',
    source: 'ACPI 6.5 §6.1.1; Linux drivers/acpi/glue.c',
    find: sameAddresses,
  },
];
