import { signal } from '@preact/signals';
import type { Diagnostic } from '../../vocab/index.js';
import { platformFile, problemsOf } from '../state/workspace.js';
import { WorkerPort } from '../workers/calls.js';
import type { MachineCalls, MachineState } from '../workers/machine-worker.js';
import { handInScript } from './device-script.js';
import type { FunctionState, RegisterState } from './machine-state.js';
import { keyOf } from './register-table.js';

/** The machine that the page works on: its registers, and what was done to them. */

const worker = new WorkerPort<MachineCalls>('./machine-worker.js');

export const machineState = signal<MachineState | undefined>(undefined);
export const machineProblems = signal<readonly Diagnostic[]>([]);

/** One access by hand, the latest first in the list. */
export interface HandAccess {
  readonly number: number;
  readonly kind: 'read' | 'write';
  readonly where: string;
  readonly value: number;
}

export const accesses = signal<readonly HandAccess[]>([]);
const MOST_ACCESSES = 200;
/** What a guest read last, by `SENS.CTRL`. */
export const lastRead = signal<Readonly<Record<string, number>>>({});
/** Registers whose value the last access changed, by `SENS.CTRL`, each with the number of that access. */
export const touches = signal<Readonly<Record<string, number>>>({});

let openText: string | undefined;

let changes = 0;

function valuesOf(state: MachineState | undefined): Map<string, number | undefined> {
  return new Map(
    (state?.functions ?? []).flatMap((owner) =>
      owner.registers.map((register) => [keyOf(owner, register), register.value] as const),
    ),
  );
}

function take(state: MachineState): void {
  const before = valuesOf(machineState.peek());
  const differ = [...valuesOf(state)].filter(([key, value]) => before.has(key) && before.get(key) !== value);
  changes++;
  touches.value = Object.fromEntries(differ.map(([key]) => [key, changes]));
  machineState.value = state;
  if (state.findings.length > 0) machineProblems.value = [...state.findings, ...machineProblems.peek()].slice(0, 20);
}

async function attempt(work: () => Promise<MachineState>): Promise<void> {
  try {
    take(await work());
  } catch (error) {
    machineProblems.value = problemsOf(error, 'machine');
  }
}

function note(kind: HandAccess['kind'], where: string, value: number): void {
  const number = (accesses.peek()[0]?.number ?? 0) + 1;
  accesses.value = [{ number, kind, where, value }, ...accesses.peek()].slice(0, MOST_ACCESSES);
}

/** Opens the platform as a machine, anew if its text has changed. */
export async function openMachine(anew = false): Promise<void> {
  const file = platformFile.peek();
  if (file === undefined || (!anew && file.text === openText)) return;
  openText = file.text;
  machineState.value = undefined;
  machineProblems.value = [];
  accesses.value = [];
  lastRead.value = {};
  await attempt(() => worker.call('open', file));
}

export async function readRegister(owner: FunctionState, register: RegisterState): Promise<void> {
  await attempt(async () => {
    const { value, state } = await worker.call('read', { address: owner.address, index: register.index });
    const where = keyOf(owner, register);
    lastRead.value = { ...lastRead.peek(), [where]: value };
    note('read', where, value);
    return state;
  });
}

export async function writeRegister(owner: FunctionState, register: RegisterState, value: number): Promise<void> {
  await attempt(async () => {
    const state = await worker.call('write', { address: owner.address, index: register.index, value });
    note('write', keyOf(owner, register), value);
    return state;
  });
}

export const takeSnapshot = (): Promise<string> => worker.call('snapshot', undefined as never);

export async function restoreSnapshot(text: string): Promise<void> {
  machineProblems.value = [];
  await attempt(() => worker.call('restore', text));
}

/** Serves the device that a script exports. */
export async function useScript(text: string): Promise<void> {
  machineProblems.value = [];
  await attempt(async () => worker.call('script', await handInScript(text)));
}
