/** What runs in the page of browser.live.ts, which puts its outcome where the test looks. */
import { Machine } from '../../src/device/index.js';
import { bootGuest, fetchGuestFiles, savedGuestsAt } from '../../src/live/browser/index.js';
import { requirePlatform } from '../../src/platform/index.js';
import { accessLine } from './access-line.js';

/** What the page tells. */
export interface PageOutcome {
  readonly wasKept: boolean;
  readonly vcfg: string;
  readonly traps: readonly string[];
  readonly ran: unknown;
  readonly milliseconds: number;
}

async function boot(): Promise<PageOutcome> {
  const machine = new Machine(requirePlatform(await (await fetch('board.yaml')).text()));
  const start = performance.now();
  const guest = await bootGuest(machine, await fetchGuestFiles('guest/'), { saved: savedGuestsAt('guest/') });
  const milliseconds = performance.now() - start;
  const traps: string[] = [];
  guest.events.on('trap', (event) => traps.push(accessLine(event)));
  const ran = await guest.run(`devmem 0x${(guest.platform.vcfg.base + 0x11_0004n).toString(16)} 32`);
  const vcfg = String(await guest.evaluate('\\VCFG'));
  await guest.close();
  return { wasKept: guest.wasKept, vcfg, traps, ran, milliseconds };
}

Object.assign(globalThis, {
  outcome: boot().catch((error: unknown) => (error instanceof Error ? (error.stack ?? error.message) : String(error))),
});
