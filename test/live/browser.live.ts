import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openGuestFiles, type ReadFile } from '../../src/live/index.js';
import { pathOf } from '../setup/installed.mjs';
import { bundleForPage } from '../setup/run-typescript.mjs';
import { needs } from '../support/oracles.js';
import { projectFolder } from '../support/shared-material.js';
import { boardMachine, bootOr, needsGuest } from './board.js';
import type { PageOutcome } from './page.js';

/** No more than the emulator needs: it makes WebAssembly as it runs, and a worker that keeps time. */
const POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; worker-src blob:";
const WITHOUT_WORKER = POLICY.replace('; worker-src blob:', '');
/** A page has SharedArrayBuffer, of which shared pages are made, only if it is isolated from other origins. */
const ISOLATION = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-extensions', '--no-first-run'];
const MILLISECONDS = 120_000;

/** Serves the page, the platform file, and below guest/ what `openGuestFiles` reads. */
async function serve(script: string, read: ReadFile, policy: string) {
  const board = readFileSync(join(projectFolder, 'fixtures/live/board.yaml'));
  const server = createServer((request, response) => {
    const name = (request.url ?? '/').slice(1);
    const send = (type: string, contents: string | Uint8Array) => {
      response.writeHead(200, { 'Content-Type': type, 'Content-Security-Policy': policy, ...ISOLATION });
      response.end(contents);
    };
    if (name === '')
      send('text/html', '<!doctype html><title>Guest</title><script type="module" src="page.js"></script>');
    else if (name === 'page.js') send('text/javascript', script);
    else if (name === 'board.yaml') send('text/plain', board);
    else
      read(name.replace(/^guest\//, '')).then((bytes) => {
        if (bytes !== undefined) send('application/octet-stream', bytes);
        else response.writeHead(404).end();
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

interface Visit {
  readonly outcome: PageOutcome | string;
  /** What a user would find in the console. */
  readonly errors: readonly string[];
}

/** Opens the page in Chromium. */
async function visit(policy: string): Promise<Visit> {
  const { server, address } = await serve(await bundleForPage('test/live/page.ts'), await openGuestFiles(), policy);
  const { chromium } = await import('playwright-core');
  const executablePath = pathOf('chromium') as string;
  const browser = await chromium.launch({ executablePath, args: FLAGS, timeout: MILLISECONDS });
  try {
    const tab = await browser.newPage();
    tab.setDefaultTimeout(MILLISECONDS);
    const errors: string[] = [];
    tab.on('pageerror', (error) => errors.push(String(error)));
    tab.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    await tab.goto(address);
    await tab.waitForFunction('globalThis.outcome !== undefined');
    return { outcome: (await tab.evaluate('globalThis.outcome')) as PageOutcome | string, errors };
  } finally {
    await browser.close();
    server.close();
  }
}

test('a page continues a saved guest in Chromium, under a strict content policy', async (context) => {
  needs(context, 'chromium');
  const guest = needsGuest(context, await bootOr(boardMachine().machine, 'v86', { bootMilliseconds: 400_000 }));
  expect(guest.savedAs).toMatch(/^[0-9a-f]{32}$/);
  await guest.close();
  const expected = {
    wasKept: true,
    vcfg: String(0x8000_0000),
    traps: ['read 00:11.0 trapped 1 0x00030041 4'],
    ran: { output: '0x00030041\n', exitCode: 0 },
  };
  const allowed = await visit(POLICY);
  expect(allowed.errors).toEqual([]);
  expect(allowed.outcome).toMatchObject(expected);
  const { outcome, errors } = await visit(WITHOUT_WORKER);
  expect(errors).toEqual([expect.stringContaining("Creating a worker from 'blob:")]);
  expect(outcome).toMatchObject(expected);
});
