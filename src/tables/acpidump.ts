import { errorAt, formatHex, requireText } from '../base/index.js';
import type { Diagnostic, DiagnosticCode } from '../vocab/index.js';

/** One table of a dump. */
export interface DumpedTable {
  /** As in the dump's heading. The bytes begin with it too; those of the RSDP with `RSD PTR `. */
  readonly signature: string;
  /** Where the table was in the machine's memory. */
  readonly address: bigint;
  /** All of its bytes in the dump, even if the table is longer. */
  readonly bytes: Uint8Array;
  /** 1-based line of the text on which it begins. */
  readonly line: number;
}

export interface ReadAcpidump {
  /** In the order of the text; those with a fault are left out. */
  readonly tables: readonly DumpedTable[];
  readonly diagnostics: readonly Diagnostic[];
}

/** `DSDT @ 0x00000000BFFE0040`: a table begins. */
const HEAD = /^(RSD PTR|[A-Z0-9_!]{4}) @ 0x([0-9A-Fa-f]{1,16})\s*$/;
/** `    0000: 44 53 44 54`: an offset, and at most sixteen bytes; what comes after two blanks repeats them as text. */
const ROW = /^\s*([0-9A-Fa-f]{4,8}):((?: [0-9A-Fa-f]{2}){1,16})(?= {2}|$)/;

const DUMP_AGAIN = 'Dump it again: as root, acpidump -o FILE.';

/** Characters in which the first table of a dump begins. */
const LOOKED_AT = 4096;

/** Whether a text contains tables as acpidump writes them. Other text may precede the first. */
export function isAcpidump(text: string): boolean {
  requireText(text, 'isAcpidump: text');
  return text
    .slice(0, LOOKED_AT)
    .split('\n')
    .some((line) => HEAD.test(line));
}

/** A table whose rows are still being read. */
interface OpenTable {
  readonly signature: string;
  readonly address: bigint;
  readonly line: number;
  readonly bytes: number[];
  /** A row was invalid: the rest of the table is ignored. */
  broken: boolean;
}

/**
 * Reads the output of ACPICA's acpidump: tables one after the other, each in rows of hex. A row that cannot be
 * read, or that does not continue the one before, is a finding with its line, and its table is left out; an empty line
 * ends a table, and text between tables is ignored.
 */
export function readAcpidump(text: string): ReadAcpidump {
  requireText(text, 'readAcpidump: text');
  const tables: DumpedTable[] = [];
  const diagnostics: Diagnostic[] = [];
  let open: OpenTable | undefined;
  const close = () => {
    if (open !== undefined && !open.broken) {
      if (open.bytes.length > 0) tables.push(tableOf(open));
      else refuse('TABLE_DUMP_ROW', open.line, 1, `${open.signature} has no bytes.`);
    }
    open = undefined;
  };
  const refuse = (code: DiagnosticCode, line: number, column: number, message: string) => {
    if (open !== undefined) open.broken = true;
    diagnostics.push(errorAt(code, { line, column }, message, DUMP_AGAIN));
  };
  for (const [index, raw] of text.split('\n').entries()) {
    const content = raw.trimEnd();
    const line = index + 1;
    const [, signature, address] = HEAD.exec(content) ?? [];
    if (signature !== undefined) {
      close();
      open = { signature, address: BigInt(`0x${address}`), line, bytes: [], broken: false };
    } else if (content === '') close();
    else if (open !== undefined && !open.broken) {
      const [, offset, digits] = ROW.exec(content) ?? [];
      const column = raw.length - raw.trimStart().length + 1;
      if (offset === undefined || digits === undefined) {
        refuse(
          'TABLE_DUMP_ROW',
          line,
          column,
          `In ${open.signature}, this line is not an offset with up to 16 bytes in hex.`,
        );
      } else if (Number.parseInt(offset, 16) !== open.bytes.length) {
        const wanted = formatHex(open.bytes.length, 4);
        refuse(
          'TABLE_DUMP_OFFSET',
          line,
          column,
          `In ${open.signature}, the next row must be at ${wanted}, not at 0x${offset}.`,
        );
      } else
        for (let at = 1; at < digits.length; at += 3) open.bytes.push(Number.parseInt(digits.slice(at, at + 2), 16));
    }
  }
  close();
  return { tables, diagnostics };
}

function tableOf({ signature, address, line, bytes }: OpenTable): DumpedTable {
  return { signature, address, line, bytes: Uint8Array.from(bytes) };
}
