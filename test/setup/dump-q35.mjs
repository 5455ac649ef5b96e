/**
 * `npm run dump`: writes fixtures/tables/q35, the ACPI tables of a QEMU q35 machine as its firmware leaves them in guest memory, found
 * from the RSDP as an operating system finds them. The same QEMU gives the same bytes on every run.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, say } from './console.mjs';
import { installPrograms } from './debian.mjs';
import { projectFolder } from './project.mjs';
import { Q35_FLAGS, QEMU, tablesOfMachine } from './qemu-tables.mjs';

if (installPrograms([QEMU]).length > 0) {
  fail(`${QEMU} is needed.`, 'Install it as shown above, then run this again.');
}
const version = spawnSync(QEMU, ['--version'], { encoding: 'utf8' }).stdout.split('\n')[0];
say(`${version}\n${QEMU} ${Q35_FLAGS.join(' ')}`);
const folder = join(projectFolder, 'fixtures/tables/q35');
mkdirSync(folder, { recursive: true });
for (const [signature, bytes] of await tablesOfMachine()) {
  const file = join(folder, `${signature.toLowerCase()}.aml`);
  writeFileSync(file, bytes);
  say(`  ${signature}  ${String(bytes.length).padStart(5)} bytes  ${file}`);
}
