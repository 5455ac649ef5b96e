import { DiagnosticError, formatPciAddress } from '../../base/index.js';
import { Machine, RegisterMapFunction } from '../../device/index.js';
import { registerAddress } from '../../guest/index.js';
import { DeviceSwitch, type LiveDevice } from '../../live/browser/index.js';
import { readPlatform } from '../../platform/index.js';
import type { Access, Diagnostic, PciAddress } from '../../vocab/index.js';
import { REGISTER_BYTES } from '../map/place.js';
import type { PlatformFile } from '../state/session.js';
import { serveCalls } from './calls.js';

/** A machine of the device core, whose registers the page reads and writes as a guest does. */

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

export interface MachineState {
  readonly functions: readonly FunctionState[];
  /** Reads and writes that left the guest. */
  readonly exits: number;
  /** Findings of the device core since the last answer. */
  readonly findings: readonly Diagnostic[];
}

let machine: Machine | undefined;
let device: DeviceSwitch | undefined;
let exits = 0;
const said: Diagnostic[] = [];

function opened(): Machine {
  if (machine === undefined) throw new Error('No machine is open.');
  return machine;
}

function stateOf(): MachineState {
  const open = opened();
  const functions = open.platform.functions.map(({ name, address, label, registers }): FunctionState => {
    const found = open.root.device(address);
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
  });
  const findings = [...said.splice(0), ...open.log.drain()];
  return { functions, exits, findings };
}

/** The headers that give a page SharedArrayBuffer. */
const ISOLATION = 'Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp';

function open(file: PlatformFile): MachineState {
  const { platform, diagnostics } = readPlatform(file.text, { file: file.file });
  if (platform === undefined) throw new DiagnosticError(diagnostics);
  if (typeof SharedArrayBuffer === 'undefined')
    throw new Error(`Shared pages need an isolated page: the server has to send ${ISOLATION}.`);
  device = new DeviceSwitch((finding) => said.push(finding));
  machine = new Machine(platform, device.options);
  device.attach(machine, () => {});
  exits = 0;
  return stateOf();
}

const state = (): MachineState => stateOf();

/** A guest's read of a register of a trapped page. */
function read({ address, index }: { address: PciAddress; index: number }): { value: number; state: MachineState } {
  const bytes = new Uint8Array(REGISTER_BYTES);
  opened().memory.read(placeOf(address, index), bytes);
  exits++;
  return { value: new DataView(bytes.buffer).getUint32(0, true), state: stateOf() };
}

/** A guest's write. */
function write({ address, index, value }: { address: PciAddress; index: number; value: number }): MachineState {
  const bytes = new Uint8Array(REGISTER_BYTES);
  new DataView(bytes.buffer).setUint32(0, value, true);
  opened().memory.write(placeOf(address, index), bytes);
  exits++;
  return stateOf();
}

function placeOf(address: PciAddress, index: number): bigint {
  return registerAddress(opened().vcfgBase, { address, page: 'trapped', register: index });
}

const snapshot = (): string => opened().snapshotText();

/** Restores a snapshot. If something is wrong with it, the findings say so and nothing changes. */
function restore(text: string): MachineState {
  said.push(...opened().restoreText(text));
  return stateOf();
}

/** Serves a device of the user's: a module that exports `device`, loaded from the page's own server. */
async function script(path: string): Promise<MachineState> {
  const module: unknown = await import(new URL(path, import.meta.url).href);
  const exported = module as { readonly device?: LiveDevice; readonly default?: LiveDevice };
  const found = exported.device ?? exported.default;
  if (found === undefined) throw new Error('The script exports no device: begin it with export const device = {');
  opened();
  device?.replace(found);
  return stateOf();
}

const handlers = { open, state, read, write, snapshot, restore, script };
export type MachineCalls = typeof handlers;

serveCalls(handlers);
