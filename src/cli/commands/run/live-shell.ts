import type { LiveGuest } from '../../../live/index.js';
import type { Interactive, Io, Output } from '../../io.js';
import { say } from '../../write/report.js';

/** Ctrl-], which ends the shell of a guest, as it ends telnet. */
const LEAVE_KEY = 0x1d;
/** What ends the shell at the end of standard input. Not Ctrl-D, which a terminal forgets while a command runs. */
const END_OF_INPUT = '\nexit\n';

/** The io of a command whose words begin on a line of their own when the guest's output is in the middle of one. */
export function onOwnLines(io: Io): Io {
  let isMidLine = false;
  const watched = ({ isTerminal, columns }: Output, write: Output['write']): Output => ({ isTerminal, columns, write });
  const areShared = io.stdout.isTerminal && io.stderr.isTerminal;
  return {
    ...io,
    stdout: watched(io.stdout, (data) => {
      const last = data.at(-1);
      if (last !== undefined) isMidLine = last !== '\n' && last !== 0x0a;
      io.stdout.write(data);
    }),
    stderr: watched(io.stderr, (data) => {
      if (isMidLine && areShared) io.stderr.write('\r\n');
      isMidLine = false;
      io.stderr.write(data);
    }),
  };
}

/** A shell of the guest at this terminal. It ends with `exit`, Ctrl-D, Ctrl-], the end of standard input, or the guest. */
export async function shell(guest: LiveGuest, interactive: Interactive, io: Io): Promise<void> {
  const unhear = guest.events.on('console', ({ text }) => io.stdout.write(text));
  let leave: () => void = () => {};
  const isLeft = new Promise<void>((resolve) => {
    leave = resolve;
  });
  const unhearShell = guest.events.on('shell', () => leave());
  say(io, 'A shell in the guest: exit or Ctrl-] ends it.\r');
  guest.sendConsole('\n');
  const stop = interactive.readKeys(
    (bytes) => {
      const at = bytes.indexOf(LEAVE_KEY);
      guest.sendConsole(at < 0 ? bytes : bytes.subarray(0, at));
      if (at >= 0) leave();
    },
    () => guest.sendConsole(END_OF_INPUT),
  );
  try {
    await Promise.race([isLeft, guest.end]);
  } finally {
    stop();
    unhear();
    unhearShell();
  }
  io.stdout.write('\n');
}
