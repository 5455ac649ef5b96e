import { type Command, defineCommand } from '../command.js';
import { ANY_TABLES, BASE, BUSES, EXTERNAL, JSON_OUTPUT, PLATFORM, TABLES } from './argument-rows.js';

/** Commands that print. A command's code is loaded when it runs. */

export const ADDRESS: Command = defineCommand({
  command: 'address',
  describe: 'Print the address of a register',
  builder: {
    function: {
      type: 'string',
      positional: true,
      demand: true,
      completes: 'functions',
      describe: 'bb:dd.f, or a name from the platform',
    },
    register: {
      type: 'string',
      positional: true,
      demand: true,
      completes: 'registers',
      describe: 'Index in its page, 0..1023, or a name from the platform',
    },
    page: { type: 'string', choices: ['trapped', 'shared'], describe: 'Page of the register (default: trapped)' },
    base: BASE,
    platform: { ...PLATFORM, describe: 'Platform file, for the base and the names' },
    buses: BUSES,
    json: JSON_OUTPUT,
  },
  examples: [
    ['address 00:04.0 3 --base 0x1_0000_0000', '0x10004000c'],
    ['address SENS CTRL --platform hub.yaml', 'by name'],
  ],
  run: async (args, io) => (await import('../commands/show/address.js')).runAddress(args, io),
});

export const LOCATE: Command = defineCommand({
  command: 'locate',
  describe: 'Print which register is at an address',
  builder: {
    address: { type: 'string', positional: true, demand: true, describe: 'Guest-physical address' },
    base: BASE,
    platform: { ...PLATFORM, describe: 'Platform file, for the base and the names' },
    buses: BUSES,
    json: JSON_OUTPUT,
  },
  examples: [
    ['locate 0x10004000c --base 0x1_0000_0000', '00:04.0 trapped register 3'],
    ['locate 0x230040000 --platform hub.yaml --json', 'with the names of the function and register'],
  ],
  run: async (args, io) => (await import('../commands/show/locate.js')).runLocate(args, io),
});

export const DISASSEMBLE: Command = defineCommand({
  command: 'disassemble',
  describe: 'Print tables as ASL',
  builder: {
    table: TABLES,
    external: EXTERNAL,
    output: {
      type: 'string',
      alias: 'o',
      completes: 'files',
      describe: 'File, or a folder for several tables; - for standard output',
    },
    legacy: { type: 'boolean', describe: 'Write operators as functions, as before ASL 2.0' },
    offsets: { type: 'boolean', describe: 'Start each statement with its offset' },
    json: JSON_OUTPUT,
  },
  examples: [
    ['disassemble dsdt.aml', 'ASL on standard output'],
    ['disassemble ssdt1.aml -e dsdt.aml -e ssdt2.aml -o ssdt1.dsl', 'with names that other tables declare'],
    ['disassemble tables -o asl', 'every table in a folder'],
  ],
  run: async (args, io) => (await import('../commands/show/disassemble.js')).runDisassemble(args, io),
});

export const SHOW: Command = defineCommand({
  command: 'show',
  describe: 'Show headers, names, regions and fields of tables',
  builder: { table: TABLES, external: EXTERNAL, json: JSON_OUTPUT },
  examples: [
    ['show dsdt.aml', 'its namespace as a tree'],
    ['show ssdt.aml -e dsdt.aml --json', 'for a script; the DSDT resolves addresses'],
  ],
  run: async (args, io) => (await import('../commands/show/show.js')).runShow(args, io),
});

export const EXPLORE: Command = defineCommand({
  command: 'explore',
  describe: 'Look at tables and platforms in a browser, edit them and run them',
  builder: {
    table: ANY_TABLES,
    platform: PLATFORM,
    port: { type: 'string', describe: 'Port on 127.0.0.1 (default: 8377, or a free one)' },
    out: {
      type: 'string',
      alias: 'o',
      completes: 'files',
      describe: 'Write the page as files for a web server instead',
    },
    open: { type: 'boolean', default: true, describe: 'Open the page in the browser, if this is a terminal' },
  },
  examples: [
    ['explore', 'an empty page'],
    ['explore /sys/firmware/acpi/tables', 'this machine’s tables'],
    ['explore tables --platform board.yaml', 'tables and a platform'],
    ['explore --out site', 'the page for any web server'],
  ],
  run: async (args, io) => (await import('../commands/show/explore.js')).runExplore(args, io),
});

export const COMPLETION: Command = defineCommand({
  command: 'completion',
  describe: 'Print a script that completes vcfg in bash or zsh',
  builder: {
    shell: {
      type: 'string',
      positional: true,
      choices: ['bash', 'zsh'],
      describe: 'The shell (default: the one in SHELL)',
    },
  },
  examples: [['completion bash', 'to be added to ~/.bashrc']],
  run: async (args, io) => (await import('../commands/show/completion.js')).runCompletion(args, io),
});
