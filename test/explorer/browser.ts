import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, type TestContext } from 'vitest';
import { guestShelf } from '../../src/cli/page/guest-shelf.js';
import type { GivenFile } from '../../src/cli/page/page-files.js';
import { type GuestShelf, type PageServer, servePage } from '../../src/cli/page/page-server.js';
import { nodeFiles, processIo } from '../../src/cli/process-io.js';
import { buildExplorer } from '../setup/build-explorer.mjs';
import { isInstalled, pathOf } from '../setup/installed.mjs';

/** The page as built now, its server, and a browser that looks at it. */
export interface Explorer {
  readonly folder: string;
  readonly server: PageServer;
  readonly browser: Browser;
  close(): Promise<void>;
}

const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-extensions', '--no-first-run'];

/** A folder with the page, as the build writes it. */
async function builtPage(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'vcfg-explorer-'));
  await buildExplorer(folder);
  return folder;
}

/** Serves the page in a folder, on a free port. */
function serveFolder(folder: string, guest: GuestShelf, given: readonly GivenFile[] = []): Promise<PageServer> {
  const io = processIo({ version: () => '1.2.3', pageFolder: () => folder });
  return servePage(given, { port: 0, orFree: true, guest }, { ...io, files: nodeFiles });
}

export async function startExplorer(guest: GuestShelf = guestShelf()): Promise<Explorer> {
  const folder = await builtPage();
  const server = await serveFolder(folder, guest);
  const withdraw = async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  };
  const launch = { executablePath: pathOf('chromium') as string, args: FLAGS, timeout: 120_000 };
  const browser = await chromium.launch(launch).catch(async (error: unknown) => {
    await withdraw();
    throw error;
  });
  return {
    folder,
    server,
    browser,
    async close() {
      await browser.close();
      await withdraw();
    },
  };
}

/** A tab that keeps what must not happen: errors in the console, exceptions, violations of the policy. */
export interface Tab {
  readonly page: Page;
  readonly faults: readonly string[];
}

export async function openTab({ browser, server }: Explorer, scheme: 'light' | 'dark' = 'light'): Promise<Tab> {
  const context = await browser.newContext({ colorScheme: scheme, viewport: { width: 1400, height: 860 } });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(String(error)));
  await page.goto(server.address);
  return { page, faults };
}

/** The text of an editor, which is in a shadow root: what is in view. */
export async function codeIn(page: Page, label: string | RegExp): Promise<string> {
  return (await page.getByRole('textbox', { name: label }).first().textContent()) ?? '';
}

/** Goes to a pane by its tab. */
export function showPane(page: Page, name: string): Promise<void> {
  return page.getByRole('navigation', { name: 'Panes' }).getByText(name).click();
}

/** What axe-core finds, each with the place that is given. */
export async function axeViolations(page: Page, where: string): Promise<string[]> {
  // Through the debugger, to which the page's policy does not apply. Once for each page: compiling takes longer than most runs.
  if (!(await page.evaluate("'axe' in globalThis"))) await page.evaluate(axe.source);
  const found = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as {
    violations: { id: string; nodes: { target: unknown; failureSummary: string }[] }[];
  };
  return found.violations.map(
    ({ id, nodes }) => `${where}: ${id} ${JSON.stringify(nodes[0]?.target)} ${nodes[0]?.failureSummary}`,
  );
}

/** Opens the example of QEMU's tables. */
export async function openQ35(page: Page): Promise<void> {
  await page.getByRole('button', { name: /q35/ }).click();
  await page.getByRole('treeitem').first().waitFor();
}

/** Opens the example of a platform. */
export async function openHub(page: Page): Promise<void> {
  await page.getByRole('button', { name: /sensor hub/ }).click();
  await page.getByRole('textbox', { name: /Platform file/ }).waitFor();
}

/** Selects a `_CRS` of QEMU's tables, which the details, the URL, the ASL and the bytes show then. */
export async function selectResources(page: Page): Promise<void> {
  await page.getByLabel('Search the namespace').fill('DRAC._CRS');
  await page.getByRole('treeitem', { name: /_CRS/ }).click();
  await page.getByText('0xb0000000').first().waitFor();
  expect(page.url()).toContain('path=%5C_SB.DRAC._CRS');
  expect(await codeIn(page, /ASL of/)).toContain('DWordMemory');
  expect((await page.locator('.hex .picked').allTextContents()).join(' ')).toMatch(/5f\s*43\s*52\s*53/);
}

/** Writes a register of the sensor hub in the Machine pane, which shows the value then. */
export async function writeControl(page: Page): Promise<void> {
  await page.getByLabel('Function').selectOption('SENS');
  await page.getByLabel('Value for SENS.CTRL').fill('0x85');
  await page.getByRole('button', { name: 'Write SENS.CTRL' }).click();
  await page.getByRole('row', { name: /CTRL/ }).getByText('0x00000085').waitFor();
}

/** Skips the test where there is no Chromium, also with CI set: `npm test` installs none, `npm run test:explorer` does. */
function needsBrowser(context: TestContext): void {
  if (!isInstalled('chromium')) context.skip('chromium not found: apt-get install chromium');
}

/**
 * Serves the page to the tests of a file, a tab for each, which has to stay without faults. Returns what gives the running test
 * its tab.
 */
export function useExplorer(guest?: GuestShelf): () => Tab {
  let explorer: Explorer | undefined;
  let tab: Tab | undefined;
  beforeAll(async () => {
    if (isInstalled('chromium')) explorer = await startExplorer(guest);
  }, 240_000);
  afterAll(() => explorer?.close());
  beforeEach(async (context) => {
    needsBrowser(context);
    const opened = await openTab(explorer as Explorer);
    tab = opened;
    return async () => {
      await opened.page.context().close();
      expect(opened.faults).toEqual([]);
    };
  });
  return () => tab as Tab;
}

/** Opens a platform file with this text. */
export async function openTextFile(page: Page, name: string, text: string): Promise<void> {
  await page.setInputFiles('#open-files', { name, mimeType: 'text/yaml', buffer: Buffer.from(text) });
  await page.getByRole('textbox', { name: /Platform file/ }).waitFor();
}
