import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { version } from '../../package.json';
import { isInstalled } from '../setup/installed.mjs';
import { needs } from '../support/oracles.js';
import { axeViolations, codeIn, type Explorer, openTab, showPane, startExplorer, type Tab } from './browser.js';

let explorer: Explorer | undefined;
let tab: Tab;

beforeAll(async () => {
  if (isInstalled('chromium')) explorer = await startExplorer();
}, 240_000);
afterAll(() => explorer?.close());

beforeEach(async (context) => {
  needs(context, 'chromium');
  tab = await openTab(explorer as Explorer);
  return async () => {
    await tab.page.context().close();
    expect(tab.faults).toEqual([]);
  };
});

async function openQ35(page: Page): Promise<void> {
  await page.getByRole('button', { name: /q35/ }).click();
  await page.getByRole('treeitem').first().waitFor();
}

async function openHub(page: Page): Promise<void> {
  await page.getByRole('button', { name: /sensor hub/ }).click();
  await page.getByRole('textbox', { name: /Platform file/ }).waitFor();
}

describe('the explorer', { timeout: 240_000 }, () => {
  it('shows an object of a table as ASL, bytes and details, has it in the URL, and keeps it over a reload', async () => {
    const { page } = tab;
    await openQ35(page);
    await page.getByLabel('Search the namespace').fill('DRAC._CRS');
    await page.getByRole('treeitem', { name: /_CRS/ }).click();
    await page.getByText('0xb0000000').first().waitFor();
    expect(page.url()).toContain('path=%5C_SB.DRAC._CRS');
    expect(await codeIn(page, /ASL of/)).toContain('DWordMemory');
    expect((await page.locator('.hex .picked').allTextContents()).join(' ')).toMatch(/5f\s*43\s*52\s*53/);
    await page.reload();
    await page.getByRole('heading', { name: /DRAC\._CRS/ }).waitFor();
  });

  it('selects what is clicked in the bytes and in the ASL in all other parts', async () => {
    const { page } = tab;
    await openQ35(page);
    await page.locator('.cm-line', { hasText: 'Method (DBUG' }).click();
    await page.getByRole('heading', { name: /DBUG/ }).waitFor();
    await page.locator('#hex-3 .hex-text').click({ position: { x: 40, y: 8 } });
    await expect.poll(() => page.url()).toContain('DBG');
  });

  it('moves from the byte that was clicked, however soon a key follows', async () => {
    const { page } = tab;
    await openQ35(page);
    await page.locator('.cm-line').first().waitFor();
    // A click and two keys in one task: no frame is drawn between them.
    await page.locator('.hex').evaluate((grid) => {
      const line = grid.querySelector('#hex-5 .hex-text') as Element;
      const { left, top, width } = line.getBoundingClientRect();
      const place = { clientX: left + (width * 8.5) / 16, clientY: top + 4 };
      line.dispatchEvent(new MouseEvent('click', { bubbles: true, ...place }));
      for (let times = 0; times < 2; times++)
        grid.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
    });
    // The loop around the byte at 0x58 begins at 0x56.
    await expect.poll(() => page.url()).toContain('bytes=0x56-');
    await page.locator('.cm-picked').first().waitFor();
    await page.waitForTimeout(200);
    expect(await page.locator('.hex').getAttribute('aria-label')).toMatch(/at 0x5a$/);
  });

  it('moves through the tree by keys', async () => {
    const { page } = tab;
    await openQ35(page);
    await page.getByRole('tree').focus();
    for (const key of ['Home', 'ArrowDown', 'ArrowDown', 'ArrowUp']) await page.keyboard.press(key);
    await expect.poll(() => page.getByRole('tree').getAttribute('aria-activedescendant')).toBe('node-1');
  });

  it('lists findings with links to their bytes', async () => {
    const { page } = tab;
    await openQ35(page);
    await showPane(page, 'Findings');
    await page.getByRole('region', { name: 'AML_METHOD_NOT_SERIALIZED' }).waitFor();
    await page.getByRole('link', { name: /LNKA\._SRS/ }).click();
    await page.getByRole('heading', { name: /LNKA\._SRS/ }).waitFor();
  });

  it('copies the findings as SARIF, with the version of the package', async () => {
    const { page } = tab;
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await openQ35(page);
    await showPane(page, 'Findings');
    await page.getByLabel('Rule').selectOption('AML_METHOD_NOT_SERIALIZED');
    await page.getByRole('button', { name: 'Copy as SARIF' }).click();
    await page.getByText('Copied', { exact: true }).waitFor();
    const { runs } = JSON.parse(await page.evaluate(() => navigator.clipboard.readText()));
    expect(runs[0].tool.driver.semanticVersion).toBe(version);
    expect(new Set(runs[0].results.map(({ ruleId }: { ruleId: string }) => ruleId))).toEqual(
      new Set(['AML_METHOD_NOT_SERIALIZED']),
    );
  });

  it('says what is wrong with a file in the words of the command', async () => {
    const { page } = tab;
    await page.setInputFiles('#open-files', {
      name: 'notes.c',
      mimeType: 'text/plain',
      buffer: Buffer.from('#include <stdint.h>\n'),
    });
    await page.getByText('This is C source, but a table is needed.').waitFor();
  });

  it('evaluates an object', async () => {
    const { page } = tab;
    await openQ35(page);
    await showPane(page, 'Run');
    await page.getByLabel('Object', { exact: true }).fill('\\_SB.PCI0._CRS');
    await page.getByRole('button', { name: 'Evaluate' }).click();
    await page.getByText('WordBusNumber').waitFor();
    await page.getByLabel('Object', { exact: true }).fill('\\NONE');
    await page.getByRole('button', { name: 'Evaluate' }).click();
    await page.getByText('AE_NOT_FOUND').waitFor();
  });

  it('regenerates what a platform becomes with each key, and shows what is wrong', async () => {
    const { page } = tab;
    await openHub(page);
    await page.getByText('4 functions').waitFor();
    await page.getByRole('button', { name: 'C', exact: true }).click();
    await expect.poll(() => codeIn(page, 'Generated C')).toContain('VCFG');
    await page.locator('.cm-line', { hasText: 'name: GPU0' }).click();
    await page.keyboard.press('End');
    await page.keyboard.type('9');
    await page.getByText('1 error', { exact: true }).waitFor();
    await page.keyboard.press('Backspace');
    await page.getByText('4 functions').waitFor();
    await page.getByRole('button', { name: 'Prove every address' }).click();
    await page.getByText('33,554,432 addresses agree').waitFor();
  });

  it('tells what is at an address of the map', async () => {
    const { page } = tab;
    await openHub(page);
    await showPane(page, 'Map');
    await page.getByLabel('Address', { exact: true }).fill('0x230040004');
    await page.getByRole('button', { name: 'Go there' }).click();
    const card = page.getByLabel('At this address');
    await card.getByText('vcfg_sens_stat_read(page)').waitFor();
    expect(await card.textContent()).toContain('00:04.0');
    expect(await card.textContent()).toContain('\\_SB.PC00.PE20.STAT');
  });

  it('reads and writes registers, and lets a script answer', async () => {
    const { page } = tab;
    await openHub(page);
    await showPane(page, 'Machine');
    await page.getByLabel('Function').selectOption('SENS');
    await page.getByLabel('Value for SENS.CTRL').fill('0x85');
    await page.getByRole('button', { name: 'Write SENS.CTRL' }).click();
    await page.getByRole('row', { name: /CTRL/ }).getByText('0x00000085').waitFor();
    await page
      .getByLabel(/A module that exports/)
      .fill('export const device = { SENS: { STAT: { read: () => 0x77 } } };');
    await page.getByRole('button', { name: 'Use the script' }).click();
    await page.getByText('The script answers the guest.').waitFor();
    await page.getByRole('button', { name: 'Read SENS.STAT' }).click();
    await page.getByRole('row', { name: /STAT/ }).getByText('0x00000077').waitFor();
  });

  it.each(['light', 'dark'] as const)('has no finding of axe-core in any pane, %s', async (scheme) => {
    await tab.page.emulateMedia({ colorScheme: scheme });
    const { page } = tab;
    const violations: string[] = [];
    const look = async (where: string) => {
      violations.push(...(await axeViolations(page, where)));
    };
    await look('open');
    await openQ35(page);
    await page.locator('.cm-line').first().waitFor();
    await look('look');
    await showPane(page, 'Findings');
    await page.locator('.finding').first().waitFor();
    await look('findings');
    await showPane(page, 'Open');
    await openHub(page);
    await page.getByText('4 functions').waitFor();
    await look('platform');
    for (const name of ['Map', 'Machine', 'Run']) {
      await showPane(page, name);
      await page.locator('.card').first().waitFor();
      await look(name);
    }
    expect(violations).toEqual([]);
  });
});
