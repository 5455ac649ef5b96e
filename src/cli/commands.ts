import { type ArgumentRow, type Command, defineCommand } from './command.js';
import { OUTPUTS } from './commands/outputs.js';

const PLATFORM = {
  type: 'string',
  describe: 'Platform file (YAML); - for standard input',
} as const satisfies ArgumentRow;
const BASE = {
  type: 'string',
  describe: 'Address at which the window begins: 0x hex or decimal, _ allowed',
} as const satisfies ArgumentRow;
const BUSES = {
  type: 'string',
  describe: "Buses that the window holds, 1..256 (if not said the platform's, else 256)",
} as const satisfies ArgumentRow;
const BUSES_OF_TABLES = {
  ...BUSES,
  describe: "Buses that the window holds, 1..256 (if not said the platform's, else what the tables say, else 256)",
} as const satisfies ArgumentRow;
const JSON_OUTPUT = {
  type: 'boolean',
  describe: 'Print JSON on standard output',
} as const satisfies ArgumentRow;
const FIXED_WIDTH = {
  type: 'boolean',
  describe: 'Write VCFG in 8 bytes whatever its value, so that firmware can patch it in place',
} as const satisfies ArgumentRow;
const ANY_TABLES = {
  type: 'string',
  positional: true,
  array: true,
  describe: 'Tables: files, folders, patterns such as "tables/**/*.aml", text from acpidump; - for standard input',
} as const satisfies ArgumentRow;
const TABLES = { ...ANY_TABLES, demand: true } as const;
const EXTERNAL = {
  type: 'string',
  array: true,
  alias: 'e',
  describe: 'Another table of the same machine, for the names that it declares; may be given more than once',
} as const satisfies ArgumentRow;

const formatsOf = (standard: boolean) =>
  OUTPUTS.filter((row) => row.standard === standard)
    .map(({ format }) => format)
    .join(', ');

/** What `vcfg` can do, in the order in which its help says it. A command's code is loaded when it runs. */
export const COMMANDS: readonly Command[] = [
  defineCommand({
    command: 'generate',
    describe: 'Write the tables and the drivers of a platform',
    builder: {
      platform: { ...PLATFORM, positional: true, demand: true },
      output: { type: 'string', alias: 'o', demand: true, describe: 'Folder for the files; made if it is missing' },
      format: {
        type: 'string',
        array: true,
        commas: true,
        choices: OUTPUTS.map(({ format }) => format),
        describe: `Write only this, or these with commas between. If not said: ${formatsOf(true)}`,
      },
      image: {
        type: 'string',
        describe: 'Write one image of all tables for a guest-physical address, too: base=ADDRESS',
      },
      prefix: {
        type: 'string',
        describe: 'What every name of the C header begins with, such as HUB (default: VCFG)',
      },
      split: {
        type: 'boolean',
        describe: 'Put what the registers bring into an SSDT beside the DSDT, as crosvm has it',
      },
      'hot-plug': {
        type: 'string',
        array: true,
        describe:
          'A function (name or bb:dd.f) that is added later, in an SSDT of its own; may be given more than once',
      },
      'fixed-width': FIXED_WIDTH,
      'oem-id': { type: 'string', describe: 'OEM ID of the tables, 6 characters at most (VCFG if not said)' },
      'oem-table-id': {
        type: 'string',
        describe: 'OEM table ID, 8 characters at most, but for SSDTs (VCFG and the signature if not said)',
      },
      'oem-revision': { type: 'string', describe: 'OEM revision, a number (1 if not said)' },
      check: { type: 'boolean', describe: 'Write nothing, and say which files are not what would be written' },
      depfile: { type: 'string', describe: 'Write a Make dependency file, too' },
      json: JSON_OUTPUT,
    },
    examples: [
      ['generate hub.yaml -o build', 'dsdt.aml, vcfg.h and the rest'],
      ['generate hub.yaml -o build --format aml,c', 'dsdt.aml and vcfg.h alone'],
      ['generate hub.yaml -o build --image base=0xe_0000', 'tables.img too, for a VMM to copy to that address'],
      ['generate hub.yaml -o build --check', 'for CI: exit code 1 if a file is not up to date'],
    ],
    run: async (args, io) => (await import('./commands/generate.js')).runGenerate(args, io),
  }),
  defineCommand({
    command: 'inject',
    describe: 'Put VCFG into a DSDT that is there already',
    builder: {
      table: { type: 'string', positional: true, demand: true, describe: 'The table; - for standard input' },
      base: BASE,
      platform: { ...PLATFORM, describe: 'Platform file to take the base from' },
      output: { type: 'string', alias: 'o', demand: true, describe: 'File for the new table; - for standard output' },
      initrd: {
        type: 'boolean',
        describe: 'Write an archive that has Linux take the table, to put in front of an initrd',
      },
      'fixed-width': FIXED_WIDTH,
      json: JSON_OUTPUT,
    },
    examples: [
      ['inject dsdt.aml --base 0x1_4000_0000 -o patched.aml', 'the same table, VCFG in front'],
      ['inject dsdt.aml --platform hub.yaml -o new.aml', 'the base that the platform gives'],
      ['inject dsdt.aml --platform hub.yaml --initrd -o acpi.cpio', 'for a guest whose firmware cannot be changed'],
    ],
    run: async (args, io) => (await import('./commands/inject.js')).runInject(args, io),
  }),
  defineCommand({
    command: 'address',
    describe: 'Print the address of a register',
    builder: {
      function: { type: 'string', positional: true, demand: true, describe: 'bb:dd.f, or its name in the platform' },
      register: {
        type: 'string',
        positional: true,
        demand: true,
        describe: 'Index in its page, 0..1023, or its name in the platform',
      },
      page: { type: 'string', choices: ['trapped', 'shared'], describe: 'Page of the index (trapped if not said)' },
      base: BASE,
      platform: { ...PLATFORM, describe: 'Platform file, for the base and for names' },
      buses: BUSES,
      json: JSON_OUTPUT,
    },
    examples: [
      ['address 00:04.0 3 --base 0x1_0000_0000', '0x10004000c'],
      ['address SENS CTRL --platform hub.yaml', 'by name'],
    ],
    run: async (args, io) => (await import('./commands/address.js')).runAddress(args, io),
  }),
  defineCommand({
    command: 'locate',
    describe: 'Say which register lies at an address',
    builder: {
      address: { type: 'string', positional: true, demand: true, describe: 'Guest-physical address' },
      base: BASE,
      platform: { ...PLATFORM, describe: 'Platform file, for the base and for names' },
      buses: BUSES,
      json: JSON_OUTPUT,
    },
    examples: [
      ['locate 0x10004000c --base 0x1_0000_0000', '00:04.0 trapped register 3'],
      ['locate 0x230040000 --platform hub.yaml --json', 'with the names of function and register'],
    ],
    run: async (args, io) => (await import('./commands/locate.js')).runLocate(args, io),
  }),
  defineCommand({
    command: 'check',
    describe: 'Find out why tables, window and driver do not meet',
    builder: {
      table: {
        ...ANY_TABLES,
        describe:
          'The tables of one machine: files, folders, patterns such as "tables/**/*.aml", text from acpidump; - for standard input',
      },
      platform: { ...PLATFORM, describe: 'Platform file to check everything against' },
      driver: { type: 'string', describe: 'C header of a driver (default with --platform: the generated one)' },
      'run-driver': {
        type: 'boolean',
        describe:
          'Compile the driver’s header and run its code, in a sandbox where there is one; without it, it is read',
      },
      'driver-map': { type: 'string', describe: 'YAML file that says what the driver’s header calls things' },
      'address-function': {
        type: 'string',
        describe: 'The function of the driver that computes addresses, or a call of it (default: vcfg_address)',
      },
      include: { type: 'string', array: true, alias: 'I', describe: 'Folder that the driver’s header includes from' },
      define: {
        type: 'string',
        array: true,
        alias: 'D',
        describe: 'Macro that the driver’s header needs: NAME or NAME=VALUE',
      },
      cc: { type: 'string', describe: 'Compiler for the driver (default: $CC, or cc)' },
      'memory-map': {
        type: 'string',
        describe: 'What else is in the guest’s memory: dmesg, /proc/iomem, or a YAML list of { base, size, kind }',
      },
      base: BASE,
      buses: BUSES_OF_TABLES,
      rule: {
        type: 'string',
        array: true,
        commas: true,
        describe: 'Only rules of this code or family (table, vcfg, field, aml, driver); --rule=-CODE leaves one out',
      },
      each: { type: 'boolean', describe: 'Check each table by itself, as tables of many machines need it' },
      'fail-on': {
        type: 'string',
        choices: ['error', 'warning', 'note'],
        describe: 'Least severity that gives exit code 1 (warning if not said)',
      },
      format: { type: 'string', choices: ['text', 'json', 'sarif'], describe: 'How findings are written (text)' },
      exhaustive: { type: 'boolean', default: true, describe: 'Check every address of the window; --no-exhaustive' },
      json: JSON_OUTPUT,
    },
    examples: [
      ['check build/dsdt.aml --platform hub.yaml --driver build/vcfg.h', 'everything'],
      ['check dsdt.aml --base 0x1_4000_0000', 'what value VCFG has'],
      ['check /sys/firmware/acpi/tables --memory-map iomem.txt', 'a machine’s own tables'],
      ['check tables --rule aml --each --format sarif', 'each table of a folder, for a code scanner'],
    ],
    run: async (args, io) => (await import('./commands/check.js')).runCheck(args, io),
  }),
  defineCommand({
    command: 'diff',
    describe: 'Say what changed between two tables or sets of tables',
    builder: {
      before: {
        type: 'string',
        positional: true,
        demand: true,
        describe:
          'A table, a folder of one machine’s tables, text from acpidump, or a platform file; - for standard input',
      },
      after: { type: 'string', positional: true, demand: true, describe: 'What it is compared with: the same' },
      json: JSON_OUTPUT,
    },
    examples: [
      ['diff old/dsdt.aml new/dsdt.aml', 'objects that came, went or changed'],
      ['diff hub.yaml build', 'whether a build holds what a platform makes'],
    ],
    run: async (args, io) => (await import('./commands/diff.js')).runDiff(args, io),
  }),
  defineCommand({
    command: 'aml',
    describe: 'Print the bytes of Name (VCFG, X) alone',
    builder: {
      base: { ...BASE, demand: true },
      hex: { type: 'boolean', describe: 'As hex digits' },
      output: { type: 'string', alias: 'o', describe: 'File for the bytes; - for standard output' },
      'fixed-width': FIXED_WIDTH,
      json: JSON_OUTPUT,
    },
    examples: [['aml --base 0x1_4000_0000 --hex', '08564346470e0000004001000000']],
    run: async (args, io) => (await import('./commands/aml.js')).runAml(args, io),
  }),
  defineCommand({
    command: 'schema',
    describe: 'Print the JSON Schema of a platform file',
    builder: {},
    examples: [['schema > platform.schema.json', 'for an editor that completes and checks YAML']],
    run: async (args, io) => (await import('./commands/schema.js')).runSchema(args, io),
  }),
  defineCommand({
    command: 'map',
    describe: 'Write the register reference of a platform, and draw it',
    builder: {
      platform: { ...PLATFORM, positional: true, demand: true },
      output: {
        type: 'string',
        alias: 'o',
        demand: true,
        describe:
          'Folder for the reference and its pictures, one file that ends in .md or .svg, or - for standard output',
      },
      format: { type: 'string', choices: ['markdown', 'svg'], describe: 'Only the text, or only the pictures' },
      json: JSON_OUTPUT,
    },
    examples: [
      ['map hub.yaml -o docs/registers', 'registers.md, window.svg and a picture of each function'],
      ['map hub.yaml -o hub.svg', 'one picture of everything'],
    ],
    run: async (args, io) => (await import('./commands/map.js')).runMap(args, io),
  }),
  defineCommand({
    command: 'disassemble',
    describe: 'Print tables as ASL',
    builder: {
      table: TABLES,
      external: EXTERNAL,
      output: { type: 'string', alias: 'o', describe: 'File, or a folder if there are several; - for standard output' },
      legacy: { type: 'boolean', describe: 'Operators as words, as before ASL 2.0' },
      offsets: { type: 'boolean', describe: 'Begin each statement with its offset' },
      json: JSON_OUTPUT,
    },
    examples: [
      ['disassemble dsdt.aml', 'ASL on standard output'],
      ['disassemble ssdt1.aml -e dsdt.aml -e ssdt2.aml -o ssdt1.dsl', 'with the names that other tables declare'],
      ['disassemble tables -o asl', 'every table of a folder'],
    ],
    run: async (args, io) => (await import('./commands/disassemble.js')).runDisassemble(args, io),
  }),
  defineCommand({
    command: 'show',
    describe: 'Show the headers, names, regions and fields of tables',
    builder: { table: TABLES, external: EXTERNAL, json: JSON_OUTPUT },
    examples: [
      ['show dsdt.aml', 'its namespace as a tree'],
      ['show ssdt.aml -e dsdt.aml --json', 'for a script, addresses resolved through the DSDT'],
    ],
    run: async (args, io) => (await import('./commands/show.js')).runShow(args, io),
  }),
  defineCommand({
    command: 'verify',
    describe: 'Decode tables, encode them again, and compare',
    builder: { table: TABLES, json: JSON_OUTPUT },
    examples: [['verify tables', 'identical N of M']],
    run: async (args, io) => (await import('./commands/verify.js')).runVerify(args, io),
  }),
  defineCommand({
    command: 'evaluate',
    describe: 'Evaluate an object of tables, running its method',
    builder: {
      word: {
        type: 'string',
        positional: true,
        array: true,
        demand: true,
        describe:
          'Tables, then the path, which begins with a backslash, then arguments: 0x10, "text", {1, 2}, (01 02), ToUUID(…)',
      },
      platform: { ...PLATFORM, describe: 'Platform file: memory and ports are those of its device core' },
      trace: { type: 'boolean', describe: 'Print every access to a region' },
      steps: { type: 'string', describe: 'Loop rounds and calls after which to give up (default: 200000000)' },
      json: JSON_OUTPUT,
    },
    examples: [
      ['evaluate dsdt.aml \\VCFG', 'the value of an object'],
      ['evaluate dsdt.aml ssdt.aml \\_SB.PC00._CRS', 'a _CRS, decoded'],
      ['evaluate dsdt.aml \\_SB.PC00.PE08.PRIC._ON --platform hub.yaml --trace', 'each access and its register'],
    ],
    run: async (args, io) => (await import('./commands/evaluate.js')).runEvaluate(args, io),
  }),
  defineCommand({
    command: 'run',
    describe: 'Load tables and start their devices as an OS does',
    builder: {
      table: TABLES,
      platform: { ...PLATFORM, describe: 'Platform file: memory and ports are those of its device core' },
      json: JSON_OUTPUT,
    },
    examples: [['run dsdt.aml ssdt.aml', 'what an OS would have logged']],
    run: async (args, io) => (await import('./commands/run.js')).runRun(args, io),
  }),
];
