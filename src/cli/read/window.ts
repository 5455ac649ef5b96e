import { DiagnosticError, errorAt, formatHex } from '../../base/index.js';
import type { Platform } from '../../vocab/index.js';
import type { Io } from '../io.js';
import { report } from '../write/report.js';
import { readAddress, readBuses, unalignedBase } from './argument-values.js';
import { usageError } from './usage-error.js';

export interface Window {
  /** Guest-physical address of its first byte. */
  readonly base: bigint;
  readonly buses: number;
  /** Undefined if the window was given by its base alone. */
  readonly platform: Platform | undefined;
}

interface WindowArgs {
  readonly base: string | undefined;
  readonly buses: string | undefined;
  readonly platform: string | undefined;
}

/**
 * The window that a command line means: a platform's, or the one at `--base`. Both may be given if they agree, so that
 * a script that knows the base notices a platform that moved. The reader of platforms is loaded only for a platform.
 * `meanwhile` is called while another thread reads a large one.
 */
export async function readWindow(args: WindowArgs, io: Io, meanwhile?: () => Promise<void>): Promise<Window> {
  if (args.base === undefined && args.platform === undefined) {
    throw usageError(
      'Neither --base nor --platform says where the window is.',
      'Give one, such as --base 0x1_0000_0000.',
    );
  }
  const base = args.base === undefined ? undefined : readAddress('--base', args.base);
  const buses = readBuses(args.buses);
  if (args.base !== undefined) await report(io, unalignedBase(args.base));
  if (args.platform === undefined) return { base: base as bigint, buses, platform: undefined };
  const { loadPlatform } = await import('./load-platform.js');
  const platform = await loadPlatform(args.platform, io, { hasOwnTables: true, meanwhile });
  const { vcfg } = platform;
  if (base !== undefined && base !== vcfg.base) {
    const message = `The platform's window begins at ${formatHex(vcfg.base)}, and --base is ${formatHex(base)}.`;
    throw new DiagnosticError([
      errorAt('COMMAND_WINDOW_DIFFERS', { file: args.platform }, message, 'Leave --base out, or correct the platform.'),
    ]);
  }
  if (args.buses !== undefined && buses !== vcfg.buses) {
    const message = `The platform's window holds ${vcfg.buses} buses, and --buses is ${buses}.`;
    throw new DiagnosticError([
      errorAt(
        'COMMAND_WINDOW_DIFFERS',
        { file: args.platform },
        message,
        'Leave --buses out, or correct the platform.',
      ),
    ]);
  }
  return { base: vcfg.base, buses: vcfg.buses, platform };
}

/** As {@link readWindow}, for commands that are about addresses in it. Throws a DiagnosticError for `vcfg: none`. */
export async function readPresentWindow(args: WindowArgs, io: Io): Promise<Window> {
  const window = await readWindow(args, io);
  if (!window.platform?.vcfg.absent) return window;
  const message = 'The platform has vcfg: none, so it has no window and no VCFG.';
  const place = { ...(args.platform !== undefined && { file: args.platform }), path: 'vcfg' };
  throw new DiagnosticError([errorAt('FIRMWARE_NO_WINDOW', place, message, 'Give the window in the platform file.')]);
}
