import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { describe, expect, it, type TestContext } from 'vitest';
import { guestShelf } from '../../src/cli/page/guest-shelf.js';
import { openGuestFiles } from '../../src/live/index.js';
import { boardPlatform, bootOr } from '../live/board.js';
import { inScratchFolder, needs } from '../support/oracles.js';
import { axeViolations, type Explorer, openTab, showPane, startExplorer, type Tab } from './browser.js';

const BOARD = 'fixtures/live/board.yaml';
const BOOT_MILLISECONDS = 150_000;

/** The files of a guest, fetched and booted once if need be. Skips the test where there can be none. */
async function needsFiles(context: TestContext): Promise<void> {
  needs(context, 'chromium');
  const guest = await bootOr(boardPlatform(), 'v86', { bootMilliseconds: 400_000 });
  if (typeof guest !== 'string') return guest.close();
  if (process.env.CI) throw new Error(guest);
  return context.skip(guest);
}

async function openBoard({ page }: Tab): Promise<void> {
  await page.setInputFiles('#open-files', BOARD);
  await page.getByRole('textbox', { name: /Platform file/ }).waitFor();
  await showPane(page, 'Boot');
}

async function boot(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Boot Linux' }).click();
  await page.getByText('Running', { exact: true }).waitFor({ timeout: BOOT_MILLISECONDS });
  await expect.poll(() => screen(page), { timeout: 30_000 }).toContain('/ #');
}

/** What is to be seen of a part, in lines: the text content of rows runs together. */
// biome-ignore lint/performance/useDomNodeTextContent: lines are what is asked for
const linesOf = (part: Locator) => part.innerText();

/** What the console shows. */
const screen = (page: Page) => linesOf(page.locator('.xterm-rows'));

async function type(page: Page, command: string): Promise<void> {
  await page.getByRole('textbox', { name: /Console of the guest/ }).focus();
  await page.keyboard.type(`${command}\n`);
}

async function inTab(explorer: Explorer, work: (tab: Tab) => Promise<void>): Promise<void> {
  const tab = await openTab(explorer);
  try {
    await work(tab);
    expect(tab.faults).toEqual([]);
  } finally {
    await tab.page.context().close();
  }
}

describe('Boot', { timeout: 600_000 }, () => {
  it('boots a Linux whose accesses are listed by name, and are answered by a script', async (context) => {
    await needsFiles(context);
    const explorer = await startExplorer();
    try {
      await inTab(explorer, async (tab) => {
        const { page } = tab;
        await openBoard(tab);
        await boot(page);
        await type(page, 'devmem 0x80110004 32');
        const traps = page.getByRole('region', { name: 'Latest traps' });
        await traps.getByText('SENS.STAT').waitFor();
        await expect.poll(() => screen(page)).toContain('0x00030041');

        await type(page, 'devmem 0x80110000 32 0x85');
        const row = page.getByLabel('Registers of SENS').getByRole('row', { name: /CTRL/ });
        await row.getByText('0x00000085').waitFor();
        expect(await row.locator('.value-cell').getAttribute('class')).toContain('flash');
        expect(await linesOf(page.getByLabel('Traps by register'))).toMatch(/SENS\.CTRL\s+0\s+1/);

        // What is not a register of the platform has its number, and what is not a whole one is marked.
        await type(page, 'devmem 0x80110050 32; devmem 0x80110004 8');
        await traps.getByText('SENS trapped 20').waitFor();
        await traps.getByText('1 byte: not a whole register').waitFor();

        await page
          .getByLabel(/A module that exports/)
          .fill('export const device = { SENS: { STAT: { read: () => 0x77 } } };');
        await page.getByRole('button', { name: 'Use the script' }).click();
        await page.getByText('The script answers the guest.').waitFor();
        await page.getByRole('button', { name: 'devmem 0x80110004 32' }).click();
        await expect.poll(() => screen(page)).toContain('0x00000077');
        await expect.poll(() => linesOf(page.getByLabel('Traps by register'))).toMatch(/SENS\.STAT\s+3\s+0/);

        // The guest goes on while another pane is shown, and its console is there again.
        await type(page, 'sleep 1; echo later');
        await showPane(page, 'Machine');
        await page.getByRole('heading', { name: 'Accesses' }).waitFor();
        await showPane(page, 'Boot');
        await expect.poll(() => screen(page), { timeout: 20_000 }).toMatch(/\nlater/);
        expect(await screen(page)).toContain('0x00000077');

        const violations: string[] = [];
        for (const scheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme: scheme });
          violations.push(...(await axeViolations(page, `boot, ${scheme}`)));
        }
        expect(violations).toEqual([]);

        // Tab is the guest's; Ctrl+] leaves, to a button that stops it.
        await page.getByRole('textbox', { name: /Console of the guest/ }).focus();
        await page.keyboard.press('Control+]');
        expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Stop');
        await page.keyboard.press('Enter');
        await page.getByRole('button', { name: 'Boot Linux' }).waitFor();

        // A new guest has the script from the start.
        await boot(page);
        await type(page, 'devmem 0x80110004 32');
        await expect.poll(() => screen(page), { timeout: 20_000 }).toContain('0x00000077');
        await type(page, 'echo c > /proc/sysrq-trigger');
        await page.getByText('Ended', { exact: true }).waitFor({ timeout: 30_000 });
        await page.getByText(/kernel has panicked/).waitFor();
      });
    } finally {
      await explorer.close();
    }
  });

  it('says what an empty cache lacks, and boots from files that the user picks', async (context) => {
    await needsFiles(context);
    const read = await openGuestFiles();
    const { names } = guestShelf().list();
    const explorer = await startExplorer({
      list: () => ({ names: ['v86.wasm'], missing: ['vmlinuz', 'busybox'] }),
      read: async () => undefined,
    });
    try {
      await inScratchFolder((folder) =>
        inTab(explorer, async (tab) => {
          const { page } = tab;
          await openBoard(tab);
          await page.getByText('vcfg live board.yaml --run true').waitFor();
          await page.getByText('vmlinuz, busybox').waitFor();
          expect(await page.getByRole('button', { name: 'Boot Linux' }).count()).toBe(0);
          expect(await axeViolations(page, 'boot without files')).toEqual([]);

          await page.setInputFiles('#guest-files', { name: 'bios.bin', mimeType: '', buffer: Buffer.from('x') });
          await page.getByRole('button', { name: 'Boot Linux' }).click();
          await page.getByText(/The guest is missing v86.wasm, vmlinuz, busybox/).waitFor();

          await page.getByRole('button', { name: 'Forget them' }).click();
          mkdirSync(folder, { recursive: true });
          const files = await Promise.all(
            names.map(async (name) => {
              const file = join(folder, basename(name));
              writeFileSync(file, (await read(name)) as Uint8Array);
              return file;
            }),
          );
          await page.setInputFiles('#guest-files', files);
          await boot(page);
          await page.getByText('continued from a saved guest').waitFor();
        }),
      );
    } finally {
      await explorer.close();
    }
  });
});
