import { benchAml } from './aml.js';
import { benchDevice } from './device.js';
import { benchDisassemble } from './disassemble.js';
import { benchExplorer } from './explorer.js';
import type { BenchOptions, GroupResult } from './figure.js';
import { benchGenerate } from './generate.js';
import { benchInterpreter } from './interpreter.js';
import { benchLive } from './live.js';
import { benchStartup } from './startup.js';
import { benchThreads } from './threads.js';
import { benchWindow } from './window.js';

/** What can be measured, by the name that the command line takes. */
export const GROUPS: Readonly<
  Record<string, { readonly about: string; readonly run: (options: BenchOptions) => Promise<GroupResult> }>
> = {
  generate: { about: 'tables and AML out of platforms and terms', run: benchGenerate },
  aml: { about: 'real tables decoded, encoded and printed, in process', run: benchAml },
  window: { about: 'guest and host compared over every address', run: benchWindow },
  device: { about: 'one access of a guest, and snapshots', run: benchDevice },
  threads: { about: 'accesses of guests in threads of their own, and of sandboxed functions', run: benchThreads },
  interpreter: { about: 'AML run, loaded and reaching a device, beside acpiexec', run: benchInterpreter },
  live: { about: 'a real Linux guest: booted, continued, and its accesses to registers', run: benchLive },
  explorer: { about: 'what the explorer’s page does with tables, in process', run: benchExplorer },
  startup: { about: 'commands as whole processes', run: benchStartup },
  disassemble: { about: 'large tables to ASL, as whole processes', run: benchDisassemble },
};
