import { join } from 'node:path';
import type { Io, Output } from '../../src/cli/io.js';
import { nodeFiles, runNodeProgram } from '../../src/cli/process-io.js';
import { runCommandLine } from '../../src/cli/run-command-line.js';
import { projectFolder } from '../support/shared-material.js';

export interface FakeWorld {
  readonly stdin?: Uint8Array | string;
  readonly env?: Io['env'];
  /** Whether both outputs are terminals. */
  readonly terminal?: boolean;
  readonly files?: Partial<Io['files']>;
  readonly now?: Io['now'];
  readonly runProgram?: Io['runProgram'];
  readonly compareInThread?: Io['compareInThread'];
  readonly readPlatformInThread?: Io['readPlatformInThread'];
  readonly startThreads?: Io['startThreads'];
  readonly pageFolder?: string;
  readonly interactive?: Io['interactive'];
}

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly stdoutBytes: Uint8Array;
  /** Both outputs in the order in which they were written, as on a terminal. */
  readonly both: string;
  /** Codes of the findings that were said, in their order. */
  readonly codes: readonly string[];
}

/** Runs a command line in this process, with real files, and keeps what it says. */
export async function vcfg(argv: readonly string[], world: FakeWorld = {}): Promise<Ran> {
  const written: { out: Buffer[]; err: Buffer[] } = { out: [], err: [] };
  const both: Buffer[] = [];
  const output = (parts: Buffer[]): Output => ({
    write: (data) => {
      parts.push(Buffer.from(data));
      both.push(Buffer.from(data));
    },
    isTerminal: world.terminal === true,
    columns: world.terminal ? 80 : undefined,
  });
  let read = false;
  const io: Io = {
    stdout: output(written.out),
    stderr: output(written.err),
    async readStandardInput() {
      if (read) return new Uint8Array();
      read = true;
      return Buffer.from(world.stdin ?? '');
    },
    files: { ...nodeFiles, ...world.files },
    env: world.env ?? {},
    now: world.now ?? (() => 0),
    runProgram: world.runProgram ?? runNodeProgram,
    version: () => '1.2.3',
    ...(world.compareInThread && { compareInThread: world.compareInThread }),
    ...(world.readPlatformInThread && { readPlatformInThread: world.readPlatformInThread }),
    ...(world.startThreads && { startThreads: world.startThreads }),
    pageFolder: () => world.pageFolder ?? join(projectFolder, 'dist/explorer'),
    ...(world.interactive && { interactive: world.interactive }),
  };
  const code = await runCommandLine(argv, io);
  const stderr = Buffer.concat(written.err).toString();
  const stdoutBytes = Buffer.concat(written.out);
  const codes = [...stderr.matchAll(/\[([A-Z][A-Z0-9_]+)\]/g)].map((match) => match[1] as string);
  return { code, stdout: stdoutBytes.toString(), stderr, stdoutBytes, both: Buffer.concat(both).toString(), codes };
}

export const SENSOR_HUB: string = join(projectFolder, 'fixtures/platforms/sensor-hub.yaml');
export const Q35: string = join(projectFolder, 'fixtures/tables/q35');
export const Q35_DSDT: string = join(Q35, 'dsdt.aml');
