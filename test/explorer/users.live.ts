import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { generateTableSet } from '../../src/firmware/index.js';
import { requirePlatform } from '../../src/platform/index.js';
import { readTable } from '../../src/tables/index.js';
import { showPane, useExplorer } from './browser.js';

/** The three users of README do their job in the page: each by what the page itself offers, step by step. */

const tabOf = useExplorer();

const HUB = readFileSync('fixtures/platforms/sensor-hub.yaml', 'utf8');
const Q35 = ['dsdt', 'facp', 'apic', 'mcfg'].map((name) => ({
  name: `${name}.aml`,
  mimeType: '',
  buffer: readFileSync(`fixtures/tables/q35/${name}.aml`),
}));
const hubFile = { name: 'hub.yaml', mimeType: 'text/yaml', buffer: Buffer.from(HUB) };

/** Presses a button that saves a file. Returns the file. */
async function saved(page: Page, button: string): Promise<{ name: string; bytes: Buffer }> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: button, exact: true }).click(),
  ]);
  return { name: download.suggestedFilename(), bytes: readFileSync((await download.path()) as string) };
}

describe('the three users', { timeout: 240_000 }, () => {
  let steps: string[] = [];
  beforeEach(() => {
    steps = [];
  });
  afterEach(({ task }) => console.log(`${task.name}: ${steps.length} steps: ${steps.join('; ')}`));
  const step = async (what: string, work: () => Promise<unknown>) => {
    steps.push(what);
    await work();
  };

  it('firmware engineer: an edited platform becomes a DSDT in a file', async () => {
    const { page } = tabOf();
    await step('A sensor hub', () => page.getByRole('button', { name: /sensor hub/ }).click());
    await page.getByText('4 functions').waitFor();
    await step('change a name', async () => {
      await page.locator('.cm-line', { hasText: 'name: SENS' }).first().click();
      await page.keyboard.press('End');
      await page.keyboard.press('Backspace');
      await page.keyboard.type('X');
    });
    await step('Save files', () => page.getByRole('button', { name: 'Save files' }).click());
    await page.getByText('dsdt.aml').waitFor();
    steps.push('Save');
    const { name, bytes } = await saved(page, 'Save dsdt.aml');
    expect(name).toBe('dsdt.aml');
    const { table, diagnostics } = readTable(bytes);
    expect([table?.header.signature, diagnostics]).toEqual(['DSDT', []]);
    const other = requirePlatform(HUB.replace(/name: SENS$/m, 'name: SENX'));
    expect(bytes.equals(generateTableSet(other).whole())).toBe(true);
    // Every other file of the command is there too.
    for (const each of ['dsdt.asl', 'facp.aml', 'apic.aml', 'mcfg.aml', 'vcfg.h', 'vcfg.rs', 'vcfg-driver.ts'])
      expect((await saved(page, `Save ${each}`)).bytes.length).toBeGreaterThan(50);
  });

  it('firmware engineer: a machine that has tables gets an SSDT in a file', async () => {
    const { page } = tabOf();
    await step('choose the machine’s tables and the platform', () =>
      page.setInputFiles('#open-files', [...Q35, hubFile]),
    );
    await page.getByRole('treeitem').first().waitFor();
    await step('Platform', () => showPane(page, 'Platform'));
    await step('Save files', () => page.getByRole('button', { name: 'Save files' }).click());
    await page
      .getByText(/to load beside the open tables/)
      .first()
      .waitFor();
    steps.push('Save');
    const { bytes } = await saved(page, 'Save onto-ssdt.aml');
    const { table, diagnostics } = readTable(bytes);
    expect([table?.header.signature, diagnostics]).toEqual(['SSDT', []]);
    // The tables themselves, as they were opened.
    await showPane(page, 'Look');
    expect((await saved(page, 'Save the table')).bytes.equals(Q35[0]?.buffer as Buffer)).toBe(true);
    const source = await saved(page, 'Save the ASL');
    expect([source.name, source.bytes.toString()]).toEqual(['dsdt.dsl', expect.stringContaining('DefinitionBlock')]);
  });

  it('driver developer: the address and accessor of a register, and a device that answers', async () => {
    const { page } = tabOf();
    await step('choose the platform', () => page.setInputFiles('#open-files', hubFile));
    await page.getByText('4 functions').waitFor();
    await step('Map', () => showPane(page, 'Map'));
    await step('an address', async () => {
      await page.getByLabel('Address', { exact: true }).fill('0x230040004');
      await page.keyboard.press('Enter');
    });
    await page.getByLabel('At this address').getByText('vcfg_sens_stat_read(page)').waitFor();
    await step('Machine', () => showPane(page, 'Machine'));
    await step('a function', () => page.getByLabel('Function').selectOption('SENS'));
    await step('Write', async () => {
      await page.getByLabel('Value for SENS.CTRL').fill('0x85');
      await page.getByRole('button', { name: 'Write SENS.CTRL' }).click();
    });
    await page.getByRole('row', { name: /CTRL/ }).getByText('0x00000085').waitFor();
  });

  it('integrator: why a DSDT and a platform do not meet', async () => {
    const { page } = tabOf();
    const platform = requirePlatform(HUB);
    const moved = { ...platform, vcfg: { ...platform.vcfg, base: platform.vcfg.base + 0x4000_0000n } };
    const dsdt = Buffer.from(generateTableSet(moved).whole());
    await step('choose the DSDT and the platform', () =>
      page.setInputFiles('#open-files', [{ name: 'vendor.aml', mimeType: '', buffer: dsdt }, hubFile]),
    );
    await page.getByRole('treeitem').first().waitFor();
    await step('Findings', () => showPane(page, 'Findings'));
    const group = page.getByRole('region', { name: 'VCFG_BASE' });
    await group.waitFor();
    expect(await group.textContent()).toMatch(/0x270000000.*0x230000000|0x230000000.*0x270000000/s);
    await step('why it bites', () => group.locator('summary').click());
    await group.getByText('Why it bites').waitFor();
    await step('its place', () => group.getByRole('link').first().click());
    await page.getByRole('heading', { name: /VCFG/ }).waitFor();
  });
});
