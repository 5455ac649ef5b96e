import { type Command, defineCommand } from '../command.js';
import { JSON_OUTPUT, PLATFORM, TABLES } from './argument-rows.js';

/** Commands that run tables. A command's code is loaded when it runs. */

export const EVALUATE: Command = defineCommand({
  command: 'evaluate',
  describe: 'Evaluate an object in tables, running it if it is a method',
  builder: {
    word: {
      type: 'string',
      positional: true,
      array: true,
      demand: true,
      completes: 'files',
      describe:
        'Tables, then the path in quotes, which begins with a backslash, then arguments: 0x10, "text", {1, 2}, (01 02), ToUUID(...)',
    },
    platform: { ...PLATFORM, describe: 'Platform file; its device core provides memory and ports' },
    trace: { type: 'boolean', describe: 'Print every access to a region' },
    steps: { type: 'string', describe: 'Give up after this many loop rounds and calls (default: 200000000)' },
    json: JSON_OUTPUT,
  },
  examples: [
    ["evaluate dsdt.aml '\\VCFG'", 'the value of an object'],
    ["evaluate dsdt.aml ssdt.aml '\\_SB.PC00._CRS'", 'a _CRS, decoded'],
    ["evaluate dsdt.aml '\\_SB.PC00.PE08.PRIC._ON' --platform hub.yaml --trace", 'each access and its register'],
  ],
  run: async (args, io) => (await import('../commands/run/evaluate.js')).runEvaluate(args, io),
});

export const RUN: Command = defineCommand({
  command: 'run',
  describe: 'Load tables and start their devices as an OS does',
  builder: {
    table: TABLES,
    platform: { ...PLATFORM, describe: 'Platform file; its device core provides memory and ports' },
    json: JSON_OUTPUT,
  },
  examples: [['run dsdt.aml ssdt.aml', 'what an OS would have logged']],
  run: async (args, io) => (await import('../commands/run/run.js')).runRun(args, io),
});

export const LIVE: Command = defineCommand({
  command: 'live',
  describe: 'Boot a real Linux with the tables of a platform, its registers answered here',
  builder: {
    platform: { ...PLATFORM, positional: true, demand: true },
    with: {
      type: 'string',
      choices: ['v86', 'qemu'],
      describe: 'What runs the guest (default: v86, or qemu if the window is above 4 GiB)',
    },
    shell: { type: 'boolean', describe: 'A shell in the guest (default on a terminal without --run)' },
    run: {
      type: 'string',
      completes: 'files',
      describe: 'Shell script to run in the guest: a file, - for standard input, or the text itself',
    },
    module: {
      type: 'string',
      completes: 'files',
      describe: 'Folder of a kernel module to build and load in the guest',
    },
    driver: { type: 'boolean', describe: 'Build the generated Linux module and load it in the guest' },
    device: {
      type: 'string',
      completes: 'files',
      describe:
        'TypeScript or JavaScript file with the device’s hooks, reloaded when it changes (default: the platform’s)',
    },
    types: {
      type: 'string',
      completes: 'files',
      describe: 'Only write the platform’s names as TypeScript, for a device file',
    },
    files: {
      type: 'string',
      completes: 'files',
      describe: 'Only write the files of the booted guest to this folder, for a page that boots it in a browser',
    },
    trace: { type: 'boolean', describe: 'Print every access to a register' },
    timeout: { type: 'string', describe: 'Seconds for the boot, and then for --run (default: 120)' },
    fresh: { type: 'boolean', describe: 'Boot even if a booted guest is kept from before' },
    kernel: { type: 'string', completes: 'files', describe: 'Kernel (bzImage) instead of Debian’s' },
    initrd: { type: 'string', completes: 'files', describe: 'Initrd with a static /bin/busybox instead of Debian’s' },
    bios: { type: 'string', completes: 'files', describe: 'SeaBIOS’s bios.bin instead of Debian’s' },
    json: JSON_OUTPUT,
  },
  examples: [
    ['live board.yaml', 'a shell in a guest'],
    ['live board.yaml --device sensor.ts --trace', 'with a device of your own'],
    [
      'live board.yaml --driver --run "grep . /sys/kernel/debug/vcfg/*/registers"',
      'the generated module reads each register',
    ],
  ],
  run: async (args, io) => (await import('../commands/run/live.js')).runLive(args, io),
});
