import { dirname, join } from 'node:path';
import type { BackEndName, LiveGuest } from '../../../live/index.js';
import { liveError } from '../../../live/port/events.js';
import type { Io } from '../../io.js';
import { say } from '../../write/report.js';

/** A kernel module, built for the kernel of a guest. */
export interface BuiltModule {
  /** Name of its file: `sensor.ko`. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Builds the module in a folder for the kernel that guests of a back end have. */
export async function buildFor(backEnd: BackEndName, folder: string, io: Io, isQuiet: boolean): Promise<BuiltModule> {
  const { buildModule } = await import('../../../live/node/kernel-module.js');
  const { architectureOf, partsFor } = await import('../../../live/node/boot.js');
  const progress = (text: string) => {
    if (!isQuiet) say(io, text);
  };
  const parts = await partsFor(backEnd, {}, progress);
  progress(`Building the module in ${folder}`);
  return buildModule(folder, architectureOf(backEnd), parts);
}

/** The generated Linux module, for the window as the guest has it. */
export async function buildDriver(guest: LiveGuest, io: Io, isQuiet: boolean): Promise<BuiltModule> {
  const { generateLinuxModule } = await import('../../../drivers/linux/module.js');
  const folder = io.files.makeScratchFolder();
  try {
    for (const { name, contents } of generateLinuxModule(guest.platform)) {
      io.files.makeFolder(dirname(join(folder, name)));
      io.files.write(join(folder, name), new TextEncoder().encode(contents));
    }
    return await buildFor(guest.backEnd, join(folder, 'linux'), io, isQuiet);
  } finally {
    io.files.removeFolder(folder);
  }
}

/** Loads a module. Throws a DiagnosticError with what insmod says, if the kernel refuses it. */
export async function loadModule(guest: LiveGuest, { name, bytes }: BuiltModule): Promise<void> {
  await guest.writeFile(`/live/${name}`, bytes);
  const { exitCode, output } = await guest.run(`insmod /live/${name}`);
  if (exitCode === 0) return;
  throw liveError(
    'LIVE_MODULE_BUILD',
    `The guest does not load ${name}: ${output.trim()}`,
    'Correct the module: its init may fail, or need a symbol that this kernel does not export.',
  );
}
