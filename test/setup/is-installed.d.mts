/** Whether a program is on the search path, or whatever else has such a name in oracles.json is there. */
export function isInstalled(program: string): boolean;

/** Folder to build kernel modules in, of the headers of any one kernel; undefined if there are none. */
export function kernelBuildFolder(): string | undefined;
