import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Io } from '../../src/cli/io.js';
import { nodeFiles } from '../../src/cli/process-io.js';
import { inScratchFolder } from '../support/oracles.js';
import { Q35, Q35_DSDT, SENSOR_HUB, vcfg } from './fake-io.js';

const LONG = 'long-name-'.repeat(30);

/** A folder with a file and a link that leads back to itself. */
const inFolder = (work: (folder: string) => Promise<void>) =>
  inScratchFolder((folder) => {
    writeFileSync(join(folder, 'file'), 'something');
    symlinkSync('loop', join(folder, 'loop'));
    mkdirSync(join(folder, 'empty'));
    return work(folder);
  });

/** A place that cannot be written to, the reason, and words of the cure. */
const UNWRITABLE: readonly [place: string, reason: RegExp, cure: RegExp][] = [
  ['file/out', /ENOTDIR|EEXIST/, /There is a file where a folder is needed/],
  ['file/more/out', /ENOTDIR|EEXIST/, /There is a file where a folder is needed/],
  ['loop/out', /ELOOP|EEXIST|ENOTDIR|ENOENT/, /./],
  [LONG, /ENAMETOOLONG/, /Give a shorter name/],
  [`${LONG}/out`, /ENAMETOOLONG/, /Give a shorter name/],
];

const WRITERS: readonly (readonly string[])[] = [
  ['generate', SENSOR_HUB, '-o'],
  ['inject', Q35_DSDT, '--base', '0x100000000', '-o'],
  ['disassemble', Q35_DSDT, '-o'],
  ['map', SENSOR_HUB, '-o'],
];

describe.each(WRITERS)('%s', (...words) => {
  it.each(UNWRITABLE)('says why it cannot write to %s', (place, reason, cure) =>
    inFolder(async (folder) => {
      const before = readdirSync(folder, { recursive: true });
      const { code, codes, stderr } = await vcfg([...words, join(folder, place)]);
      expect({ code, codes }).toEqual({
        code: 1,
        codes: [expect.stringMatching(/^COMMAND_(CANNOT_WRITE|FILE_UNREADABLE)$/)],
      });
      expect(stderr).toMatch(reason);
      expect(stderr).toMatch(cure);
      expect(readdirSync(folder, { recursive: true })).toEqual(before);
    }),
  );
});

const READERS: readonly (readonly string[])[] = [
  ['show'],
  ['verify'],
  ['disassemble'],
  ['check'],
  ['diff', Q35],
  ['generate'],
  ['check', Q35_DSDT, '--platform'],
  ['check', Q35_DSDT, '--driver'],
];

describe.each(READERS)('%s', (...words) => {
  it.each(['file/below', 'loop', LONG, 'nothing'])('says why it cannot read %s', (place) =>
    inFolder(async (folder) => {
      const output = words[0] === 'generate' ? ['-o', join(folder, 'empty')] : [];
      const { code, stdout, stderr } = await vcfg([...words, join(folder, place), ...output]);
      expect(code).toBe(1);
      expect(stdout + stderr).toMatch(/\bCOMMAND_FILE_(MISSING|UNREADABLE)\b/);
    }),
  );
});

function failing(code: string, syscall: string): () => never {
  return () => {
    throw Object.assign(new Error(`${code}: ${syscall}`), { code, syscall, path: '/somewhere' });
  };
}

const READING = /^COMMAND_FILE_(MISSING|UNREADABLE)$/;
const WRITING = /^COMMAND_(CANNOT_WRITE|FILE_(MISSING|UNREADABLE))$/;

/** Each call on files, a word that makes it, and what is told when the system refuses it. */
const CALLS: readonly [call: keyof Io['files'], syscall: string, words: readonly string[], finding: RegExp][] = [
  ['read', 'open', ['show', Q35_DSDT], READING],
  ['list', 'scandir', ['show', Q35], READING],
  ['kindOf', 'stat', ['show', Q35_DSDT], READING],
  ['kindOf', 'stat', ['generate', SENSOR_HUB, '-o', 'never'], WRITING],
  ['makeFolder', 'mkdir', ['generate', SENSOR_HUB, '-o', 'never'], WRITING],
];

describe.each(['EACCES', 'EPERM', 'EROFS', 'ELOOP', 'EIO', 'EMFILE', 'ENOSPC', 'ENAMETOOLONG'])('%s', (code) => {
  it.each(CALLS)('of %s (%s) is a finding', async (call, syscall, words, finding) => {
    const ran = await vcfg(words, { files: { [call]: failing(code, syscall) } });
    expect(ran).toMatchObject({ code: 1, codes: [expect.stringMatching(finding)] });
  });
});

it('what is in the way of tidying up is not told in the place of the first failure', () =>
  inScratchFolder(async (folder) => {
    const files = { rename: failing('EROFS', 'rename'), remove: failing('EACCES', 'rm') };
    const ran = await vcfg(['generate', SENSOR_HUB, '-o', folder], { files });
    expect(ran).toMatchObject({ code: 1, codes: ['COMMAND_CANNOT_WRITE'] });
    expect(ran.stderr).toContain('EROFS');
  }));

it('nothing is at a path below a file', () => {
  expect(nodeFiles.kindOf(join(Q35_DSDT, 'below', 'it'))).toBeUndefined();
});
