import type { LiveGuest } from '../../../live/index.js';
import type { Interactive, Io } from '../../io.js';
import { say } from '../../write/report.js';

/** Ctrl-], which ends the shell of a guest, as it ends telnet. */
const LEAVE_KEY = 0x1d;
/** What ends the shell at the end of standard input. Not Ctrl-D, which a terminal forgets while a command runs. */
const END_OF_INPUT = '\nexit\n';

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
