import { spawnSync } from 'node:child_process';
import { readFileSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const shell = (script: string, options = {}) => spawnSync('sh', ['-c', script], { encoding: 'utf8', ...options });

it('starts programs from another process', (context) => {
  if (process.platform === 'win32') context.skip('there are no named pipes here');
  expect(shell('echo $PPID').stdout).not.toBe(`${process.pid}\n`);
});

it('gives what spawnSync gives', () => {
  expect(shell('cat; echo err >&2; exit 3', { input: 'a\n' })).toMatchObject({
    status: 3,
    signal: null,
    stdout: 'a\n',
    stderr: 'err\n',
    output: [null, 'a\n', 'err\n'],
  });
  expect(shell('kill -TERM $$')).toMatchObject({ status: null, signal: 'SIGTERM' });
  expect(spawnSync('printf', ['\\0\\377'], {}).stdout).toEqual(Buffer.of(0, 255));
  const missing = spawnSync(join(tmpdir(), 'no-such-program'), []);
  expect(missing).toMatchObject({ status: null, output: null, error: { code: 'ENOENT' } });
  expect(missing.error).toBeInstanceOf(Error);
});

it('keeps to limits, and to the current folder and environment', () => {
  expect(shell('sleep 5', { timeout: 50, killSignal: 'SIGKILL' })).toMatchObject({
    signal: 'SIGKILL',
    error: { code: 'ETIMEDOUT' },
  });
  expect(shell('cat /dev/zero', { maxBuffer: 100 }).error).toMatchObject({ code: 'ENOBUFS' });
  expect(shell('pwd', { cwd: tmpdir() }).stdout).toBe(`${realpathSync(tmpdir())}\n`);
  expect(shell('pwd').stdout).toBe(`${realpathSync(process.cwd())}\n`);
  expect(shell('echo $ONE $TWO', { env: { ...process.env, ONE: '1' } }).stdout).toBe('1\n');
});

it('takes more than a pipe holds, in both directions', () => {
  const input = readFileSync(process.execPath).subarray(0, 1 << 21);
  expect(spawnSync('cat', { input, maxBuffer: 1 << 22 }).stdout.equals(input)).toBe(true);
});
