import { asl, declarations, displayName, type Term } from '../../aml/index.js';
import { formatHex, formatPciAddress } from '../../base/index.js';
import { packPciAddress } from '../../platform/config-address.js';
import { MOTHERBOARD_PATH, VCFG_NAME } from '../../platform/names/generated-names.js';
import { paddedPath } from '../../platform/names/name-seg.js';
import type { Diagnostic, PciAddress } from '../../vocab/index.js';
import { type DsdtOptions, sharedMethods } from '../dsdt/dsdt.js';
import { eventDevice } from '../dsdt/event-device.js';
import { eventHandlers, type Placed } from '../dsdt/event-handlers.js';
import { busDevices, type FunctionTree, parentPath, registerTerms } from '../dsdt/function-devices.js';
import { windowReservation } from '../dsdt/motherboard.js';
import { vcfgName } from '../dsdt/vcfg-name.js';
import { divide, type FirmwareTablesOptions, keptFunctions } from '../tables/firmware-tables.js';
import { type ExistingMachine, existingMachine, isReserved, placeOf } from './existing-machine.js';
import { freeSegment, type PlacedPlatform } from './place-functions.js';

const ROOT_VCFG = `\\${VCFG_NAME}`;

/** `VCFG`, unless the machine's tables have it. */
function baseTerms(
  { platform }: PlacedPlatform,
  machine: ExistingMachine,
  found: Diagnostic[],
  options: DsdtOptions,
): Term[] {
  const { base, absent } = platform.vcfg;
  if (absent) return [];
  const object = machine.at(ROOT_VCFG);
  if (object === undefined)
    return [vcfgName(base, options.vcfgWidth === undefined ? {} : { width: options.vcfgWidth })];
  const value = machine.integerAt(ROOT_VCFG);
  if (value === base) return [];
  const has = value === undefined ? 'something other than an Integer' : formatHex(value);
  found.push({
    code: 'FIRMWARE_VCFG_DIFFERS',
    severity: 'error',
    place: placeOf(object),
    message: `These tables have ${has} as \\VCFG, but the platform's window is at ${formatHex(base)}.`,
    cure: 'Give the window that base in the platform file, or change the table with vcfg inject.',
  });
  return [];
}

/** A device that reserves the window, unless one of the machine's does. */
function reservationTerms({ platform: { vcfg } }: PlacedPlatform, machine: ExistingMachine): Term[] {
  const window = { base: vcfg.base, lengthBytes: BigInt(vcfg.lengthBytes) };
  if (vcfg.absent || isReserved(machine, window)) return [];
  const parent = parentPath(MOTHERBOARD_PATH);
  const wanted = MOTHERBOARD_PATH.slice(parent.length + 1);
  const name = freeSegment(machine, paddedPath(parent), wanted) ?? wanted;
  return [windowReservation(`${parent}.${name}`, window)];
}

/** Objects of ACPI's own names that a machine's Device may have already; its own are kept. */
const KEPT = ['_DSM', '_PR0', '_PR3'];

/** What a function's registers bring into a Device that is there, without what the Device has itself. */
function missingTerms(
  tree: FunctionTree,
  { described, path }: Placed,
  machine: ExistingMachine,
  found: Diagnostic[],
  options: DsdtOptions,
): Term[] {
  return registerTerms(tree, described, options).filter((term) => {
    if (term.op !== 'Method' && term.op !== 'Name') return true;
    const name = term.operands[0];
    const object = KEPT.includes(name) ? machine.at(paddedPath(`${path}.${name}`)) : undefined;
    if (object === undefined) return true;
    found.push({
      code: 'FIRMWARE_OBJECT_KEPT',
      severity: 'warning',
      place: placeOf(object),
      message: `${path} already has a ${name}, so the ${described.profile} profile's is left out.`,
      cure: `Call the mailbox from that ${name}, or remove it from the machine's source.`,
    });
    return false;
  });
}

/** Refuses what would be declared twice: an OS keeps the first object and gives up on the table at the second. */
function findTaken(terms: readonly Term[], machine: ExistingMachine): Diagnostic[] {
  return declarations(terms).flatMap(({ path, element, term }): Diagnostic[] => {
    const object = term.op === 'Scope' ? undefined : machine.at(path);
    if (object === undefined) return [];
    const { file } = placeOf(object);
    return [
      {
        code: 'FIRMWARE_NAME_TAKEN',
        severity: 'error',
        place: placeOf(object),
        message: `${displayName(path)} would be declared twice: ${file} declares it too.`,
        cure: element
          ? 'Give the register or field another name in the platform file; label keeps a longer one.'
          : 'If that is a table of vcfg generate, leave it out of --onto; else rename the object in its source.',
      },
    ];
  });
}

/** A function that is to be added later has no Device yet. */
function findPlugged({ platform, existing }: PlacedPlatform, hotPlug: readonly PciAddress[]): Diagnostic[] {
  return hotPlug.flatMap((address): Diagnostic[] => {
    const packed = packPciAddress(address);
    if (!existing.has(packed)) return [];
    const path = platform.functions.find((each) => packPciAddress(each.address) === packed)?.path;
    return [
      {
        code: 'FIRMWARE_NAME_TAKEN',
        severity: 'error',
        place: { path: path ?? ROOT_VCFG },
        message: `${formatPciAddress(address)} is to be added while the guest runs, and these tables have its Device.`,
        cure: 'Leave it out of the functions that are added later.',
      },
    ];
  });
}

export interface OntoTerms {
  readonly terms: readonly Term[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * What a machine with tables of its own lacks to have a platform's window: `VCFG`, what reserves the window, Devices for
 * functions that have none, and in each Device its regions, fields, power resource and `_DSM`; handlers of their events.
 */
export function ontoTerms(
  placed: PlacedPlatform,
  machine: ExistingMachine = existingMachine([]),
  options: FirmwareTablesOptions = {},
): OntoTerms {
  const { platform, existing } = placed;
  const division = divide(platform, options.hotPlug ?? []);
  const { tree } = division;
  const kept = keptFunctions(division);
  const found: Diagnostic[] = [];
  const isThere = ({ described }: Placed) => existing.has(packPciAddress(described.address));
  const fresh = new Set(kept.filter((each) => !isThere(each)));
  const devices = (bus: number) =>
    busDevices(tree, bus, { kept: fresh, contents: (described) => registerTerms(tree, described, options) });
  const scope = (path: string, terms: readonly Term[]) => (terms.length === 0 ? [] : [asl.Scope(path, terms)]);
  const terms = [
    ...baseTerms(placed, machine, found, options),
    ...scope(platform.host, [...sharedMethods(platform), ...devices(0)]),
    ...kept.filter(isThere).flatMap((each) => {
      const { bridge } = each.described;
      return scope(each.path, [
        ...missingTerms(tree, each, machine, found, options),
        ...(bridge ? devices(bridge.secondary) : []),
      ]);
    }),
    ...reservationTerms(placed, machine),
    ...eventDevice(platform),
    ...eventHandlers(platform, kept),
  ];
  return {
    terms,
    diagnostics: [
      ...placed.diagnostics,
      ...found,
      ...findPlugged(placed, options.hotPlug ?? []),
      ...findTaken(terms, machine),
    ],
  };
}
