import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { servePage } from '../../src/cli/page/page-server.js';
import { nodeFiles, processIo } from '../../src/cli/process-io.js';
import { vcfg } from '../cli/fake-io.js';
import { inScratchFolder } from '../support/oracles.js';

const PAGE = `<meta charset="utf-8" />\n<meta http-equiv="Content-Security-Policy" content="default-src 'none'" />`;

/** A folder with the least that is a page. */
function inPageFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  return inScratchFolder(async (folder) => {
    const page = join(folder, 'page');
    nodeFiles.makeFolder(page);
    writeFileSync(join(page, 'index.html'), PAGE);
    writeFileSync(join(page, 'main.js'), 'export {};');
    writeFileSync(join(folder, 'secret'), 'x');
    return work(page);
  });
}

const ioOf = (folder: string) => processIo({ version: () => '1.2.3', pageFolder: () => folder });

interface Asked {
  readonly path: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

function ask(
  address: string,
  { path, method = 'GET', headers = {}, body }: Asked,
): Promise<{ status: number; text: string; policy: string }> {
  const { port, hostname } = new URL(address);
  return new Promise((resolve, reject) => {
    const asked = request({ port, hostname, path, method, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          text: Buffer.concat(parts).toString(),
          policy: String(response.headers['content-security-policy']),
        }),
      );
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

async function serving(work: (address: string) => Promise<void>): Promise<void> {
  await inPageFolder(async (folder) => {
    const given = [{ name: 'dsdt.aml', bytes: Uint8Array.of(1, 2, 3) }];
    const server = await servePage(given, { port: 0, orFree: false }, ioOf(folder));
    try {
      await work(server.address);
    } finally {
      await server.close();
    }
  });
}

describe('the page’s server', () => {
  it('serves the page with its own policy, its files, and what the command line gave', async () => {
    await serving(async (address) => {
      const page = await ask(address, { path: '/' });
      expect(page).toMatchObject({ status: 200, policy: "default-src 'none'" });
      expect(page.text).toContain('vcfg-served');
      expect(await ask(address, { path: '/main.js?123' })).toMatchObject({ status: 200, text: 'export {};' });
      const { files } = JSON.parse((await ask(address, { path: '/served.json' })).text);
      expect(files).toEqual([{ name: 'dsdt.aml', path: './given/0' }]);
      expect((await ask(address, { path: '/given/0' })).text).toBe('\u0001\u0002\u0003');
    });
  });

  it.each(['/../secret', '/%2e%2e/secret', '/..%2fsecret', '//secret', '/page/../../secret', '/nothing'])(
    'has nothing at %s',
    async (path) => {
      await serving(async (address) => {
        expect((await ask(address, { path })).status).toBe(404);
      });
    },
  );

  it('answers under no other name, to no other origin, and no other method', async () => {
    await serving(async (address) => {
      expect((await ask(address, { path: '/', headers: { Host: 'evil.example' } })).status).toBe(403);
      expect((await ask(address, { path: '/scripts', method: 'POST', body: 'x' })).status).toBe(403);
      const headers = { Origin: 'http://evil.example' };
      expect((await ask(address, { path: '/scripts', method: 'POST', headers, body: 'x' })).status).toBe(403);
      expect((await ask(address, { path: '/', method: 'DELETE' })).status).toBe(405);
    });
  });

  it('serves a script that the page handed in, up to a length', async () => {
    await serving(async (address) => {
      const headers = { Origin: address.slice(0, -1) };
      const taken = await ask(address, { path: '/scripts', method: 'POST', headers, body: 'export const a = 1;' });
      const path = JSON.parse(taken.text).path.slice(1);
      expect(await ask(address, { path })).toMatchObject({ status: 200, text: 'export const a = 1;' });
      const long = 'x'.repeat((256 << 10) + 1);
      expect((await ask(address, { path: '/scripts', method: 'POST', headers, body: long })).status).toBe(413);
    });
  });
});

describe('vcfg explore', () => {
  it('writes the page as files, again over its own copy, and refuses any other folder', async () => {
    await inPageFolder(async (pageFolder) => {
      const out = join(pageFolder, '../site');
      const world = { pageFolder };
      expect(await vcfg(['explore', '--out', out], world)).toMatchObject({ code: 0 });
      expect(readFileSync(join(out, 'main.js'), 'utf8')).toBe('export {};');
      expect(await vcfg(['explore', '--out', out], world)).toMatchObject({ code: 0 });
      expect(await vcfg(['explore', '--out', pageFolder], world)).toMatchObject({
        code: 1,
        codes: ['COMMAND_CANNOT_WRITE'],
      });
      expect(await vcfg(['explore', '--out', out, '--port', '80'], world)).toMatchObject({ code: 2 });
    });
  });

  it('says what is missing if the page is not built, and that a port is in use', async () => {
    await serving(async (address) => {
      const { port } = new URL(address);
      await inPageFolder(async (pageFolder) => {
        const ran = await vcfg(['explore', '--port', port], { pageFolder });
        expect(ran).toMatchObject({ code: 2, codes: ['COMMAND_USAGE'] });
        expect(ran.stderr).toContain(`Port ${port} is in use.`);
      });
      const ran = await vcfg(['explore', '--port', port], { pageFolder: '/nonexistent' });
      expect(ran).toMatchObject({ code: 1, codes: ['COMMAND_FILE_UNREADABLE'] });
    });
  });
});
