import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openHub, openQ35, showPane, useExplorer } from './browser.js';

/** Broken files, and what a user does by keys and by hand. */

const tabOf = useExplorer();

const file = (name: string, bytes: Uint8Array | string) => ({ name, mimeType: '', buffer: Buffer.from(bytes) });
const DSDT = readFileSync('fixtures/tables/q35/dsdt.aml');

const BROKEN: readonly (readonly [what: string, bytes: Uint8Array | string, said: RegExp])[] = [
  ['a DSDT without its second half', DSDT.subarray(0, DSDT.length >> 1), /8180 bytes.*has 4090.*TABLE_LENGTH/s],
  ['half a header', DSDT.subarray(0, 18), /There are 18 bytes.*TABLE_TRUNCATED/s],
  ['bytes that are not a table', Buffer.from(DSDT.map((byte, at) => byte ^ (at * 7 + 0xa5))), /TABLE_SIGNATURE/],
  ['a hex dump of half a DSDT', DSDT.subarray(0, 4090).toString('hex'), /has 4090.*TABLE_LENGTH/s],
  ['empty', '', /The file is empty/],
  ['half a gzip file', gzipSync(DSDT).subarray(0, 500), /gzip file that cannot be unpacked/],
  ['a gzip file of 80 MiB of zeros', gzipSync(Buffer.alloc(80 << 20)), /unpacks to more than 64 MiB/],
];

describe('the explorer', { timeout: 600_000 }, () => {
  it.each(BROKEN)('says what is wrong with a file: %s', async (_, bytes, said) => {
    const { page } = tabOf();
    await page.setInputFiles('#open-files', file('broken.aml', bytes));
    const alert = page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.textContent()).toMatch(said);
    // Nothing was opened of it.
    await expect.poll(() => page.locator('.status').textContent()).toContain('No tables open');
    expect(await page.getByRole('button', { name: /^Close/ }).count()).toBe(0);
    // The page goes on: another file opens.
    await showPane(page, 'Open');
    await openQ35(page);
  });

  it('opens the good ones of several files, and reports the others', async () => {
    const { page } = tabOf();
    await page.setInputFiles('#open-files', [file('good.aml', DSDT), file('cut.aml', DSDT.subarray(0, 100))]);
    const alert = page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.textContent()).toMatch(/cut\.aml.*TABLE_LENGTH/s);
    await page.getByRole('button', { name: 'Close good.aml' }).waitFor();
    expect(await page.getByRole('button', { name: 'Close cut.aml' }).count()).toBe(0);
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
