import { type ArgumentRow, type Command, defineCommand } from './command.js';
import { OUTPUTS } from './commands/outputs.js';

const PLATFORM = {
  type: 'string',
  completes: 'files',
  describe: 'Platform file (YAML); - for standard input',
} as const satisfies ArgumentRow;
const BASE = {
  type: 'string',
  describe: 'First address of the window, such as 0x2_3000_0000 or "4 GiB"',
} as const satisfies ArgumentRow;
const BUSES = {
  type: 'string',
  describe: "Buses in the window, 1..256 (default: the platform's, or 256)",
} as const satisfies ArgumentRow;
const BUSES_OF_TABLES = {
  ...BUSES,
  describe: "Buses in the window, 1..256 (default: the platform's, the tables', or 256)",
} as const satisfies ArgumentRow;
const JSON_OUTPUT = {
  type: 'boolean',
  describe: 'Print JSON on standard output',
} as const satisfies ArgumentRow;
const FIXED_WIDTH = {
  type: 'boolean',
  describe: 'Encode VCFG in 8 bytes whatever its value, so that firmware can patch it in place',
} as const satisfies ArgumentRow;
const ANY_TABLES = {
  type: 'string',
  positional: true,
  array: true,
  completes: 'files',
  describe: 'Tables: files, folders, patterns such as "tables/**/*.aml", text from acpidump; - for standard input',
} as const satisfies ArgumentRow;
const TABLES = { ...ANY_TABLES, demand: true } as const;
const EXTERNAL = {
  type: 'string',
  array: true,
  alias: 'e',
  completes: 'files',
  describe: 'Another table of the same machine, for the names that it declares; may be repeated',
} as const satisfies ArgumentRow;

const formatsOf = (standard: boolean) =>
  OUTPUTS.filter((row) => row.standard === standard)
    .map(({ format }) => format)
    .join(', ');

/** What `vcfg` can do, in the order in which its help lists it. A command's code is loaded when it runs. */
export const COMMANDS: readonly Command[] = [
  defineCommand({
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
        describe: 'Prefix of every name in the C header, such as HUB (default: VCFG)',
      },
      onto: {
        type: 'string',
        array: true,
        completes: 'files',
        describe:
          'Tables of the machine, or a folder of them: write an SSDT with what they lack instead of a DSDT; may be repeated',
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
    run: async (args, io) => (await import('./commands/generate.js')).runGenerate(args, io),
  }),
  defineCommand({
    command: 'inject',
    describe: 'Add VCFG to an existing DSDT',
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
      ['inject dsdt.aml --platform hub.yaml --initrd -o acpi.cpio', 'for a guest whose firmware you cannot change'],
    ],
    run: async (args, io) => (await import('./commands/inject.js')).runInject(args, io),
  }),
  defineCommand({
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
    run: async (args, io) => (await import('./commands/address.js')).runAddress(args, io),
  }),
  defineCommand({
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
    run: async (args, io) => (await import('./commands/locate.js')).runLocate(args, io),
  }),
  defineCommand({
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
    run: async (args, io) => (await import('./commands/check.js')).runCheck(args, io),
  }),
  defineCommand({
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
    run: async (args, io) => (await import('./commands/diff.js')).runDiff(args, io),
  }),
  defineCommand({
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
    run: async (args, io) => (await import('./commands/map.js')).runMap(args, io),
  }),
  defineCommand({
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
    run: async (args, io) => (await import('./commands/disassemble.js')).runDisassemble(args, io),
  }),
  defineCommand({
    command: 'show',
    describe: 'Show headers, names, regions and fields of tables',
    builder: { table: TABLES, external: EXTERNAL, json: JSON_OUTPUT },
    examples: [
      ['show dsdt.aml', 'its namespace as a tree'],
      ['show ssdt.aml -e dsdt.aml --json', 'for a script; the DSDT resolves addresses'],
    ],
    run: async (args, io) => (await import('./commands/show.js')).runShow(args, io),
  }),
  defineCommand({
    command: 'verify',
    describe: 'Decode tables, encode them again and compare',
    builder: { table: TABLES, json: JSON_OUTPUT },
    examples: [['verify tables', 'identical N of M']],
    run: async (args, io) => (await import('./commands/verify.js')).runVerify(args, io),
  }),
  defineCommand({
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
          'Tables, then the path, which begins with a backslash, then arguments: 0x10, "text", {1, 2}, (01 02), ToUUID(...)',
      },
      platform: { ...PLATFORM, describe: 'Platform file; its device core provides memory and ports' },
      trace: { type: 'boolean', describe: 'Print every access to a region' },
      steps: { type: 'string', describe: 'Give up after this many loop rounds and calls (default: 200000000)' },
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
      platform: { ...PLATFORM, describe: 'Platform file; its device core provides memory and ports' },
      json: JSON_OUTPUT,
    },
    examples: [['run dsdt.aml ssdt.aml', 'what an OS would have logged']],
    run: async (args, io) => (await import('./commands/run.js')).runRun(args, io),
  }),
  defineCommand({
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
        'live board.yaml --driver --run "grep . /sys/kernel/debug/vcfg/*/*"',
        'the generated module reads each register',
      ],
    ],
    run: async (args, io) => (await import('./commands/live.js')).runLive(args, io),
  }),
  defineCommand({
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
    run: async (args, io) => (await import('./commands/completion.js')).runCompletion(args, io),
  }),
];
