import type { ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { liveError } from '../port/events.js';
import type { MachineListener } from '../port/port.js';

/** The version whose private protocol was tested. */
export const TRIED_VERSION = '7.2';
const START_MILLISECONDS = 20_000;

/** Watches QEMU's process: rejects `failed` if it does not start or ends, and resolves `ended` at its end. */
export function watchProcess(child: ChildProcess, listener: MachineListener) {
  let errors = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-4096);
  });
  const state = { isClosing: false, ended: Promise.resolve(), failed: Promise.resolve() as Promise<never> };
  let fail: (error: Error) => void = () => {};
  state.failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  state.failed.catch(() => {});
  const late = setTimeout(
    () =>
      fail(liveError('LIVE_BOOT', 'QEMU did not start.', `Tested with version ${TRIED_VERSION}: use that, or v86.`)),
    START_MILLISECONDS,
  );
  late.unref();
  state.ended = new Promise((resolve) => {
    const end = (message: string, isMissing: boolean) => {
      clearTimeout(late);
      const error = isMissing
        ? liveError('LIVE_PART_MISSING', message, 'Install it: apt-get install qemu-system-x86 util-linux')
        : liveError('LIVE_EMULATOR_FAILED', message, 'Boot another guest.');
      fail(error);
      if (!state.isClosing) listener.ended(error);
      resolve();
    };
    child.on('error', (error) => end(`QEMU cannot be started: ${error.message}.`, true));
    child.on('exit', (code, signal) => {
      const text = errors.trim().split('\n').slice(-2).join(' | ');
      const how = code === null ? `by ${signal}` : `with exit code ${code}`;
      end(`QEMU ended ${how}${text === '' ? '' : `: ${text}`}.`, code === 127 || code === 126);
    });
  });
  return state;
}

/** Removes the folders of processes that were killed during a boot. */
export function removeLeftovers(folder: string): void {
  for (const name of readdirSync(folder)) {
    const owner = /^vcfg-qemu-(\d+)-/.exec(name)?.[1];
    if (owner !== undefined && !existsSync(`/proc/${owner}`))
      rmSync(join(folder, name), { recursive: true, force: true });
  }
}
