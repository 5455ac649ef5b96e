import { dirname, isAbsolute, join } from 'node:path';
import { DiagnosticError, errorAt } from '../../../base/index.js';
import { type BackEndName, chooseBackEnd, type LiveOptions } from '../../../live/index.js';
import { liveError } from '../../../live/port/events.js';
import type { Platform } from '../../../vocab/index.js';
import type { Io } from '../../io.js';
import { readNumber } from '../../read/argument-values.js';
import { STANDARD } from '../../read/inputs.js';
import type { LoadedPlatform } from '../../read/load-platform.js';
import { usageError } from '../../read/usage-error.js';
import { say } from '../../write/report.js';

export interface LiveArgs {
  readonly platform: string;
  readonly with: string | undefined;
  readonly shell: boolean;
  readonly run: string | undefined;
  readonly module: string | undefined;
  readonly driver: boolean;
  readonly device: string | undefined;
  readonly types: string | undefined;
  readonly files: string | undefined;
  readonly trace: boolean;
  readonly timeout: string | undefined;
  readonly fresh: boolean;
  readonly kernel: string | undefined;
  readonly initrd: string | undefined;
  readonly bios: string | undefined;
  readonly json: boolean;
}

const DEFAULT_TIMEOUT_SECONDS = 120;

/** What a run of the command has to do. What can be refused before a guest boots was refused already. */
export interface LiveTask {
  readonly backEnd: BackEndName;
  readonly script: string | undefined;
  readonly wantsShell: boolean;
  /** The device file: `--device`, or the one that the platform file names, relative to its folder. */
  readonly deviceFile: string | undefined;
  readonly timeoutMs: number;
  readonly boot: LiveOptions;
}

/** The script of `--run`: that of a file or a pipe, of standard input, or the word itself. */
async function scriptOf(word: string, io: Io): Promise<string> {
  if (word === STANDARD) return new TextDecoder().decode(await io.readStandardInput());
  const kind = io.files.kindOf(word);
  return kind === 'file' || kind === 'other' ? new TextDecoder().decode(io.files.read(word)) : word;
}

function deviceFileOf(args: LiveArgs, platform: Platform): string | undefined {
  if (args.device !== undefined) return args.device;
  const { device } = platform;
  return device === undefined || isAbsolute(device) ? device : join(dirname(args.platform), device);
}

const DEVICE_KEY = /^["']?device["']?\s*:/m;

/** Throws if the device file that the platform names does not exist. `files` are those that the platform was read from. */
function checkDeviceFile(device: string, files: readonly string[], io: Io): void {
  if (io.files.kindOf(device) !== undefined) return;
  const places = files.flatMap((file) => {
    const text = io.files.kindOf(file) === 'file' ? new TextDecoder().decode(io.files.read(file)) : '';
    const at = text.search(DEVICE_KEY);
    return at < 0 ? [] : [{ file, line: text.slice(0, at).split('\n').length }];
  });
  const place = places[0] ?? { file: files[0] ?? 'the platform file' };
  throw new DiagnosticError([
    errorAt(
      'LIVE_DEVICE_FILE',
      place,
      `device: names the file ${device}, which does not exist.`,
      `Check the path, which is relative to the folder of ${place.file}, or give another file with --device.`,
    ),
  ]);
}

/** Files of the user's in place of Debian's. */
export function partsOptionsOf(args: LiveArgs) {
  return {
    ...(args.kernel !== undefined && { kernelFile: args.kernel }),
    ...(args.initrd !== undefined && { initrdFile: args.initrd }),
    ...(args.bios !== undefined && { biosFile: args.bios }),
  };
}

/** Refuses options that cannot be used together, as far as the command line alone shows it. */
function checkTogether(args: LiveArgs, backEnd: BackEndName): void {
  if (args.files !== undefined && backEnd === 'qemu')
    throw usageError('--files is for guests in v86: a page cannot run QEMU.', 'Leave out --files, or give --with v86.');
  if (args.bios !== undefined && backEnd === 'qemu')
    throw usageError(
      '--bios is for guests in v86; QEMU has a BIOS of its own.',
      'Leave out --bios, or give --with v86.',
    );
  if (args.kernel !== undefined && (args.module !== undefined || args.driver))
    throw usageError(
      '--module and --driver need the headers of the guest’s kernel, and --kernel comes without them.',
      'Leave out --kernel: Debian’s kernel has headers. Or build the module yourself and put it into --initrd.',
    );
  if (args.shell && args.json) throw usageError('--shell and --json both need standard output.', 'Give one of them.');
}

/** Throws for a `--module` that is not a folder to build a module from. */
function checkModule(folder: string, io: Io): void {
  if (io.files.kindOf(folder) === undefined)
    throw new DiagnosticError([
      errorAt(
        'COMMAND_FILE_MISSING',
        { file: folder },
        'The folder does not exist.',
        'Check the path. It is relative to the current folder.',
      ),
    ]);
  const names = io.files.list(folder);
  if (!names.includes('Makefile') && !names.includes('Kbuild'))
    throw liveError('LIVE_MODULE_BUILD', `${folder} has no Makefile.`, 'Write one there: obj-m := NAME.o');
}

/** What the line asks for. What cannot be done is refused here, before anything is started. */
export async function readTask(args: LiveArgs, { platform, files }: LoadedPlatform, io: Io): Promise<LiveTask> {
  const asked = args.with as BackEndName | undefined;
  const backEnd = chooseBackEnd(platform, asked).name;
  checkTogether(args, backEnd);
  if (args.module !== undefined) checkModule(args.module, io);
  const timeoutMs = readNumber('--timeout', args.timeout ?? String(DEFAULT_TIMEOUT_SECONDS), 1, 86_400) * 1000;
  const hasTask = args.run !== undefined || args.files !== undefined;
  const wantsShell = args.shell || (!hasTask && io.interactive?.isTerminal === true && !args.json);
  if (!wantsShell && !hasTask && !args.driver && args.module === undefined)
    throw usageError('Without a terminal there is nothing to run.', 'Give --run SCRIPT, --module DIR or --driver.');
  if (wantsShell && io.interactive === undefined) throw usageError('A shell needs a terminal.', 'Give --run SCRIPT.');
  const deviceFile = deviceFileOf(args, platform);
  if (args.device === undefined && deviceFile !== undefined) checkDeviceFile(deviceFile, files, io);
  return {
    backEnd,
    script: args.run === undefined ? undefined : await scriptOf(args.run, io),
    wantsShell,
    deviceFile,
    timeoutMs,
    boot: {
      ...(asked !== undefined && { with: asked }),
      ...partsOptionsOf(args),
      fresh: args.fresh,
      bootMilliseconds: Math.max(timeoutMs, DEFAULT_TIMEOUT_SECONDS * 1000),
      progress: (text: string) => {
        if (!args.json) say(io, text);
      },
    },
  };
}
