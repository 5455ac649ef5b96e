import { render } from 'preact';
import { openServed } from './open/served-files.js';
import { Shell } from './shell/shell.js';
import { followPlatform } from './state/platform.js';
import { keptSession } from './state/session.js';
import { applyTheme, theme } from './state/theme.js';
import { givenTables, openProblems, platformFile, setTables, waitingFor } from './state/workspace.js';

/** The page: the shell at once, then what the command line gave, or what was open before a reload. */

applyTheme(theme.peek());
followPlatform();
const app = document.getElementById('app');
if (app !== null) {
  app.replaceChildren();
  render(<Shell />, app);
}

async function openFirst(): Promise<void> {
  if (await openServed()) return;
  const kept = await keptSession();
  // Whoever opened something meanwhile keeps it.
  const isOpen = givenTables.peek().length > 0 || platformFile.peek() !== undefined;
  if (kept === undefined || isOpen || waitingFor.peek() !== undefined) return;
  platformFile.value = kept.platform;
  await setTables(kept.tables);
}

openFirst().catch((error: unknown) => {
  openProblems.value = [
    {
      code: 'COMMAND_FILE_UNREADABLE',
      severity: 'error',
      place: {},
      message: error instanceof Error ? error.message : String(error),
      cure: 'Reload the page; if that does not help, start vcfg explore again.',
    },
  ];
});
