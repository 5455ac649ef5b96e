import { describe, expect, it } from 'vitest';
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

/** One journey through the panes, Boot excepted; page.live.ts drives each of them at length. Needs Chromium. */

const tabOf = useExplorer();

/** Paths of scripts that the page loaded from more than one address, and so evaluated more than once. */
const SCRIPTS_TWICE = `(() => {
  const addresses = new Set(performance.getEntriesByType('resource').map(({ name }) => name));
  const paths = Array.from(addresses, (address) => new URL(address).pathname);
  return paths.filter((path, index) => path.endsWith('.js') && paths.indexOf(path) !== index);
})()`;

describe('the explorer', () => {
  it('shows tables and a platform in its panes, without a finding of axe-core', async () => {
    const { page } = tabOf();
    const violations: string[] = [];
    const look = async (where: string) => void violations.push(...(await axeViolations(page, where)));
    await look('Open');

    await openQ35(page);
    await selectResources(page);
    await look('Look');

    await showPane(page, 'Findings');
    await page.getByRole('region', { name: 'AML_METHOD_NOT_SERIALIZED' }).waitFor();
    await look('Findings');

    await showPane(page, 'Run');
    await page.getByLabel('Object', { exact: true }).fill('\\_SB.PCI0._CRS');
    await page.getByRole('button', { name: 'Evaluate' }).click();
    await page.getByText('WordBusNumber').waitFor();
    await look('Run');

    await showPane(page, 'Open');
    await openHub(page);
    await page.getByText('4 functions').waitFor();
    await expect.poll(() => codeIn(page, 'Generated DSDT')).toContain('DefinitionBlock');
    await page.locator('.cm-line', { hasText: 'name: GPU0' }).click();
    await page.keyboard.press('End');
    await page.keyboard.type('9');
    await page.getByText('1 error', { exact: true }).waitFor();
    await page.keyboard.press('Backspace');
    await page.getByText('4 functions').waitFor();
    await look('Platform');

    await showPane(page, 'Map');
    await page.getByLabel('Address', { exact: true }).fill('0x230040004');
    await page.getByRole('button', { name: 'Go there' }).click();
    await page.getByLabel('At this address').getByText('vcfg_sens_stat_read(page)').waitFor();
    await look('Map');

    await showPane(page, 'Machine');
    await writeControl(page);
    await look('Machine');

    await page.reload();
    await page.getByLabel('Function').waitFor();
    expect(await page.evaluate(SCRIPTS_TWICE)).toEqual([]);
    expect(violations).toEqual([]);
  });
});
