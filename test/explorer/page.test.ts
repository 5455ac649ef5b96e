import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { codeIn, openHub, openQ35, showPane, useExplorer } from './browser.js';

/** The quick part of what page.live.ts drives at length: one look at each half of the page. Needs Chromium. */

const tabOf = useExplorer();

const DSDT = readFileSync('fixtures/tables/q35/dsdt.aml');

const openFile = (page: Page, name: string, bytes: Uint8Array) =>
  page.setInputFiles('#open-files', { name, mimeType: '', buffer: Buffer.from(bytes) });

const textFile = (name: string, text: string) => ({ name, mimeType: 'text/yaml', buffer: Buffer.from(text) });

describe('the explorer', () => {
  it('shows an object of a table as ASL, bytes and details, has it in the URL, and keeps it over a reload', async () => {
    const { page } = tabOf();
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
});
