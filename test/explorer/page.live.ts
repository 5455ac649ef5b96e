import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { version } from '../../package.json';
import { asl, encodeAml } from '../../src/aml/index.js';
import { encodeTable } from '../../src/tables/index.js';
import {
  axeViolations,
  codeIn,
  openHub,
  openQ35,
  selectResources,
  showPane,
  useExplorer,
  writeControl,
} from './browser.js';

/** Each pane as a user drives it. */

const tabOf = useExplorer();

const DSDT = readFileSync('fixtures/tables/q35/dsdt.aml');

const openFile = (page: Page, name: string, bytes: Uint8Array) =>
  page.setInputFiles('#open-files', { name, mimeType: '', buffer: Buffer.from(bytes) });

const textFile = (name: string, text: string) => ({ name, mimeType: 'text/yaml', buffer: Buffer.from(text) });

/** Runs in the page before its scripts: what was open before is read, but handed over only when `release` is called. */
function holdSession(): void {
  const read = IDBObjectStore.prototype.get;
  IDBObjectStore.prototype.get = function (this: IDBObjectStore, key: IDBValidKey) {
    const request = read.call(this, key);
    const held = { error: null, result: undefined, onsuccess: () => {} };
    request.onsuccess = () => {
      held.result = request.result;
      (globalThis as { release?: () => void }).release = () => held.onsuccess();
    };
    return held as unknown as IDBRequest;
  };
}

const IDENTITY = { oemId: 'TEST', oemTableId: 'TEST', oemRevision: 1, creatorId: 'TEST', creatorRevision: 1 };

describe('the explorer', { timeout: 240_000 }, () => {
  it('shows an object of a table as ASL, bytes and details, has it in the URL, and keeps it over a reload', async () => {
    const { page } = tabOf();
    await openQ35(page);
    await selectResources(page);
    await page.reload();
    await page.getByRole('heading', { name: /DRAC\._CRS/ }).waitFor();
  });

  it('says what is wrong with a file in the words of the command', async () => {
    const { page } = tabOf();
    await page.setInputFiles('#open-files', {
      name: 'notes.c',
      mimeType: 'text/plain',
      buffer: Buffer.from('#include <stdint.h>\n'),
    });
    await page.getByText('This is C source, but a table is needed.').waitFor();
  });

  it('says what is wrong with a table that opens, with a link to the bytes', async () => {
    const { page } = tabOf();
    const alert = page.getByRole('alert');
    const checksum = Uint8Array.from(DSDT);
    checksum[9] = (checksum[9] as number) ^ 0xff;
    await openFile(page, 'checksum.aml', checksum);
    await alert.getByText('checksum.aml: 1 fault').waitFor();
    await alert.getByText('TABLE_CHECKSUM').waitFor();
    await alert.getByRole('link', { name: 'checksum.aml+0x0009' }).click();
    await page.waitForURL(/bytes=0x9-0xa/);

    // A stray byte where a statement of the second method should begin.
    const broken = Uint8Array.from(DSDT);
    broken[0x200] = 0x02;
    broken[9] = (broken[9] as number) - [...broken].reduce((sum, byte) => sum + byte, 0);
    await showPane(page, 'Open');
    await page.getByRole('button', { name: 'Close checksum.aml' }).click();
    await openFile(page, 'broken.aml', broken);
    await alert.getByText(/broken.aml: \d+ fault/).waitFor();
    await alert.getByText(/AML_/).first().waitFor();
    await alert
      .getByRole('link', { name: /^broken.aml\+0x/ })
      .first()
      .click();
    await page.waitForURL(/table=broken.aml&bytes=0x/);
    await alert.getByRole('link', { name: /Findings/ }).click();
    await page.locator('.finding').first().waitFor();

    await showPane(page, 'Open');
    await page.getByRole('button', { name: 'Close broken.aml' }).click();
    await openQ35(page);
    expect(await alert.count()).toBe(0);
  });

  it('reads the files that a platform includes, dropped with it or later', async () => {
    const { page } = tabOf();
    const board = textFile('board.yaml', 'include: sensors.yaml\nmemory: 1 GiB\n');
    const sensors = textFile('sensors.yaml', 'functions:\n  - { address: 00:04.0, name: SENS }\n');
    await page.setInputFiles('#open-files', [sensors, board]);
    await page.getByRole('textbox', { name: 'Platform file board.yaml' }).waitFor();
    await page.getByText('with sensors.yaml').waitFor();
    await page.getByText('1 function', { exact: true }).waitFor();
    await page.reload();
    await page.getByText('1 function', { exact: true }).waitFor();

    await showPane(page, 'Open');
    await page.getByRole('button', { name: 'Close board.yaml' }).click();
    await page.setInputFiles('#open-files', board);
    await page
      .getByText(/Drop it here, or drop the folder/)
      .first()
      .waitFor();
    await showPane(page, 'Open');
    await page.setInputFiles('#open-files', sensors);
    await page.getByText('with sensors.yaml').waitFor();
    await page.getByText('1 function', { exact: true }).waitFor();
    await page.getByRole('textbox', { name: 'Platform file board.yaml' }).waitFor();
  });

  it('evaluates an object', async () => {
    const { page } = tabOf();
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
    const { page } = tabOf();
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

  it('reads and writes registers, and lets a script answer', async () => {
    const { page } = tabOf();
    await openHub(page);
    await showPane(page, 'Machine');
    await writeControl(page);
    await page
      .getByLabel(/A module that exports/)
      .fill('export const device = { SENS: { STAT: { read: () => 0x77 } } };');
    await page.getByRole('button', { name: 'Use the script' }).click();
    await page.getByText('The script answers the guest.').waitFor();
    await page.getByRole('button', { name: 'Read SENS.STAT' }).click();
    await page.getByRole('row', { name: /STAT/ }).getByText('0x00000077').waitFor();
  });

  it('leaves open what is opened while it still reads what was open before', async () => {
    const { page } = tabOf();
    await openHub(page);
    await page.addInitScript(holdSession);
    await page.goto(page.url().replace(/#.*/, '#/open'));
    await page.reload();
    await page.waitForFunction('typeof release === "function"');
    await openQ35(page);
    await page.evaluate('release()');
    await page.waitForTimeout(500);
    expect(await page.getByRole('contentinfo').textContent()).toMatch(/^\d+ tables, /);
    expect(await page.getByRole('contentinfo').textContent()).not.toContain('sensor-hub.yaml');
    expect(await page.getByRole('treeitem').count()).toBeGreaterThan(5);
  });

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
    await page.getByRole('region', { name: 'VCFG_MISSING' }).locator('summary code', { hasText: 'VCFG' }).waitFor();
    await page.getByRole('link', { name: /LNKA\._SRS/ }).click();
    await page.getByRole('heading', { name: /LNKA\._SRS/ }).waitFor();
  });

  it('says of a platform alone that there are no tables to check, and shows all findings of what is opened next', async () => {
    const { page } = tabOf();
    await openQ35(page);
    await showPane(page, 'Findings');
    await page.getByLabel('Rule').selectOption('VCFG_MISSING');
    await showPane(page, 'Open');
    await openHub(page);
    await showPane(page, 'Findings');
    await page.getByText('Nothing found in sensor-hub.yaml.').waitFor();
    await page.getByText('Open tables too').waitFor();
    await showPane(page, 'Open');
    await openQ35(page);
    await showPane(page, 'Findings');
    await page.getByRole('region', { name: 'AML_METHOD_NOT_SERIALIZED' }).waitFor();
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
