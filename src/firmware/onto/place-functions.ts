import { displayName } from '../../aml/index.js';
import { DiagnosticError, formatHex, formatPciAddress } from '../../base/index.js';
import { endOf, formatRange, overlaps } from '../../platform/address-ranges.js';
import { adrOf, packPciAddress } from '../../platform/config-address.js';
import { automaticBase, VCFG_BYTES_PER_BUS } from '../../platform/layout.js';
import { functionSegment } from '../../platform/names/acpi-path.js';
import { VCFG_NAME } from '../../platform/names/generated-names.js';
import { paddedName, paddedPath } from '../../platform/names/name-seg.js';
import { GPE_COUNT } from '../../platform/power-ports.js';
import type { AddressRange, Diagnostic, FunctionDescription, Platform, Severity } from '../../vocab/index.js';
import { type ExistingMachine, hostBridges, placeOf } from './existing-machine.js';

/** A platform whose functions have the paths and events that fit a machine's own tables. */
export interface PlacedPlatform {
  readonly platform: Platform & { readonly host: string };
  /** Packed addresses of the functions whose Device the machine's tables have. */
  readonly existing: ReadonlySet<number>;
  readonly diagnostics: readonly Diagnostic[];
}

function finding(
  severity: Severity,
  code: Diagnostic['code'],
  path: string,
  message: string,
  cure: string,
): Diagnostic {
  return { code, severity, place: { path }, message, cure };
}

/** The host bridge: the one that the platform names, else the first of segment 0 and bus 0. */
function findHost(given: string | undefined, machine: ExistingMachine, diagnostics: Diagnostic[]): string | undefined {
  const found = hostBridges(machine);
  const [first] = found;
  if (given !== undefined) {
    const path = paddedPath(given);
    if (machine.at(path)?.declaration.term.op === 'Device') return path;
    const others = first === undefined ? 'There is none in these tables.' : `These tables have ${displayName(first)}.`;
    const message = `The platform has its host bridge at ${given}, which no table declares as a Device.`;
    diagnostics.push(
      finding('error', 'FIRMWARE_NO_HOST', given, message, `${others} Correct host in the platform file.`),
    );
    return undefined;
  }
  if (first !== undefined) {
    const path = displayName(first);
    const message = `The host bridge is ${path}.`;
    const cure = `Write host: ${path} in the platform file, so that vcfg check uses it too.`;
    diagnostics.push(finding('note', 'FIRMWARE_HOST_FOUND', path, message, cure));
    return first;
  }
  const message = 'No table has a PCI host bridge: a Device with _HID or _CID PNP0A03 or PNP0A08, segment 0 and bus 0.';
  const cure = 'Give the DSDT of the machine, or the path of its host bridge as host in the platform file.';
  diagnostics.push(finding('error', 'FIRMWARE_NO_HOST', '\\', message, cure));
  return undefined;
}

/** A name for a new Device: the generator's own, or one like it if that is taken. */
export function freeSegment(machine: ExistingMachine, parent: string, wanted: string): string | undefined {
  const letters = ['', ...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  for (const letter of letters) {
    const segment = letter === '' ? wanted : `${letter}${letter}${wanted.slice(2)}`;
    if (!machine.isTaken(`${parent}.${paddedName(segment)}`)) return segment;
  }
  return undefined;
}

/** Finds the first Device directly below a path that has an _ADR; each path's Devices are looked at once. */
function deviceFinder(machine: ExistingMachine): (parent: string, adr: bigint) => string | undefined {
  const known = new Map<string, ReadonlyMap<bigint, string>>();
  const below = (parent: string) => {
    const devices = new Map<bigint, string>();
    for (const path of machine.devicesBelow(parent)) {
      const adr = machine.integerAt(`${path}._ADR`);
      if (adr !== undefined && !devices.has(adr)) devices.set(adr, path);
    }
    known.set(parent, devices);
    return devices;
  };
  return (parent, adr) => (known.get(parent) ?? below(parent)).get(adr);
}

/** Gives each function the path of its Device: the one that the tables have for its address, or a new one. */
function placeDevices(
  { functions }: Platform,
  host: string,
  machine: ExistingMachine,
  diagnostics: Diagnostic[],
): { functions: FunctionDescription[]; existing: Set<number> } {
  const existing = new Set<number>();
  const find = deviceFinder(machine);
  const busPaths = new Map([[0, host]]);
  const placed = functions.map((described): FunctionDescription => {
    const { address, bridge } = described;
    const parent = busPaths.get(address.bus);
    if (parent === undefined) return described;
    const given = described.path === undefined ? undefined : paddedPath(described.path);
    if (given !== undefined && machine.at(given)?.declaration.term.op !== 'Device') {
      const message = `The platform has ${described.name} at ${described.path}, which no table declares as a Device.`;
      const cure = `Correct the path of ${formatPciAddress(address)}, or remove it: the Device is then found by its _ADR, or added.`;
      diagnostics.push(finding('error', 'FIRMWARE_NO_DEVICE', described.path as string, message, cure));
    }
    const found = given ?? find(parent, BigInt(adrOf(address)));
    if (found !== undefined) existing.add(packPciAddress(address));
    const segment = functionSegment(address, bridge?.secondary);
    const path = found ?? `${parent}.${freeSegment(machine, parent, segment) ?? segment}`;
    if (bridge) busPaths.set(bridge.secondary, path);
    return { ...described, path: displayName(path) };
  });
  return { functions: placed, existing };
}

const eventName = (letter: 'E' | 'L', event: number) =>
  `\\_GPE._${letter}${event.toString(16).toUpperCase().padStart(2, '0')}`;

/** The handler of an event that the tables have. */
function handlerOf(event: number, machine: ExistingMachine) {
  return machine.at(eventName('E', event)) ?? machine.at(eventName('L', event));
}

/** Moves each event that the machine's own tables handle to one that nothing uses. */
function moveEvents(
  functions: readonly FunctionDescription[],
  machine: ExistingMachine,
  diagnostics: Diagnostic[],
): FunctionDescription[] {
  const used = new Set(functions.map(({ gpe }) => gpe));
  const isFree = (event: number) => !used.has(event) && handlerOf(event, machine) === undefined;
  return functions.map((described) => {
    const { gpe, address, name } = described;
    const handler = gpe === undefined ? undefined : handlerOf(gpe, machine);
    if (gpe === undefined || handler === undefined) return described;
    const free = Array.from({ length: GPE_COUNT }, (_, event) => event).find(isFree);
    const { file, path } = placeOf(handler);
    if (free === undefined) {
      const message = `${name} at ${formatPciAddress(address)} has event ${formatHex(gpe)}, which ${path} of ${file} handles, and no event is free.`;
      const cure = 'Remove the profile of a function that sends no notifications.';
      diagnostics.push({ code: 'FIRMWARE_GPE_TAKEN', severity: 'error', place: placeOf(handler), message, cure });
      return described;
    }
    used.add(free);
    const message = `${name} at ${formatPciAddress(address)} has event ${formatHex(gpe)}, which ${path} of ${file} handles; it gets event ${formatHex(free)}.`;
    const cure = `Write gpe: ${formatHex(free)} in the platform file, so that the device raises that event too.`;
    diagnostics.push({ code: 'FIRMWARE_GPE_TAKEN', severity: 'warning', place: placeOf(handler), message, cure });
    return { ...described, gpe: free };
  });
}

/** Whether a window is where `base: auto` puts it, so that it may be moved to fit a machine's tables. */
export function isBaseOpen({ vcfg, memory }: Platform): boolean {
  return vcfg.isBaseGiven === undefined && vcfg.base === automaticBase(memory);
}

/** Why the platform itself cannot have its window at a base, as the end of a sentence; undefined if it can. */
export function unfitBase(base: bigint, { vcfg, memory, ecam, addressBits, functions }: Platform): string | undefined {
  const window = { base, lengthBytes: BigInt(vcfg.lengthBytes) };
  const inTheWay = (range: AddressRange) => overlaps(window, range);
  if (base % VCFG_BYTES_PER_BUS !== 0n) return 'which is not a multiple of 2 MiB';
  if (endOf(window) > 1n << BigInt(addressBits))
    return `and the window there does not fit in ${addressBits} address bits`;
  const ram = memory.find(inTheWay);
  if (ram !== undefined) return `where the platform has RAM at ${formatRange(ram)}`;
  if (inTheWay(ecam)) return `where the platform has its ECAM window at ${formatRange(ecam)}`;
  for (const { name, bars = [] } of functions) {
    const bar = bars.find(
      ({ isAddressGiven, kind, address, sizeBytes }) =>
        isAddressGiven && kind !== 'io' && inTheWay({ base: address, lengthBytes: sizeBytes }),
    );
    if (bar !== undefined) return `where the platform has BAR ${bar.index} of ${name}`;
  }
  return undefined;
}

/** A window whose base is open goes where the machine's `VCFG` says. */
function placeWindow(platform: Platform, machine: ExistingMachine, diagnostics: Diagnostic[]): Platform['vcfg'] {
  const { vcfg } = platform;
  const base = machine.integerAt(`\\${VCFG_NAME}`);
  if (vcfg.absent || !isBaseOpen(platform) || base === undefined || base === vcfg.base) return vcfg;
  const unfit = unfitBase(base, platform);
  if (unfit !== undefined) {
    const cannot = `The machine's \\VCFG is ${formatHex(base)}, ${unfit}.`;
    const change =
      'Describe the RAM and ECAM window of the machine in the platform file, or change VCFG with vcfg inject.';
    throw new DiagnosticError([
      ...diagnostics,
      finding('error', 'FIRMWARE_VCFG_DIFFERS', `\\${VCFG_NAME}`, cannot, change),
    ]);
  }
  const message = `The window is at ${formatHex(base)}, as the machine's \\VCFG says.`;
  const cure = `Write base: ${formatHex(base)} in the platform file, so that the device answers there too.`;
  diagnostics.push(finding('warning', 'FIRMWARE_BASE_MOVED', `\\${VCFG_NAME}`, message, cure));
  return { ...vcfg, base };
}

/** A platform that says itself where its host bridge and its Devices are. */
export function placedAsWritten(platform: Platform & { readonly host: string }): PlacedPlatform {
  const there = platform.functions.filter(({ path }) => path !== undefined);
  return { platform, existing: new Set(there.map(({ address }) => packPciAddress(address))), diagnostics: [] };
}

/**
 * Finds out where a platform's functions are in the namespace of a machine that has tables, by _ADR and bus, and gives
 * those that it lacks paths and events that are free there. Throws a DiagnosticError if that cannot be done.
 */
export function placeFunctions(platform: Platform, machine: ExistingMachine): PlacedPlatform {
  const diagnostics: Diagnostic[] = [];
  const host = findHost(platform.host, machine, diagnostics);
  if (host === undefined) throw new DiagnosticError(diagnostics);
  const { functions, existing } = placeDevices(platform, host, machine, diagnostics);
  const moved = moveEvents(functions, machine, diagnostics);
  if (diagnostics.some(({ severity }) => severity === 'error')) throw new DiagnosticError(diagnostics);
  const vcfg = placeWindow(platform, machine, diagnostics);
  return { platform: { ...platform, vcfg, host: displayName(host), functions: moved }, existing, diagnostics };
}
