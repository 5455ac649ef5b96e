import type { Machine } from '../../device/index.js';
import { registerAddress } from '../../guest/index.js';
import type { DeviceSwitch } from '../../live/browser/index.js';
import type { Diagnostic, PciAddress } from '../../vocab/index.js';
import { type FunctionState, functionStates, loadDevice, openMachine } from '../machine/machine-state.js';
import { REGISTER_BYTES } from '../map/place.js';
import type { PlatformFile } from '../state/session.js';
import { serveCalls } from './calls.js';

/** A machine of the device core, whose registers the page reads and writes as a guest does. */

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
  const findings = [...said.splice(0), ...open.log.drain()];
  return { functions: functionStates(open), exits, findings };
}

function open(file: PlatformFile): MachineState {
  ({ machine, device } = openMachine(file, (finding) => said.push(finding)));
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

/** Serves a device of the user's. */
async function script(path: string): Promise<MachineState> {
  const found = await loadDevice(path);
  opened();
  device?.replace(found);
  return stateOf();
}

const handlers = { open, state, read, write, snapshot, restore, script };
export type MachineCalls = typeof handlers;

serveCalls(handlers);
