import type { FirmwareFormat, GeneratedOutput, TableSet } from '../../../firmware/index.js';
import type { Platform } from '../../../vocab/index.js';

/** What an output is made from. */
export interface OutputRequest {
  readonly platform: Platform;
  /** Made when it is first asked for, and once. */
  readonly tables: () => Promise<TableSet>;
  /** Where the image is to lie; undefined if none is asked for. */
  readonly imageBase: bigint | undefined;
  readonly names: DriverNaming;
}

/** Names that the user chooses for drivers; those left out are the default. */
export interface DriverNaming {
  /** What names in C and TypeScript begin with. */
  readonly prefix?: string;
  /** C++ namespace of the C header. */
  readonly namespace?: string;
  /** Makes the Rust driver a module of this name. */
  readonly module?: string;
}

/** One format of `vcfg generate`: it may be several files. Their makers are loaded when they are needed. */
export interface OutputRow {
  /** The word that chooses it. docs/outputs.md has a section of that name. */
  readonly format: string;
  /** Whether it is written when no format is chosen. */
  readonly standard: boolean;
  readonly generate: (request: OutputRequest) => Promise<GeneratedOutput>;
}

/** Which forms of tables are written when none is chosen. */
const FIRMWARE: { readonly [Format in FirmwareFormat]: { readonly standard: boolean } } = {
  aml: { standard: true },
  tables: { standard: true },
  asl: { standard: true },
  'c-array': { standard: true },
  hex: { standard: true },
  edk2: { standard: false },
  coreboot: { standard: false },
  qemu: { standard: false },
  initrd: { standard: false },
  json: { standard: false },
};

const firmwareRows = Object.entries(FIRMWARE).map(
  ([format, { standard }]): OutputRow => ({
    format,
    standard,
    generate: async ({ tables }) =>
      (await import('../../../firmware/index.js')).FIRMWARE_OUTPUTS[format as FirmwareFormat](await tables()),
  }),
);

/** The one format with an argument, `--image`, which it is chosen by. */
export const IMAGE_FORMAT = 'image';

const image: OutputRow = {
  format: IMAGE_FORMAT,
  standard: false,
  generate: async ({ tables, imageBase }) => {
    const { imageOutput } = await import('../../../firmware/index.js');
    return imageOutput(await tables(), imageBase as bigint);
  },
};

/** A driver in one file. */
function driver(
  format: string,
  name: string,
  what: string,
  load: () => Promise<(platform: Platform, names: DriverNaming) => string>,
): OutputRow {
  const generate: OutputRow['generate'] = async ({ platform, names }) => ({
    files: [{ name, contents: (await load())(platform, names), what }],
    diagnostics: [],
  });
  return { format, standard: true, generate };
}

/** A sample that is built as it is, in a folder of its own. */
function sample(format: string, load: () => Promise<(platform: Platform) => GeneratedOutput['files']>): OutputRow {
  const generate: OutputRow['generate'] = async ({ platform }) => ({
    files: (await load())(platform),
    diagnostics: [],
  });
  return { format, standard: false, generate };
}

const drivers = () => import('../../../drivers/index.js');

/** Everything that `vcfg generate` can write, in the order in which it says so. */
export const OUTPUTS: readonly OutputRow[] = [
  ...firmwareRows,
  image,
  driver('c', 'vcfg.h', 'the driver as a C header', async () => (await drivers()).generateCHeader),
  driver('rust', 'vcfg.rs', 'the driver as a Rust module', async () => (await drivers()).generateRustModule),
  driver('typescript', 'vcfg-driver.ts', 'the driver as a TypeScript module', async () => {
    return (await drivers()).generateTypeScriptDriver;
  }),
  sample('linux-module', async () => (await drivers()).generateLinuxModule),
  sample('edk2-driver', async () => (await drivers()).generateEdk2Driver),
];
