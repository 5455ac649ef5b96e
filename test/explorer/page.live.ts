import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { version } from '../../package.json';
import { asl, encodeAml } from '../../src/aml/index.js';
import { encodeTable } from '../../src/tables/index.js';
import { axeViolations, openHub, openQ35, showPane, useExplorer } from './browser.js';

const tabOf = useExplorer();

const IDENTITY = { oemId: 'TEST', oemTableId: 'TEST', oemRevision: 1, creatorId: 'TEST', creatorRevision: 1 };

describe('the explorer', { timeout: 240_000 }, () => {
  it('selects what is clicked in the bytes and in the ASL in all other parts', async () => {
    const { page } = tabOf();
    await openQ35(page);
    await page.locator('.cm-line', { hasText: 'Method (DBUG' }).click();
    await page.getByRole('heading', { name: /DBUG/ }).waitFor();
    await page.locator('#hex-3 .hex-text').click({ position: { x: 40, y: 8 } });
    await expect.poll(() => page.url()).toContain('DBG');
  });

  it('moves from the byte that was clicked, however soon a key follows', async () => {
    const { page } = tabOf();
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

  it('lists the names that no open table declares, each with its users', async () => {
    const { page } = tabOf();
    const body = encodeAml([
      asl.External('\\_SB.EXTM', 8, 0),
      asl.Method('MAIN', {}, [asl.Call('\\_SB.EXTM')]),
      asl.Method('LAST', {}, [asl.Call('MAIN')]),
    ]);
    const table = encodeTable({ ...IDENTITY, signature: 'SSDT', revision: 2 }, body);
    await page.setInputFiles('#open-files', { name: 'ssdt.aml', mimeType: '', buffer: Buffer.from(table) });
    const details = page.getByLabel('Details', { exact: true });
    await details.getByText('Used, but in none of these tables').waitFor();
    await details.getByRole('link', { name: /\\_SB\.EXTM/ }).click();
    await details.getByText('No open table declares it.').waitFor();
    await details.getByRole('link', { name: '\\MAIN', exact: false }).first().click();
    await details.getByRole('heading', { name: /MAIN/ }).waitFor();
    await details.getByRole('link', { name: /EXTM/ }).waitFor();
  });

  it('moves through the tree by keys', async () => {
    const { page } = tabOf();
    await openQ35(page);
    await page.getByRole('tree').focus();
    for (const key of ['Home', 'ArrowDown', 'ArrowDown', 'ArrowUp']) await page.keyboard.press(key);
    await expect.poll(() => page.getByRole('tree').getAttribute('aria-activedescendant')).toBe('node-1');
  });

  it('lists findings with links to their bytes', async () => {
    const { page } = tabOf();
    await openQ35(page);
    await showPane(page, 'Findings');
    await page.getByRole('region', { name: 'AML_METHOD_NOT_SERIALIZED' }).waitFor();
    await page.getByRole('link', { name: /LNKA\._SRS/ }).click();
    await page.getByRole('heading', { name: /LNKA\._SRS/ }).waitFor();
  });

  it('copies the findings as SARIF, with the version of the package', async () => {
    const { page } = tabOf();
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

  it('tells what is at an address of the map', async () => {
    const { page } = tabOf();
    await openHub(page);
    await showPane(page, 'Map');
    await page.getByLabel('Address', { exact: true }).fill('0x230040004');
    await page.getByRole('button', { name: 'Go there' }).click();
    const card = page.getByLabel('At this address');
    await card.getByText('vcfg_sens_stat_read(page)').waitFor();
    expect(await card.textContent()).toContain('00:04.0');
    expect(await card.textContent()).toContain('\\_SB.PC00.PE20.STAT');
    // The picture of each page lies within its card.
    for (const label of ['Trapped page', 'Shared page'])
      expect(await page.getByLabel(label, { exact: true }).evaluate((e) => e.scrollWidth - e.clientWidth), label).toBe(
        0,
      );
  });

  it.each(['light', 'dark'] as const)('has no finding of axe-core in any pane, %s', async (scheme) => {
    await tabOf().page.emulateMedia({ colorScheme: scheme });
    const { page } = tabOf();
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
    await page.getByRole('button', { name: 'Save files' }).click();
    await page.getByRole('button', { name: 'Save dsdt.aml' }).waitFor();
    await look('files');
    for (const name of ['Map', 'Machine', 'Run']) {
      await showPane(page, name);
      await page.locator('.card').first().waitFor();
      await look(name);
    }
    await showPane(page, 'Open');
    // A stray byte.
    const broken = readFileSync('fixtures/tables/q35/dsdt.aml').fill(2, 0x200, 0x201);
    await page.setInputFiles('#open-files', { name: 'dsdt.aml', mimeType: '', buffer: broken });
    await page.getByRole('alert').waitFor();
    await look('faults');
    expect(violations).toEqual([]);
  });
});
