import { type Command, defineCommand } from '../command.js';
import { JSON_OUTPUT, PLATFORM } from './argument-rows.js';

/** Commands that read and write register descriptions of other tools. A command's code is loaded when it runs. */

export const IMPORT: Command = defineCommand({
  command: 'import',
  describe: 'Make a platform file of a register description: CMSIS-SVD, SystemRDL or IP-XACT',
  builder: {
    file: {
      type: 'string',
      positional: true,
      demand: true,
      completes: 'files',
      describe: 'The register description; - for standard input',
    },
    format: {
      type: 'string',
      choices: ['svd', 'systemrdl', 'ipxact'],
      describe: 'What it is written in (default: by what it begins with)',
    },
    peripheral: {
      type: 'string',
      array: true,
      commas: true,
      describe: 'Import only these peripherals or address maps, separated by commas (default: all)',
    },
    bdf: { type: 'string', describe: 'Address of the first function, as bb:dd.f; others follow (default: 00:04.0)' },
    offset: {
      type: 'string',
      describe: 'Import the 4096 bytes of each peripheral from this byte on (default: 0)',
    },
    include: {
      type: 'string',
      array: true,
      completes: 'files',
      describe: 'Folder for the files that a SystemRDL file includes; may be repeated',
    },
    output: {
      type: 'string',
      alias: 'o',
      completes: 'files',
      describe: 'The platform file to write (default: standard output)',
    },
    json: JSON_OUTPUT,
  },
  examples: [
    ['import STM32F407.svd --peripheral USART1,TIM2 -o platform.yaml', 'two peripherals as two functions'],
    ['import regs.rdl --include rdl -o platform.yaml', 'every address map as a function'],
    ['import big.svd --peripheral ETH --offset 0x1000', 'registers past the first 4096 bytes'],
  ],
  run: async (args, io) => (await import('../commands/import/import.js')).runImport(args, io),
});

export const EXPORT: Command = defineCommand({
  command: 'export',
  describe: 'Write the registers of a platform as CMSIS-SVD, SystemRDL or IP-XACT',
  builder: {
    platform: { ...PLATFORM, positional: true, demand: true },
    format: { type: 'string', demand: true, choices: ['svd', 'systemrdl', 'ipxact'], describe: 'What to write' },
    output: {
      type: 'string',
      alias: 'o',
      completes: 'files',
      describe: 'File to write (default: standard output)',
    },
    json: JSON_OUTPUT,
  },
  examples: [
    ['export hub.yaml --format svd -o hub.svd', 'for a debugger that shows peripherals'],
    ['export hub.yaml --format systemrdl', 'for tools that make RTL and documents'],
  ],
  run: async (args, io) => (await import('../commands/import/export.js')).runExport(args, io),
});
