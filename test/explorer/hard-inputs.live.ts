import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readCorpus } from '../support/shared-material.js';
import { openHub, openQ35, showPane, useExplorer } from './browser.js';
import { largeDsdt } from './large-inputs.js';

/** Real tables, many tables, broken files, and what a user does by keys and by hand. */

const tabOf = useExplorer();

const file = (name: string, bytes: Uint8Array | string) => ({ name, mimeType: '', buffer: Buffer.from(bytes) });
const DSDT = readFileSync('fixtures/tables/q35/dsdt.aml');

/** A copy with some bytes replaced. */
function changed(bytes: Uint8Array, offset: number, ...values: readonly number[]): Uint8Array {
  const copy = new Uint8Array(bytes);
  copy.set(values, offset);
  return copy;
}

const BROKEN: readonly (readonly [what: string, bytes: Uint8Array | string, said: RegExp])[] = [
  ['cut off', DSDT.subarray(0, 1000), /./],
  ['empty', '', /The file is empty/],
  ['only a header', DSDT.subarray(0, 36), /./],
  ['half a header', DSDT.subarray(0, 20), /./],
  ['a length of 4 GiB', changed(DSDT, 4, 255, 255, 255, 255), /./],
  ['random bytes', Uint8Array.from({ length: 5000 }, (_, index) => (index * 7919 + (index >> 3) * 31) & 255), /./],
  ['a page of HTML', '<!doctype html><p>404', /./],
  ['half a gzip file', gzipSync(DSDT).subarray(0, 500), /gzip file that cannot be unpacked/],
  ['a gzip file of 80 MiB of zeros', gzipSync(Buffer.alloc(80 << 20)), /unpacks to more than 64 MiB/],
];

describe('the explorer', { timeout: 600_000 }, () => {
  it.skip('shows and checks each real table', async (context) => {
    const { page } = tabOf();
    const tables = readCorpus(context);
    const start = performance.now();
    for (const { name, bytes } of tables) {
      await page.goto(`${page.url().split('#')[0]}#/open`);
      for (const close of await page.getByRole('button', { name: /^Close / }).all()) await close.click();
      await page.setInputFiles('#open-files', file(name, bytes));
      await page.getByRole('treeitem').first().waitFor();
      await page.locator('.asl-panel .cm-line').first().waitFor();
      await page.locator('.hex-row').first().waitFor();
    }
    console.log(`${tables.length} real tables, ${Math.round((performance.now() - start) / tables.length)} ms each`);
    expect(tables.length).toBeGreaterThan(100);
  });

  it('takes thirty tables at once, and finds what is in each', async (context) => {
    const { page } = tabOf();
    const tables = readCorpus(context).slice(0, 30);
    await page.setInputFiles(
      '#open-files',
      tables.map(({ name, bytes }) => file(name, bytes)),
    );
    await page.getByRole('treeitem').first().waitFor();
    expect(await page.getByRole('navigation', { name: 'Tables' }).getByRole('button').count()).toBe(30);
    await showPane(page, 'Findings');
    await page.locator('.finding').first().waitFor({ timeout: 120_000 });
    await showPane(page, 'Look');
    await page.getByRole('navigation', { name: 'Tables' }).getByRole('button').last().click();
    await page.locator('.asl-panel .cm-line').first().waitFor();
  });

  it.each(BROKEN)('says what is wrong with a file: %s', async (_, bytes, said) => {
    const { page } = tabOf();
    await page.setInputFiles('#open-files', file('broken.aml', bytes));
    const alert = page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.textContent()).toMatch(said);
    // The page goes on: another file opens.
    await showPane(page, 'Open');
    await openQ35(page);
  });

  it('finds an object in a DSDT of 3 MB', async () => {
    const { page } = tabOf();
    await page.setInputFiles('#open-files', file('dsdt.aml', largeDsdt(3_000_000)));
    await page.getByRole('treeitem').first().waitFor({ timeout: 120_000 });
    await page.getByLabel('Search the namespace').fill('D1ZZ.GETD');
    await page.getByRole('treeitem', { name: /GETD/ }).click();
    await page.getByRole('heading', { name: /D1ZZ\.GETD/ }).waitFor();
    await page.locator('.cm-picked').first().waitFor();
    expect((await page.locator('.hex .picked').allTextContents()).join(' ')).toMatch(/47\s*45\s*54\s*44/);
  });

  it('moves through the bytes by keys, and selects with Enter', async () => {
    const { page } = tabOf();
    await openQ35(page);
    await page.locator('.hex').focus();
    const at = async () =>
      Number(/at (0x[0-9a-f]+)$/.exec((await page.locator('.hex').getAttribute('aria-label')) ?? '')?.[1]);
    await page.keyboard.press('Home');
    await expect.poll(at).toBe(0);
    for (const [key, offset] of [
      ['ArrowRight', 1],
      ['ArrowDown', 17],
      ['PageDown', 17 + 256],
      ['PageUp', 17],
      ['ArrowUp', 1],
      ['ArrowLeft', 0],
      ['ArrowLeft', 0],
      ['End', DSDT.length - 1],
      ['ArrowDown', DSDT.length - 1],
    ] as const) {
      await page.keyboard.press(key);
      await expect.poll(at).toBe(offset);
    }
    await page.keyboard.press('Enter');
    await expect.poll(() => page.url()).toMatch(/bytes=0x[0-9a-f]+-/);
    await page.locator('.cm-picked').first().waitFor();
  });

  it('restores a snapshot, refuses one of another machine, and reports what a script throws', async () => {
    const { page } = tabOf();
    await openHub(page);
    await showPane(page, 'Machine');
    await page.getByLabel('Function').selectOption('SENS');
    const row = page.getByRole('row', { name: /CTRL/ });
    const write = async (value: string) => {
      await page.getByLabel('Value for SENS.CTRL').fill(value);
      await page.getByRole('button', { name: 'Write SENS.CTRL' }).click();
    };
    await write('0x85');
    await row.getByText('0x00000085').waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save a snapshot' }).click(),
    ]);
    const snapshot = readFileSync((await download.path()) as string);
    await write('0x11');
    await row.getByText('0x00000011').waitFor();
    await page.setInputFiles('#snapshot-file', file('machine.json', snapshot));
    await row.getByText('0x00000085').waitFor();

    await page.setInputFiles('#snapshot-file', file('machine.json', snapshot.toString().replace('SENS', 'OTHR')));
    await page
      .getByText(/SNAPSHOT_/)
      .first()
      .waitFor();
    await row.getByText('0x00000085').waitFor();
    await page.setInputFiles('#snapshot-file', file('machine.json', '{'));
    await page.getByText('SNAPSHOT_SYNTAX').first().waitFor();

    const script = page.getByLabel(/A module that exports/);
    await script.fill('export const device = { SENS: { STAT: { read: () => { throw new Error("no sensor"); } } } };');
    await page.getByRole('button', { name: 'Use the script' }).click();
    await page.getByText('The script answers the guest.').waitFor();
    await page.getByRole('button', { name: 'Read SENS.STAT' }).click();
    await page.getByText(/The hook SENS.STAT threw.*no sensor/).waitFor();
    await script.fill('export const device = { SENS: { NONE: {} } };');
    await page.getByRole('button', { name: 'Use the script' }).click();
    await page.getByText(/SENS has no register NONE/).waitFor();
  });
});
