import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { vcfg } from '../cli/fake-io.js';
import { inScratchFolder } from '../support/oracles.js';
import { projectFolder } from '../support/shared-material.js';

const BOARD = join(projectFolder, 'fixtures/live/board.yaml');
/** How a run ends where Debian's mirror cannot be reached, or the emulator is not there. */
const NO_GUEST = /LIVE_PART_MISSING|LIVE_EMULATOR_MISSING/;

test('a script that fails and a hook that throws are each told once', (context) =>
  inScratchFolder(async (folder) => {
    const file = join(folder, 'device.mjs');
    writeFileSync(file, "export const device = { SENS: { STAT: { read: () => { throw new Error('cold'); } } } };\n");
    const script = 'devmem 0x80110004 32; exit 3';
    const { code, stdout, stderr } = await vcfg(['live', BOARD, '--with', 'v86', '--device', file, '--run', script]);
    if (NO_GUEST.test(stderr)) return context.skip("no live guest: Debian's kernel cannot be fetched");
    expect(code).toBe(1);
    expect(stdout).toBe('0x00030041\n');
    expect(stderr.match(/cold/g)).toHaveLength(1);
    expect(stderr).toMatch(/error: The hook SENS\.STAT threw at .*device\.mjs:1:\d+: Error: cold\..*\[LIVE_HOOK\]/);
    expect(stderr).toContain('the script of --run ended with exit code 3\n');
  }));
