/**
 * `npm start`: makes a fresh clone ready and shows the main job on the shipped example. The example platform
 * becomes firmware and a driver, `VCFG` goes into a real machine's DSDT, and both are checked.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fail, heading, say } from './console.mjs';
import { isInstalled } from './installed.mjs';
import { prepare, projectFolder } from './project.mjs';

const PLATFORM = 'fixtures/platforms/sensor-hub.yaml';
const REAL_DSDT = 'fixtures/tables/q35/dsdt.aml';
const HUB = 'out/sensor-hub';
const Q35 = 'out/q35';

let exitCode = 0;

/** Shows a command as a user would type it, and runs it. If it does not end as expected, the script fails. */
function vcfg(args, wanted = 0) {
  say(`\n$ node dist/cli/main.cjs ${args.join(' ')}`);
  const { status } = spawnSync(process.execPath, [join(projectFolder, 'dist/cli/main.cjs'), ...args], {
    cwd: projectFolder,
    stdio: 'inherit',
  });
  if (status !== wanted) exitCode ||= status || 1;
}

heading('Preparing');
prepare();

heading(`One description, ${PLATFORM}, becomes firmware and a driver`);
vcfg(['generate', PLATFORM, '-o', HUB]);

heading('A real DSDT, as a QEMU q35 machine boots with it, gets the same VCFG');
mkdirSync(join(projectFolder, Q35), { recursive: true });
vcfg(['inject', REAL_DSDT, '--platform', PLATFORM, '-o', `${Q35}/dsdt.aml`]);

heading('Do firmware and driver agree?');
const { requirePlatform } = await import('../../dist/platform/index.js');
const { base } = requirePlatform(readFileSync(join(projectFolder, PLATFORM), 'utf8')).vcfg;
// The header is compiled and run; everything else needs Node.js alone.
const compiler = process.env.CC || 'cc';
const driver = isInstalled(compiler) ? ['--driver', `${HUB}/vcfg.h`] : [];
if (driver.length === 0)
  say(`\nThe C header is left out: there is no ${compiler} here. To check it too: apt-get install gcc`);
vcfg(['check', HUB, '--platform', PLATFORM, ...driver]);

heading('What is in the way in the real DSDT, which was made for another machine? (one finding, exit code 1)');
vcfg(['check', `${Q35}/dsdt.aml`, '--base', `0x${base.toString(16)}`, '--rule', 'vcfg'], 1);

if (exitCode !== 0) fail('A step above did not succeed.', 'Its own message says why.', exitCode);

heading('What there is now');
for (const folder of [HUB, Q35]) {
  for (const name of readdirSync(join(projectFolder, folder)).sort()) {
    const { size } = statSync(join(projectFolder, folder, name));
    say(`${String(size).padStart(8)} bytes  ${folder}/${name}`);
  }
}

heading('Next');
say(`Change a register in ${PLATFORM} and run this again, or ask the command itself:

$ node dist/cli/main.cjs address 00:04.0 3 --platform ${PLATFORM}
$ node dist/cli/main.cjs --help

README.md has the rest. npm test runs the tests.`);
