/** Where on the search path a program is; undefined if it is nowhere. */
export function pathOf(program: string): string | undefined;

/** Whether a program is on the search path, or something else that oracles.json names is installed. */
export function isInstalled(name: string): boolean;

/** The Debian package that holds a program or other thing. A sanitizer runtime's is that of the installed compiler. */
export function packageOf(name: string): string;

/** Folder to build kernel modules in, for any kernel whose headers are installed; undefined if there are none. */
export function kernelBuildFolder(): string | undefined;
