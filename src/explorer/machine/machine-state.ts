import { DiagnosticError, formatPciAddress } from '../../base/index.js';
import { Machine, RegisterMapFunction } from '../../device/index.js';
import { DeviceSwitch, type LiveDevice } from '../../live/browser/index.js';
import type { Access, Diagnostic, FunctionDescription, PciAddress } from '../../vocab/index.js';
import { readOpenPlatform } from '../open/platform-files.js';
import type { PlatformFile } from '../state/session.js';

/** A machine of the device core in a worker, as the page shows it. */

export interface RegisterState {
  readonly name: string;
  readonly index: number;
  readonly access: Access;
  readonly label: string | undefined;
  /** What it holds, even if a guest cannot read it; undefined if only a guest's read can tell. */
  readonly value: number | undefined;
}

export interface FunctionState {
  readonly name: string;
  readonly bdf: string;
  readonly address: PciAddress;
  readonly label: string | undefined;
  readonly registers: readonly RegisterState[];
}

function functionState(machine: Machine, described: FunctionDescription): FunctionState {
  const { name, address, label, registers } = described;
  const found = machine.root.device(address);
  const map = found instanceof RegisterMapFunction ? found : undefined;
  return {
    name,
    bdf: formatPciAddress(address),
    address,
    label,
    registers: registers.map((each) => ({
      name: each.name,
      index: each.index,
      access: each.access,
      label: each.label,
      value: map?.get(each.name),
    })),
  };
}

export function functionStates(machine: Machine): FunctionState[] {
  return machine.platform.functions.map((each) => functionState(machine, each));
}

/** One function of a machine; undefined if there is none of that name. */
export function stateOfFunction(machine: Machine, name: string): FunctionState | undefined {
  const described = machine.platform.functions.find((each) => each.name === name);
  return described && functionState(machine, described);
}

/** The headers that give a page SharedArrayBuffer. */
const ISOLATION = 'Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp';

/** Makes a machine for a platform, and the switch for the user's device. Throws a DiagnosticError if the platform has errors. */
export function openMachine(
  file: PlatformFile,
  report: (finding: Diagnostic) => void,
): { readonly machine: Machine; readonly device: DeviceSwitch } {
  const { platform, diagnostics } = readOpenPlatform(file);
  if (platform === undefined) throw new DiagnosticError(diagnostics);
  if (typeof SharedArrayBuffer === 'undefined')
    throw new Error(`Shared pages need an isolated page: the server has to send ${ISOLATION}.`);
  const device = new DeviceSwitch(report);
  const machine = new Machine(platform, device.options);
  device.attach(machine);
  return { machine, device };
}

/** Loads a device of the user's: a module that exports `device`, from the page's own server. */
export async function loadDevice(path: string): Promise<LiveDevice> {
  const module: unknown = await import(new URL(path, import.meta.url).href);
  const exported = module as { readonly device?: LiveDevice; readonly default?: LiveDevice };
  const found = exported.device ?? exported.default;
  if (found === undefined) throw new Error('The script exports no device: begin it with export const device = {');
  return found;
}
