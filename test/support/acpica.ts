import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inScratchFolder, run, start } from './oracles.js';

/** A table disassembled by iasl, and the bytes that it compiles from that text. */
export interface Recompiled {
  readonly asl: string;
  readonly bytes: Uint8Array;
  /** Lines of warnings and errors from either run. */
  readonly complaints: readonly string[];
}

const COMPLAINT = /^(?:Error|Warning)\b|\bError\s+\d+\s+-|\bWarning\s+\d+\s+-|ACPI (?:BIOS )?(?:Error|Warning)/;

/** acpiexec prints this for any table with an `_E00`, since it handles that event itself as a level-triggered one. */
const OWN_HANDLER = 'GPE type mismatch (level/edge)';

export const complaintsIn = (text: string) =>
  text.split('\n').filter((line) => COMPLAINT.test(line.trim()) && !line.includes(OWN_HANDLER));

/** Disassembles a table with iasl, and compiles that again without optimizing. Throws if iasl gives nothing. */
export function recompile(table: Uint8Array): Promise<Recompiled> {
  return inScratchFolder((folder) => {
    writeFileSync(join(folder, 'table.aml'), table);
    const taken = run('iasl', ['-d', 'table.aml'], { cwd: folder });
    const asl = readFileSync(join(folder, 'table.dsl'), 'utf8');
    const compiled = run('iasl', ['-oa', '-p', 'again', 'table.dsl'], { cwd: folder });
    const bytes = new Uint8Array(readFileSync(join(folder, 'again.aml')));
    const said = [taken.stdout, taken.stderr, compiled.stdout, compiled.stderr].join('\n');
    return { asl, bytes, complaints: complaintsIn(said) };
  });
}

/** So few commands take less time than starting the program from this process, as {@link start} does: 12 ms each. */
const FEW_COMMANDS = 8;

/**
 * What acpiexec prints when it loads tables, the DSDT first, and runs commands such as `evaluate \VCFG`. Allocations are
 * not tracked, which would take minutes for thousands of devices. `flags` are for what the commands do, and for loading.
 */
export function acpiexec(
  tables: readonly Uint8Array[],
  commands: readonly string[],
  flags: readonly string[] = [],
): Promise<string> {
  return inScratchFolder(async (folder) => {
    const files = tables.map((table, index) => {
      writeFileSync(join(folder, `${index}.aml`), table);
      return `${index}.aml`;
    });
    const input = [...commands, 'quit', ''].join('\n');
    const args = ['-di', '-dt', ...flags, ...files];
    const options = { cwd: folder, input };
    const sleeps = commands.length > FEW_COMMANDS;
    const { stdout, stderr } = sleeps ? await start('acpiexec', args, options) : run('acpiexec', args, options);
    return stdout + stderr;
  });
}

/** The Integer that ACPICA gives for a path in tables; undefined if it gives none. */
export async function acpicaInteger(tables: readonly Uint8Array[], path: string): Promise<bigint | undefined> {
  const said = await acpiexec(tables, [`evaluate ${path}`]);
  const match = /\[Integer\] = ([0-9A-Fa-f]+)/.exec(said);
  return match === null ? undefined : BigInt(`0x${match[1]}`);
}

/** Signatures of the tables that ACPICA loads, and its complaints. */
export async function loadedByAcpica(
  tables: readonly Uint8Array[],
): Promise<{ signatures: readonly string[]; complaints: readonly string[] }> {
  const said = await acpiexec(tables, []);
  const signatures = [...said.matchAll(/^ACPI: ([A-Z]{4}) 0x/gm)].map((match) => match[1] as string);
  return { signatures, complaints: complaintsIn(said) };
}
