import { asl, encodeAml } from '../../aml/index.js';
import { type ArchivedFile, encodeCpio, firmwareTables, generateMcfg } from '../../firmware/index.js';
import { acpiPathOf } from '../../platform/index.js';
import { encodeTable } from '../../tables/index.js';
import type { FunctionDescription, Platform } from '../../vocab/index.js';

/** The identity of a table in the back end's own firmware, which a table of the platform takes the place of. */
interface FirmwareIdentity {
  readonly oemId: string;
  readonly oemTableId: string;
}

/** The tables of the back end's firmware that the platform's replace. */
export interface ReplacedTables {
  readonly dsdt: FirmwareIdentity;
  /** An SSDT that uses names of the replaced DSDT, and is replaced by an empty one. */
  readonly ssdt?: FirmwareIdentity;
  /** Whether the firmware has a MCFG already, for the back end's own ECAM. */
  readonly hasMcfg?: boolean;
}

const FOLDER = 'kernel/firmware/acpi';
/** Above that of any firmware: Linux replaces a table only by one of a higher revision. */
const OEM_REVISION = 0x7fff_ffff;

/** A field of the platform's AML: the register itself or a part of it, or a run of the shared page of up to 8 bytes. */
export interface LiveField {
  readonly function: FunctionDescription;
  /** Absolute path. */
  readonly path: string;
  /** The method that stores its argument in it. */
  readonly writer: string;
  readonly widthBits: number;
  readonly page: 'trapped' | 'shared';
}

/** A scope of its own for the methods that write fields: `\VLIV.W000`. */
const SCOPE = 'VLIV';

/** The fields that a platform's AML declares for its own registers and shared runs. */
export function liveFields(platform: Platform): LiveField[] {
  const fields = platform.functions.flatMap((described) => {
    const place = acpiPathOf(platform, described.address);
    const trapped = described.registers.flatMap(({ name, fields: parts }) => [
      { name, widthBits: 32, page: 'trapped' as const },
      ...parts.map((part) => ({ name: part.name, widthBits: part.widthBits, page: 'trapped' as const })),
    ]);
    const shared = described.shared
      .filter(({ lengthBytes }) => lengthBytes <= 8)
      .map(({ name, lengthBytes }) => ({ name, widthBits: lengthBytes * 8, page: 'shared' as const }));
    return [...trapped, ...shared].map((each) => ({ ...each, function: described, path: `${place}.${each.name}` }));
  });
  return fields.map(({ name: _, ...field }, index) => ({
    ...field,
    writer: `\\${SCOPE}.W${index.toString(16).toUpperCase().padStart(3, '0')}`,
  }));
}

/** Fields beyond this many get no writer: names have three digits. */
const MOST_FIELDS = 0x1000;

/** An SSDT with a method for each field that stores its argument there: the kernel can only evaluate, not store. */
function writersTable(platform: Platform): Uint8Array {
  const methods = liveFields(platform)
    .slice(0, MOST_FIELDS)
    .map(({ path, writer }) =>
      asl.Method(writer.slice(-4), { args: 1, serialized: true }, [asl.Store(asl.Arg(0), asl.path(path))]),
    );
  const terms = encodeAml([asl.Device(SCOPE, [asl.Name('_ADR', 0), asl.Name('_STA', 0), ...methods])]);
  return encodeTable(
    {
      signature: 'SSDT',
      revision: 2,
      oemId: 'VCFG',
      oemTableId: 'VCFGLIVE',
      oemRevision: 1,
      creatorId: 'VCFG',
      creatorRevision: 1,
    },
    terms,
  );
}

/** A table under the name of its file. */
export interface NamedBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface GuestTablesOptions {
  /**
   * Leaves \VCFG, and every address computed from it, as the platform has it, though the guest's window is elsewhere: to see what the
   * kernel makes of the number.
   */
  readonly keepBase?: boolean;
  /** Default: that of the generated DSDT. 1 is what old firmware has: the kernel's integers have 32 bits then. */
  readonly dsdtRevision?: number;
}

/** The tables of a platform as they replace and follow those of a back end's firmware. */
export function guestTables(
  platform: Platform,
  replaced: ReplacedTables,
  options: GuestTablesOptions = {},
): readonly NamedBytes[] {
  const { dsdt } = firmwareTables(platform, { identity: { ...replaced.dsdt, oemRevision: OEM_REVISION } });
  const empty = replaced.ssdt && {
    name: 'ssdt-empty',
    bytes: encodeTable(
      {
        signature: 'SSDT',
        revision: 2,
        ...replaced.ssdt,
        oemRevision: OEM_REVISION,
        creatorId: 'VCFG',
        creatorRevision: 1,
      },
      new Uint8Array(),
    ),
  };
  const hasMcfg = replaced.hasMcfg || platform.ecam.buses === 0;
  return [
    { name: 'dsdt', bytes: withRevision(dsdt, options.dsdtRevision) },
    ...(empty === undefined ? [] : [empty]),
    ...(hasMcfg ? [] : [{ name: 'mcfg', bytes: generateMcfg(platform, { oemRevision: OEM_REVISION }) }]),
    { name: 'ssdt-live', bytes: writersTable(platform) },
  ];
}

function withRevision(table: Uint8Array, revision: number | undefined): Uint8Array {
  if (revision === undefined) return table;
  const bytes = new Uint8Array(table);
  bytes[8] = revision;
  bytes[9] = 0;
  bytes[9] = -bytes.reduce((sum, byte) => (sum + byte) & 0xff, 0) & 0xff;
  return bytes;
}

/** The first archive of a guest's initrd: the tables where Linux looks for them. */
export function tablesArchive(tables: readonly NamedBytes[]): Uint8Array {
  return encodeCpio(tables.map(({ name, bytes }) => ({ path: `${FOLDER}/${name}.aml`, contents: bytes })));
}

/** The guest's files: busybox, the agent as /init, and more. */
export function guestArchive(busybox: Uint8Array, init: string, more: readonly ArchivedFile[] = []): Uint8Array {
  return encodeCpio([
    { path: 'bin/busybox', contents: busybox, executable: true },
    { path: 'init', contents: new TextEncoder().encode(init), executable: true },
    ...more,
  ]);
}
