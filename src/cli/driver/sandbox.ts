import { join } from 'node:path';
import type { FinishedProgram, Io } from '../io.js';

/**
 * Sets limits, then becomes the program that it is given: `launch PROCESSES PROGRAM`. Seconds of CPU time, bytes of memory,
 * no file of any length, no core dump. 0 processes leaves their number alone. Without a program it only says that it runs.
 */
export const LAUNCHER = `#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

static void limit(int what, rlim_t most)
{
  struct rlimit value;
  value.rlim_cur = value.rlim_max = most;
  setrlimit(what, &value);
}

int main(int count, char **words)
{
  if (count < 3) return puts("ready") < 0;
  limit(RLIMIT_CPU, 5);
  limit(RLIMIT_AS, (rlim_t)1 << 30);
  limit(RLIMIT_FSIZE, 0);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_NOFILE, 16);
  if (atoi(words[1]) > 0) limit(RLIMIT_NPROC, (rlim_t)atoi(words[1]));
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  execv(words[2], words + 2);
  return 127;
}
`;

/** What a run of the program may take. Its own limits end it sooner. */
const RUN_MILLISECONDS = 10_000;
const TRIAL_MILLISECONDS = 5000;

/** A user that owns nothing. */
const NOBODY = '65534';

interface Sandbox {
  /** As reports name it. */
  readonly name: string;
  /** Processes that exist before the program does, itself included. */
  readonly processes: number;
  readonly wrap: (jail: string) => readonly string[];
}

const unshare = (jail: string) => [
  'unshare',
  '--user',
  `--map-user=${NOBODY}`,
  `--map-group=${NOBODY}`,
  '--mount',
  '--net',
  '--pid',
  '--ipc',
  '--uts',
  '--fork',
  '--kill-child=KILL',
  `--root=${jail}`,
];

/** In the order in which they are tried. Each has no network, no file but the jail, other users and processes. */
const SANDBOXES: readonly Sandbox[] = [
  {
    name: 'bubblewrap',
    processes: 3,
    wrap: (jail) => [
      'bwrap',
      '--unshare-all',
      '--die-with-parent',
      '--new-session',
      '--uid',
      NOBODY,
      '--gid',
      NOBODY,
      '--cap-drop',
      'ALL',
      '--clearenv',
      '--ro-bind',
      jail,
      '/',
      '--chdir',
      '/',
    ],
  },
  // As root first become somebody else: what root owns is open to it in any namespace.
  {
    name: 'unshare',
    processes: 2,
    wrap: (jail) => ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', ...unshare(jail)],
  },
  { name: 'unshare', processes: 2, wrap: unshare },
];

function run(words: readonly string[], milliseconds: number, io: Io): FinishedProgram | undefined {
  const [program, ...rest] = words;
  return program === undefined ? undefined : io.runProgram(program, rest, { milliseconds });
}

export interface SandboxedRun {
  readonly finished: FinishedProgram | undefined;
  /** The sandbox that it ran in; undefined if there was none. */
  readonly sandbox: string | undefined;
}

/**
 * Runs `jail/probe` by `jail/launch`, both linked statically, in the first sandbox that works here; without one, with limits
 * alone.
 */
export function runSandboxed(jail: string, io: Io): SandboxedRun {
  // Another user has to reach it.
  io.runProgram('chmod', ['711', join(jail, '..')]);
  io.runProgram('chmod', ['755', jail]);
  for (const { name, processes, wrap } of SANDBOXES) {
    const trial = run([...wrap(jail), '/launch'], TRIAL_MILLISECONDS, io);
    if (trial?.status !== 0 || !Buffer.from(trial.stdout).toString().startsWith('ready')) continue;
    const words = [...wrap(jail), '/launch', String(processes), '/probe'];
    return { finished: run(words, RUN_MILLISECONDS, io), sandbox: name };
  }
  return runWithLimits(jail, io);
}

/** Runs `jail/probe` with limits of time and memory, and in no sandbox. */
export function runWithLimits(jail: string, io: Io): SandboxedRun {
  const words = [join(jail, 'launch'), '0', join(jail, 'probe')];
  return { finished: run(words, RUN_MILLISECONDS, io), sandbox: undefined };
}
