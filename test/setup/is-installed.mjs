import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const MODULES = '/lib/modules';

/** Folder to build kernel modules in, of the headers of any one kernel; undefined if there are none. */
export function kernelBuildFolder() {
  return (existsSync(MODULES) ? readdirSync(MODULES) : [])
    .map((version) => join(MODULES, version, 'build'))
    .find((folder) => existsSync(join(folder, 'Makefile')));
}

/** What is no program, and how to tell that it is there. */
const OTHERS = { 'linux-headers': () => kernelBuildFolder() !== undefined };

/** Whether a program is on the search path, or whatever else has such a name in oracles.json is there. */
export function isInstalled(program) {
  if (Object.hasOwn(OTHERS, program)) return OTHERS[program]();
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
