import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inScratchFolder } from '../../support/oracles.js';
import { type FakeWorld, SENSOR_HUB, vcfg } from '../fake-io.js';

/** What `vcfg generate` makes of a platform, in a folder that is removed afterwards. */
export const withBuild = (work: (path: (name: string) => string) => Promise<void>) =>
  inScratchFolder(async (folder) => {
    await vcfg(['generate', SENSOR_HUB, '-o', folder]);
    await work((name) => join(folder, name));
  });

export const QUICK = ['--platform', SENSOR_HUB, '--no-exhaustive'];

/** Compiling and running a driver takes most of a check's time. */
export const NO_COMPILER: FakeWorld = { runProgram: () => undefined };

/** Runs a check with its findings as data; without a compiler if not said otherwise. */
export async function check(argv: readonly string[], world: FakeWorld = {}) {
  const { code, stdout, stderr } = await vcfg(['check', ...argv, '--json'], { ...NO_COMPILER, ...world });
  const { checked, counts, findings } = JSON.parse(stdout);
  const codes = findings.map((found: { code: string }) => found.code);
  return { code, stderr, checked, counts, findings, codes: codes as string[] };
}

/** Moves the trapped page of PE20 from VCFG's place for 00:04.0 to ECAM's. */
export function breakRegion(file: string): void {
  const bytes = readFileSync(file);
  const at = bytes.indexOf('VREG', bytes.indexOf('PE20'));
  const offset = bytes.indexOf(Buffer.from([0x0c, 0x00, 0x00, 0x04, 0x00]), at);
  bytes[offset + 3] = 0x02;
  bytes[9] = ((bytes[9] as number) + 2) & 0xff;
  writeFileSync(file, bytes);
}
