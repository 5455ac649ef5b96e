import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'vitest';
import { DiagnosticError } from '../../src/base/index.js';
import { type DsmCall, type DsmValue, dsmOnValues, Machine } from '../../src/device/index.js';
import { type BackEndName, LiveGuest } from '../../src/live/index.js';
import { requirePlatform } from '../../src/platform/index.js';
import type { Platform } from '../../src/vocab/index.js';
import { projectFolder } from '../support/shared-material.js';

export const boardPlatform = (): Platform =>
  requirePlatform(readFileSync(join(projectFolder, 'fixtures/live/board.yaml'), 'utf8'));

/** What the guest did with the passed-through function. */
export interface Heard {
  readonly calls: DsmCall[];
  readonly power: string[];
}

/** A machine of the board whose _DSM gives its fourth argument back. */
export function boardMachine(platform: Platform = boardPlatform()): { machine: Machine; heard: Heard } {
  const heard: Heard = { calls: [], power: [] };
  const echo = (call: DsmCall): DsmValue => {
    heard.calls.push(call);
    return call.argument;
  };
  const backend = { evaluateDsm: dsmOnValues(echo), powerState: (state: string) => void heard.power.push(state) };
  return { machine: new Machine(platform, { backend: () => backend }), heard };
}

const MISSING: readonly string[] = ['LIVE_PART_MISSING', 'LIVE_EMULATOR_MISSING', 'LIVE_MODULE_BUILD'];

/** A guest, or why this machine cannot have one. */
export async function bootOr(
  machine: Machine | Platform,
  backEnd: BackEndName,
  more: Parameters<typeof LiveGuest.boot>[1] = {},
): Promise<LiveGuest | string> {
  try {
    return await LiveGuest.boot(machine, { with: backEnd, ...more });
  } catch (error) {
    if (error instanceof DiagnosticError && error.diagnostics.every(({ code }) => MISSING.includes(code)))
      return error.message;
    throw error;
  }
}

const NEEDED = 'apt-get install qemu-system-x86 seabios gcc make binutils; npm install';

/** The guest. Skips the test if there is none, saying what to install; with `CI` set that is a failure. */
export function needsGuest(context: TestContext, guest: LiveGuest | string | undefined): LiveGuest {
  if (guest instanceof Object) return guest;
  const reason = `no live guest: ${NEEDED} (${guest ?? 'it did not boot'})`;
  if (process.env.CI) throw new Error(reason);
  return context.skip(reason);
}
