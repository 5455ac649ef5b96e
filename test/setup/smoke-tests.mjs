/** What `npm run smoke` tries of the build on each version of Node.js. Needs only Node.js itself. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath(new URL('../../', import.meta.url));
const at = (path) => join(project, path);
const { exports, version } = JSON.parse(readFileSync(at('package.json'), 'utf8'));
const PLATFORM = at('fixtures/platforms/sensor-hub.yaml');
const DSDT = at('fixtures/tables/q35/dsdt.aml');

const folder = mkdtempSync(join(tmpdir(), 'vcfg-smoke-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function vcfg(...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [at('dist/cli/main.cjs'), ...args], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

/** The DSDT with every byte of 0x80..0x9f that fits in its creator and OEM table ID, as real tables have them. */
function tableOfAnyone(creator, tableId) {
  const bytes = readFileSync(DSDT);
  bytes.set(tableId, 16);
  bytes.set(creator, 28);
  bytes[9] = 0;
  bytes[9] = -bytes.reduce((sum, byte) => sum + byte, 0) & 0xff;
  return bytes;
}

test('the command tells its version and its usage', () => {
  assert.deepEqual(vcfg('--version'), { status: 0, stdout: `${version}\n`, stderr: '' });
  assert.equal(vcfg('--help').status, 0);
  assert.equal(vcfg('no-such-command').status, 2);
});

test('the command generates a platform, finds that it agrees, and prints its DSDT', () => {
  const out = join(folder, 'out');
  assert.equal(vcfg('generate', PLATFORM, '-o', out).status, 0);
  const { status, stdout } = vcfg('check', out, '--platform', PLATFORM);
  assert.equal(status, 0, stdout);
  assert.match(vcfg('disassemble', join(out, 'dsdt.aml')).stdout, /DefinitionBlock/);
});

test('inject keeps every byte of a header', () => {
  for (let first = 0x80; first < 0x100; first += 12) {
    const numbers = Array.from({ length: 12 }, (_, index) => Math.min(0xff, first + index));
    const table = tableOfAnyone(numbers.slice(0, 4), numbers.slice(4));
    const [before, afterwards] = [join(folder, 'before.aml'), join(folder, 'after.aml')];
    writeFileSync(before, table);
    const { status, stderr } = vcfg('inject', before, '--base', '0x100000000', '-o', afterwards);
    assert.equal(status, 0, stderr);
    const written = readFileSync(afterwards);
    assert.deepEqual(written.subarray(16, 24), table.subarray(16, 24));
    assert.deepEqual(written.subarray(28, 32), table.subarray(28, 32));
  }
});

test('a place that cannot be written to is a finding, not a stack trace', () => {
  const file = join(folder, 'file');
  writeFileSync(file, 'something');
  for (const place of ['out', 'more/out']) {
    const { status, stderr } = vcfg('generate', PLATFORM, '-o', join(file, place));
    assert.equal(status, 1);
    assert.match(stderr, /COMMAND_CANNOT_WRITE/);
    assert.doesNotMatch(stderr, /\n +at /);
  }
});

for (const entry of Object.keys(exports).filter((name) => !name.endsWith('.json'))) {
  test(`acpi-vcfg${entry.slice(1)} is imported`, async () => {
    const names = Object.keys(await import(`acpi-vcfg${entry.slice(1)}`));
    assert.ok(names.length > 0);
  });
}

test('the library decodes a table, and a driver talks to the device core', async () => {
  const { decodeAml, encodeAml } = await import('acpi-vcfg/aml');
  const body = readFileSync(DSDT).subarray(36);
  const { terms } = decodeAml(body);
  if (terms !== undefined) assert.deepEqual(Buffer.from(encodeAml(terms)), body);
  const { Machine } = await import('acpi-vcfg/device');
  const { openFunction } = await import('acpi-vcfg/guest');
  const { platformFromObject } = await import('acpi-vcfg/platform');
  const registers = [{ name: 'CTRL', index: 0 }];
  const platform = platformFromObject({ functions: [{ address: '00:04.0', name: 'SENS', registers }] });
  const machine = new Machine(platform);
  const acpi = { integer: () => machine.vcfgBase };
  const driver = openFunction({ acpi, memory: machine.memory, description: platform.functions[0] });
  driver.write('CTRL', 0x51);
  assert.deepEqual([driver.read('CTRL'), machine.registers('SENS').get('CTRL')], [0x51, 0x51]);
});
