import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { readCorpus } from '../support/shared-material.js';
import { codeIn, showPane, useExplorer } from './browser.js';
import { largeDsdt } from './large-inputs.js';

/** Many real tables, one after another and together, and one that is larger than any real one. */

const tabOf = useExplorer();

/** The longest from a table that is read to its ASL, or from a search to its object, in milliseconds. */
const MOST_WAIT = 10_000;
const TOGETHER = 30;

type Named = readonly { readonly name: string; readonly bytes: Uint8Array }[];

/** Opens files at once, and waits until the page has the machine that they make. */
async function openAll(page: Page, files: Named): Promise<void> {
  await page.setInputFiles(
    '#open-files',
    files.map(({ name, bytes }) => ({ name, mimeType: '', buffer: Buffer.from(bytes) })),
  );
  const bytes = files.reduce((sum, each) => sum + each.bytes.length, 0).toLocaleString('en');
  const tables = files.length === 1 ? '1 table' : `${files.length} tables`;
  await page.getByText(`${tables}, ${bytes} bytes`).waitFor();
}

/** Waits until the ASL of the table that is shown begins as this file's does. */
async function waitForAsl(page: Page, { name, bytes }: Named[number]): Promise<void> {
  const signature = Buffer.from(bytes.subarray(0, 4)).toString('latin1');
  await expect
    .poll(() => codeIn(page, `ASL of ${name}`), { timeout: MOST_WAIT })
    .toMatch(new RegExp(`DefinitionBlock \\(.*"${signature}"`));
  await page.locator('.hex-row').first().waitFor({ timeout: MOST_WAIT });
}

describe('the explorer', { timeout: 240_000 }, () => {
  it('opens each table of the corpus, one after another', async (context) => {
    const corpus = readCorpus(context);
    const { page, faults } = tabOf();
    const times: number[] = [];
    for (const { name, bytes } of corpus) {
      const start = performance.now();
      await openAll(page, [{ name, bytes }]);
      await waitForAsl(page, { name, bytes });
      times.push(performance.now() - start);
      expect(faults, name).toEqual([]);
      await showPane(page, 'Open');
      await page.getByRole('button', { name: `Close ${name}` }).click();
    }
    console.log(`${times.length} tables, the slowest shown after ${Math.round(Math.max(...times))} ms`);
  });

  it(`makes one machine of ${TOGETHER} tables`, async (context) => {
    const corpus = readCorpus(context);
    const of = (kind: string) => corpus.filter(({ name }) => name.includes(`-${kind}-`));
    const files = [...of('dsdt').slice(0, 1), ...of('ssdt').slice(0, TOGETHER - 1)];
    expect(files.length).toBe(TOGETHER);
    const { page } = tabOf();
    await openAll(page, files);
    const chips = page.getByRole('navigation', { name: 'Tables' }).getByRole('button');
    await expect.poll(() => chips.count(), { timeout: MOST_WAIT }).toBe(TOGETHER);
    for (const index of [TOGETHER - 1, TOGETHER >> 1, 0]) {
      await chips.nth(index).click();
      await waitForAsl(page, files[index] as Named[number]);
    }
    await showPane(page, 'Findings');
    await page.locator('.finding').first().waitFor({ timeout: MOST_WAIT });
  });

  it('finds an object in a DSDT of 3 MB, by the search and by the palette', async () => {
    const { page } = tabOf();
    await openAll(page, [{ name: 'large.aml', bytes: largeDsdt(3_000_000) }]);
    await page.locator('.cm-line').first().waitFor();
    const start = performance.now();
    await page.getByLabel('Search the namespace').fill('D1JK.GETD');
    await page.getByRole('treeitem', { name: /GETD/ }).click();
    await page.getByRole('heading', { name: /D1JK\.GETD/ }).waitFor({ timeout: MOST_WAIT });
    await page.locator('.cm-picked', { hasText: 'Method (GETD' }).first().waitFor({ timeout: MOST_WAIT });
    const searched = performance.now();
    await page.keyboard.press('Control+k');
    await page.getByLabel('Path, _HID or address').fill('D0RS.DATA');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: /D0RS\.DATA/ }).waitFor({ timeout: MOST_WAIT });
    await page.locator('.cm-picked', { hasText: 'DATA' }).first().waitFor({ timeout: MOST_WAIT });
    const ended = performance.now();
    console.log(
      `found after ${Math.round(searched - start)} ms by the search, ${Math.round(ended - searched)} by the palette`,
    );
  });
});
