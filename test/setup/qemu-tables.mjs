import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

export const QEMU = 'qemu-system-x86_64';
/** A versioned machine type, so that a newer QEMU shows the same machine. */
export const Q35_FLAGS =
  '-M pc-q35-7.2 -accel tcg -cpu qemu64 -smp 1 -m 512 -nodefaults -no-user-config -display none'.split(' ');
/** Where the firmware of a PC puts the RSDP. ACPI 6.5 §5.2.5.1 */
const BIOS_AREA = { address: 0xe0000, lengthBytes: 0x20000 };
const HEADER_BYTES = 36;
/** Time for the firmware to finish, in milliseconds. */
const DEADLINE = 60_000;

/** A client of QEMU's control protocol on the standard input and output of a QEMU that it starts. */
function startMachine(moreFlags) {
  const machine = spawn(QEMU, [...Q35_FLAGS, ...moreFlags, '-qmp', 'stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const waiting = [];
  machine.on('exit', () => {
    for (const { reject } of waiting.splice(0)) reject(new Error('QEMU ended'));
  });
  createInterface({ input: machine.stdout }).on('line', (line) => {
    const message = JSON.parse(line);
    if (!('return' in message) && !('error' in message)) return;
    const { resolve, reject } = waiting.shift();
    if (message.error) reject(new Error(message.error.desc));
    else resolve(message.return);
  });
  const execute = (command, args = {}) =>
    new Promise((resolve, reject) => {
      waiting.push({ resolve, reject });
      machine.stdin.write(`${JSON.stringify({ execute: command, arguments: args })}\n`);
    });
  return { machine, execute };
}

const sumsToZero = (bytes) => bytes.reduce((sum, byte) => (sum + byte) & 0xff, 0) === 0;

/** The RSDP of ACPI 1.0 in the BIOS area, its checksum good; undefined while the firmware has not written it. */
function findRsdp(area) {
  for (let at = 0; at + 20 <= area.length; at += 16) {
    const rsdp = area.subarray(at, at + 20);
    if (rsdp.toString('latin1', 0, 8) === 'RSD PTR ' && sumsToZero(rsdp)) return rsdp;
  }
  return undefined;
}

/** All tables the RSDT names, and the DSDT the FADT names; undefined while any is incomplete. */
async function readTables(read) {
  const rsdp = findRsdp(await read(BIOS_AREA.address, BIOS_AREA.lengthBytes));
  if (rsdp === undefined) return undefined;
  const tables = [];
  const readTable = async (address) => {
    const header = await read(address, HEADER_BYTES);
    const lengthBytes = header.readUInt32LE(4);
    if (lengthBytes < HEADER_BYTES || lengthBytes > 1 << 20) return undefined;
    const table = await read(address, lengthBytes);
    return sumsToZero(table) ? table : undefined;
  };
  const rsdt = await readTable(rsdp.readUInt32LE(16));
  if (rsdt === undefined) return undefined;
  const addresses = [];
  for (let at = HEADER_BYTES; at + 4 <= rsdt.length; at += 4) addresses.push(rsdt.readUInt32LE(at));
  for (const address of addresses) {
    const table = await readTable(address);
    if (table === undefined) return undefined;
    const signature = table.toString('latin1', 0, 4);
    tables.push([signature, table]);
    // The FADT's 32-bit pointer to the DSDT. ACPI 6.5 §5.2.9
    if (signature === 'FACP') addresses.push(table.readUInt32LE(40));
  }
  return tables.some(([signature]) => signature === 'DSDT') ? tables : undefined;
}

/**
 * The ACPI tables of a QEMU q35 machine as its firmware leaves them in guest memory, found from the RSDP as an operating system
 * finds them: signature and bytes of each. The same QEMU gives the same bytes on every run.
 */
export async function tablesOfMachine(moreFlags = []) {
  const scratch = mkdtempSync(join(tmpdir(), 'vcfg-q35-'));
  const { machine, execute } = startMachine(moreFlags);
  try {
    await execute('qmp_capabilities');
    const file = join(scratch, 'memory');
    const read = async (address, lengthBytes) => {
      await execute('pmemsave', { val: address, size: lengthBytes, filename: file });
      return readFileSync(file);
    };
    for (const end = Date.now() + DEADLINE; Date.now() < end; await sleep(100)) {
      const tables = await readTables(read);
      if (tables !== undefined) return tables;
    }
    throw new Error(`no complete tables in guest memory after ${DEADLINE / 1000} s`);
  } finally {
    machine.kill('SIGKILL');
    rmSync(scratch, { recursive: true, force: true });
  }
}
