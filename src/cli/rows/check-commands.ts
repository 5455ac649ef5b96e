import { type Command, defineCommand } from '../command.js';
import { ANY_TABLES, BASE, BUSES_OF_TABLES, JSON_OUTPUT, PLATFORM, TABLES } from './argument-rows.js';

/** Commands that compare. A command's code is loaded when it runs. */

export const CHECK: Command = defineCommand({
  command: 'check',
  describe: 'Find out why tables, window and driver disagree',
  builder: {
    table: {
      ...ANY_TABLES,
      describe:
        'The tables of one machine: files, folders, patterns such as "tables/**/*.aml", text from acpidump; - for standard input',
    },
    platform: { ...PLATFORM, describe: 'Platform file that everything is checked against' },
    driver: {
      type: 'string',
      completes: 'files',
      describe: 'C header of a driver (default with --platform: the generated one)',
    },
    'run-driver': {
      type: 'boolean',
      describe:
        'Compile the driver’s header and run its code, in a sandbox if there is one (default: run only a generated one)',
    },
    'driver-map': {
      type: 'string',
      completes: 'files',
      describe: 'YAML file that maps the names in the driver’s header to those of the platform',
    },
    'address-function': {
      type: 'string',
      describe: 'Function of the driver that computes addresses, or a call of it (default: vcfg_address)',
    },
    include: {
      type: 'string',
      array: true,
      alias: 'I',
      completes: 'files',
      describe: 'Folder that the driver’s header includes from',
    },
    define: {
      type: 'string',
      array: true,
      alias: 'D',
      describe: 'Macro that the driver’s header needs: NAME or NAME=VALUE',
    },
    cc: { type: 'string', completes: 'files', describe: 'Compiler for the driver (default: $CC, or cc)' },
    'memory-map': {
      type: 'string',
      completes: 'files',
      describe: 'What else is in the guest’s memory: dmesg, /proc/iomem, or a YAML list of { base, size, kind }',
    },
    base: BASE,
    buses: BUSES_OF_TABLES,
    rule: {
      type: 'string',
      array: true,
      commas: true,
      completes: 'rules',
      describe: 'Only rules of this code or family (table, vcfg, field, aml, driver); --rule=-CODE excludes one',
    },
    each: { type: 'boolean', describe: 'Check each table by itself, for tables of many machines' },
    limit: {
      type: 'string',
      array: true,
      commas: true,
      describe: 'Largest set that is checked: tables=512 or "bytes=8 MiB" (the defaults); may be repeated',
    },
    'fail-on': {
      type: 'string',
      choices: ['error', 'warning', 'note'],
      describe: 'Lowest severity that gives exit code 1 (default: warning)',
    },
    format: {
      type: 'string',
      choices: ['text', 'json', 'sarif'],
      describe: 'How findings are written (default: text)',
    },
    exhaustive: {
      type: 'boolean',
      default: true,
      describe: 'Check every address of the window; --no-exhaustive skips that',
    },
    evaluate: {
      type: 'boolean',
      default: true,
      describe: 'Run AML in a sandbox where reading it is not enough; --no-evaluate runs nothing',
    },
    json: JSON_OUTPUT,
  },
  examples: [
    ['check build/dsdt.aml --platform hub.yaml --driver build/vcfg.h', 'everything'],
    ['check dsdt.aml --base 0x1_4000_0000', 'whether VCFG has this value'],
    ['check /sys/firmware/acpi/tables --memory-map iomem.txt', 'a machine’s own tables'],
    ['check tables --rule aml --each --format sarif', 'each table of a folder, for a code scanner'],
  ],
  run: async (args, io) => (await import('../commands/check/check.js')).runCheck(args, io),
});

export const DIFF: Command = defineCommand({
  command: 'diff',
  describe: 'Show what changed between two tables or sets of tables',
  builder: {
    before: {
      type: 'string',
      positional: true,
      demand: true,
      completes: 'files',
      describe:
        'A table, a folder of one machine’s tables, text from acpidump, or a platform file; - for standard input',
    },
    after: {
      type: 'string',
      positional: true,
      demand: true,
      completes: 'files',
      describe: 'What to compare it with: any of these',
    },
    json: JSON_OUTPUT,
  },
  examples: [
    ['diff old/dsdt.aml new/dsdt.aml', 'objects that were added, removed or changed'],
    ['diff hub.yaml build', 'whether a build has what the platform gives'],
  ],
  run: async (args, io) => (await import('../commands/check/diff.js')).runDiff(args, io),
});

export const VERIFY: Command = defineCommand({
  command: 'verify',
  describe: 'Decode tables, encode them again and compare',
  builder: { table: TABLES, json: JSON_OUTPUT },
  examples: [['verify tables', 'identical N of M']],
  run: async (args, io) => (await import('../commands/check/verify.js')).runVerify(args, io),
});
