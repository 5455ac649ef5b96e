import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { Io } from '../../src/cli/io.js';
import { runNodeProgram } from '../../src/cli/process-io.js';

/**
 * Runs programs as the command does, except the compiler for the launcher, which starts a driver's probe in a sandbox. The
 * launcher is always the same, and linking it statically takes as long as the probe itself. A test file compiles it once
 * with each compiler and sandbox, and copies it afterwards.
 */
export function withLauncherOnce(): NonNullable<Io['runProgram']> {
  const kept = new Map<string, string>();
  let folder: string | undefined;
  afterAll(() => {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });
  return (program, args, options) => {
    const output = args.at(args.indexOf('-o') + 1);
    if (output === undefined || !args.at(-1)?.endsWith('/launch.c') || !args.includes('-static'))
      return runNodeProgram(program, args, options);
    const compiler = args[args.indexOf('-static') - 1];
    const key = `${program} ${compiler}`;
    const known = kept.get(key);
    if (known !== undefined) {
      copyFileSync(known, output);
      return { status: 0, stdout: new Uint8Array(), stderr: '' };
    }
    const finished = runNodeProgram(program, args, options);
    if (finished?.status === 0) {
      folder ??= mkdtempSync(join(tmpdir(), 'vcfg-test-'));
      const copy = join(folder, String(kept.size));
      copyFileSync(output, copy);
      kept.set(key, copy);
    }
    return finished;
  };
}
