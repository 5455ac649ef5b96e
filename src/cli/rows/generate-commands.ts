import { type Command, defineCommand } from '../command.js';
import { OUTPUTS } from '../commands/generate/outputs.js';
import { BASE, FIXED_WIDTH, JSON_OUTPUT, PLATFORM } from './argument-rows.js';

/** Commands that make something of a platform or a base. A command's code is loaded when it runs. */

const formatsOf = (standard: boolean) =>
  OUTPUTS.filter((row) => row.standard === standard)
    .map(({ format }) => format)
    .join(', ');

export const GENERATE: Command = defineCommand({
  command: 'generate',
  describe: 'Generate the tables and drivers of a platform',
  builder: {
    platform: { ...PLATFORM, positional: true, demand: true },
    output: {
      type: 'string',
      alias: 'o',
      demand: true,
      completes: 'files',
      describe: 'Folder for the files; created if it does not exist',
    },
    format: {
      type: 'string',
      array: true,
      commas: true,
      choices: OUTPUTS.map(({ format }) => format),
      describe: `Write only these formats, separated by commas. Default: ${formatsOf(true)}`,
    },
    image: {
      type: 'string',
      describe: 'Also write all tables as one image for a guest-physical address: base=ADDRESS',
    },
    prefix: {
      type: 'string',
      describe:
        'Prefix of every name in the C header (default: VCFG) and the TypeScript driver (default: none), such as HUB',
    },
    namespace: { type: 'string', describe: 'C++ namespace of functions and types in the C header, such as acme::hub' },
    'rust-module': {
      type: 'string',
      describe: 'Make the Rust driver a module of this name, for include!, instead of the contents of a file',
    },
    onto: {
      type: 'string',
      array: true,
      completes: 'files',
      describe:
        'Tables of the machine, or a folder of them: write an SSDT with what they lack instead of a DSDT; exit code 1 if an error is found beside them; may be repeated',
    },
    split: {
      type: 'boolean',
      describe: 'Put the objects for the registers into a separate SSDT, as crosvm does',
    },
    'hot-plug': {
      type: 'string',
      array: true,
      completes: 'functions',
      describe: 'Put this function (name or bb:dd.f) into an SSDT of its own, for hot plug; may be repeated',
    },
    'fixed-width': FIXED_WIDTH,
    'oem-id': { type: 'string', describe: 'OEM ID of the tables, up to 6 characters (default: VCFG)' },
    'oem-table-id': {
      type: 'string',
      describe: 'OEM table ID of all tables except SSDTs, up to 8 characters (default: VCFG and the signature)',
    },
    'oem-revision': { type: 'string', describe: 'OEM revision, a number (default: 1)' },
    check: { type: 'boolean', describe: 'Write nothing; report the files that are out of date' },
    depfile: { type: 'string', completes: 'files', describe: 'Also write a dependency file for make' },
    json: JSON_OUTPUT,
  },
  examples: [
    ['generate hub.yaml -o build', 'dsdt.aml, vcfg.h and the other usual files'],
    ['generate hub.yaml -o build --format aml,c', 'only dsdt.aml and vcfg.h'],
    ['generate hub.yaml -o build --image base=0xe_0000', 'also tables.img, which a VMM copies to that address'],
    ['generate hub.yaml -o build --onto dsdt.aml', 'ssdt.aml, to load beside the tables of a machine'],
    ['generate hub.yaml -o build --check', 'for CI: exit code 1 if a file is out of date'],
  ],
  run: async (args, io) => (await import('../commands/generate/generate.js')).runGenerate(args, io),
});

export const INJECT: Command = defineCommand({
  command: 'inject',
  describe: 'Add VCFG to an existing DSDT, and change it in other ways',
  builder: {
    table: {
      type: 'string',
      positional: true,
      demand: true,
      completes: 'files',
      describe: 'The table; - for standard input',
    },
    base: BASE,
    platform: { ...PLATFORM, describe: 'Platform file that gives the base' },
    all: {
      type: 'boolean',
      describe: 'Also add the devices, regions and methods of the platform that the table lacks',
    },
    rename: {
      type: 'string',
      array: true,
      describe:
        'OLD=NEW: rename all objects of a four-letter name, or the one at a path, and every use; may be repeated',
    },
    merge: {
      type: 'string',
      array: true,
      completes: 'files',
      describe: 'An SSDT whose objects to put into the table; may be repeated',
    },
    asl: {
      type: 'string',
      array: true,
      completes: 'files',
      describe: 'ASL source, compiled by iasl, whose objects to put into the table; may be repeated',
    },
    replace: {
      type: 'boolean',
      describe: 'Names and Methods of --merge and --asl replace those that the table has',
    },
    'cut-crs': {
      type: 'boolean',
      describe: "Take the window out of the memory that the host bridge's _CRS hands to BARs",
    },
    revision: { type: 'string', describe: 'Raise the revision of the table to this; VCFG raises it to 2' },
    output: {
      type: 'string',
      alias: 'o',
      demand: true,
      completes: 'files',
      describe: 'File for the new table, other than the input; - for standard output',
    },
    initrd: {
      type: 'boolean',
      describe: 'Write an archive to put in front of an initrd, so that Linux loads the table from it',
    },
    'fixed-width': FIXED_WIDTH,
    json: JSON_OUTPUT,
  },
  examples: [
    ['inject dsdt.aml --base 0x1_4000_0000 -o patched.aml', 'the same table with VCFG in front'],
    ['inject dsdt.aml --platform hub.yaml -o new.aml', 'the base that the platform gives'],
    ['inject dsdt.aml --platform hub.yaml --all -o new.aml', 'everything that generate --onto puts into an SSDT'],
    ['inject dsdt.aml --platform hub.yaml --cut-crs -o new.aml', 'also takes the window from the host bridge'],
    ['inject dsdt.aml --rename _DSM=XDSM --asl dsm.asl -o new.aml', 'keeps the old _DSM as XDSM, and adds another'],
    ['inject dsdt.aml --platform hub.yaml --initrd -o acpi.cpio', 'for a guest whose firmware you cannot change'],
  ],
  run: async (args, io) => (await import('../commands/generate/inject.js')).runInject(args, io),
});

export const AML: Command = defineCommand({
  command: 'aml',
  describe: 'Print the bytes of Name (VCFG, X)',
  builder: {
    base: { ...BASE, demand: true },
    hex: { type: 'boolean', describe: 'Print hex digits' },
    output: { type: 'string', alias: 'o', completes: 'files', describe: 'File for the bytes; - for standard output' },
    'fixed-width': FIXED_WIDTH,
    json: JSON_OUTPUT,
  },
  examples: [['aml --base 0x1_4000_0000 --hex', '08564346470e0000004001000000']],
  run: async (args, io) => (await import('../commands/generate/aml.js')).runAml(args, io),
});

export const SCHEMA: Command = defineCommand({
  command: 'schema',
  describe: 'Print the JSON Schema of a platform file',
  builder: {},
  examples: [['schema > platform.schema.json', 'for an editor that completes and checks YAML']],
  run: async (args, io) => (await import('../commands/generate/schema.js')).runSchema(args, io),
});

export const MAP: Command = defineCommand({
  command: 'map',
  describe: 'Write the register reference of a platform, with pictures',
  builder: {
    platform: { ...PLATFORM, positional: true, demand: true },
    output: {
      type: 'string',
      alias: 'o',
      demand: true,
      completes: 'files',
      describe: 'Folder for the reference and its pictures, a file ending in .md or .svg, or - for standard output',
    },
    format: { type: 'string', choices: ['markdown', 'svg'], describe: 'Only the text, or only the pictures' },
    json: JSON_OUTPUT,
  },
  examples: [
    ['map hub.yaml -o docs/registers', 'registers.md, window.svg and a picture of each function'],
    ['map hub.yaml -o hub.svg', 'everything in one picture'],
  ],
  run: async (args, io) => (await import('../commands/generate/map.js')).runMap(args, io),
});
