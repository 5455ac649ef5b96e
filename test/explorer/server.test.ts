import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { servePage } from '../../src/cli/page/page-server.js';
import { nodeFiles, processIo } from '../../src/cli/process-io.js';
import { SENSOR_HUB, vcfg } from '../cli/fake-io.js';
import { inScratchFolder } from '../support/oracles.js';
import { projectFolder } from '../support/shared-material.js';

const POLICY = "default-src 'none'; script-src 'self'";
const PAGE = `<meta charset="utf-8" />\n<meta http-equiv="Content-Security-Policy" content="${POLICY}" />`;

const DSDT = join(projectFolder, 'fixtures/tables/q35/dsdt.aml');

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
): Promise<{ status: number; text: string; policy: string; headers: IncomingHttpHeaders }> {
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
          headers: response.headers,
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
      expect(page).toMatchObject({ status: 200, policy: POLICY });
      expect(page.text).toContain('<meta name="vcfg-served" content="command" />');
      // A worker runs under the policy of its own script.
      const script = await ask(address, { path: '/main.js?123' });
      expect(script).toMatchObject({ status: 200, text: 'export {};', policy: POLICY });
      const { files } = JSON.parse((await ask(address, { path: '/served.json' })).text);
      expect(files).toEqual([{ name: 'dsdt.aml', path: './given/0' }]);
      const given = await ask(address, { path: '/given/0' });
      expect(given).toMatchObject({ text: '\u0001\u0002\u0003', policy: "default-src 'none'" });
    });
  });

  it('isolates the page, and lets no type be guessed', async () => {
    await serving(async (address) => {
      for (const [path, type] of [
        ['/', 'text/html; charset=utf-8'],
        ['/main.js', 'text/javascript; charset=utf-8'],
        ['/given/0', 'application/octet-stream'],
        ['/nothing', 'text/plain; charset=utf-8'],
      ] as const) {
        expect((await ask(address, { path })).headers).toMatchObject({
          'content-type': type,
          'x-content-type-options': 'nosniff',
          'referrer-policy': 'no-referrer',
          'cross-origin-resource-policy': 'same-origin',
          'cross-origin-opener-policy': 'same-origin',
          'cross-origin-embedder-policy': 'require-corp',
        });
      }
    });
  });

  it('answers HEAD without a body, and under the name localhost too', async () => {
    await serving(async (address) => {
      const head = await ask(address, { path: '/main.js', method: 'HEAD' });
      expect([head.status, head.text, head.headers['content-length']]).toEqual([200, '', '10']);
      const { port } = new URL(address);
      const named = await ask(address, { path: '/', headers: { Host: `localhost:${port}` } });
      expect(named.status).toBe(200);
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

  it('lets only the worker of Boot make WebAssembly', async () => {
    await inPageFolder(async (folder) => {
      const policy = `${POLICY}; worker-src 'self'; base-uri 'none'`;
      writeFileSync(join(folder, 'index.html'), PAGE.replace(POLICY, policy));
      for (const name of ['boot-worker.js', 'boot-pane-1.js', 'machine-worker.js'])
        writeFileSync(join(folder, name), 'export {};');
      const server = await servePage([], { port: 0, orFree: false }, ioOf(folder));
      try {
        const policyOf = async (path: string) => (await ask(server.address, { path })).policy;
        expect(await policyOf('/boot-worker.js')).toBe(
          "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:; base-uri 'none'",
        );
        for (const path of ['/', '/index.html', '/main.js', '/boot-pane-1.js', '/machine-worker.js'])
          expect(await policyOf(path)).toBe(policy);
      } finally {
        await server.close();
      }
    });
  });

  it('serves what a guest is made of, and lists what is missing', async () => {
    await inPageFolder(async (folder) => {
      const asked: string[] = [];
      const guest = {
        list: () => ({ names: ['bios.bin', 'states/1.guest'], missing: ['vmlinuz'] }),
        read: async (name: string) => {
          asked.push(name);
          return name === 'bios.bin' ? Uint8Array.of(65, 66) : undefined;
        },
      };
      const server = await servePage([], { port: 0, orFree: false, guest }, ioOf(folder));
      try {
        const list = await ask(server.address, { path: '/guest.json' });
        expect(JSON.parse(list.text)).toEqual({ names: ['bios.bin', 'states/1.guest'], missing: ['vmlinuz'] });
        expect(await ask(server.address, { path: '/guest/bios.bin' })).toMatchObject({ status: 200, text: 'AB' });
        expect((await ask(server.address, { path: '/guest/vmlinuz' })).status).toBe(404);
        expect((await ask(server.address, { path: '/guest/' })).status).toBe(404);
        expect(asked).toEqual(['bios.bin', 'vmlinuz', '']);
      } finally {
        await server.close();
      }
    });
    // Without a cache there is nothing, and nothing is missing either.
    await serving(async (address) => {
      expect((await ask(address, { path: '/guest.json' })).text).toBe('{"names":[],"missing":[]}');
      expect((await ask(address, { path: '/guest/bios.bin' })).status).toBe(404);
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
      expect((await ask(address, { path: '/other', method: 'POST', headers, body: 'x' })).status).toBe(404);
      for (let times = 0; times < 16; times++)
        await ask(address, { path: '/scripts', method: 'POST', headers, body: 'export {};' });
      // Sixteen are kept: the first has gone, the one after it has not.
      expect((await ask(address, { path })).status).toBe(404);
      expect((await ask(address, { path: '/scripts/2.js' })).status).toBe(200);
    });
  });

  it('takes a free port where the wanted one is in use, if it may', async () => {
    await serving(async (address) => {
      const port = Number(new URL(address).port);
      await inPageFolder(async (folder) => {
        await expect(servePage([], { port, orFree: false }, ioOf(folder))).rejects.toThrow('EADDRINUSE');
        const second = await servePage([], { port, orFree: true }, ioOf(folder));
        try {
          expect(second.address).not.toBe(address);
          expect((await ask(second.address, { path: '/' })).status).toBe(200);
        } finally {
          await second.close();
        }
      });
    });
  });
});

describe('vcfg explore', () => {
  it('gives the page the files that the platform includes, and no others', async () => {
    await inPageFolder(async (pageFolder) => {
      const folder = join(pageFolder, '..');
      nodeFiles.makeFolder(join(folder, 'board/parts'));
      writeFileSync(join(folder, 'board/board.yaml'), 'include: [parts/a.yaml, ../common.yaml, gone.yaml]\n');
      writeFileSync(join(folder, 'board/parts/a.yaml'), 'include: b.yaml\n');
      writeFileSync(join(folder, 'board/parts/b.yaml'), 'memory: 1 GiB\n');
      writeFileSync(join(folder, 'board/parts/other.yaml'), 'cpus: 2\n');
      writeFileSync(join(folder, 'common.yaml'), 'functions: []\n');
      const out = join(folder, 'site');
      const args = ['explore', '--platform', join(folder, 'board/board.yaml'), '--out', out];
      const { code, stderr } = await vcfg(args, { pageFolder });
      expect([code, stderr]).toEqual([
        0,
        expect.stringMatching(/gone\.yaml cannot be included.*PLATFORM_INCLUDE_UNREAD/s),
      ]);
      const { files } = JSON.parse(readFileSync(join(out, 'served.json'), 'utf8'));
      const texts = files.map(({ name, path }: { name: string; path: string }) => [
        name,
        readFileSync(join(out, path), 'utf8'),
      ]);
      expect(texts).toEqual([
        ['board.yaml', 'include: [parts/a.yaml, ../common.yaml, gone.yaml]\n'],
        ['parts/a.yaml', 'include: b.yaml\n'],
        ['parts/b.yaml', 'memory: 1 GiB\n'],
        ['../common.yaml', 'functions: []\n'],
      ]);
      expect(JSON.stringify(files)).not.toContain(folder);
    });
  });

  it('writes the page as files, again over its own copy, and refuses any other folder', async () => {
    await inPageFolder(async (pageFolder) => {
      const out = join(pageFolder, '../site');
      const world = { pageFolder };
      expect(await vcfg(['explore', '--out', out], world)).toMatchObject({ code: 0 });
      expect(readFileSync(join(out, 'main.js'), 'utf8')).toBe('export {};');
      const page = () => readFileSync(join(out, 'index.html'), 'utf8');
      expect(page()).not.toContain('vcfg-served');
      expect(await vcfg(['explore', DSDT, '--out', out], world)).toMatchObject({ code: 0 });
      // A copy takes no scripts and has no guest.
      expect(page()).toContain('<meta name="vcfg-served" content="copy" />');
      expect(readFileSync(join(out, 'given/0'))).toEqual(readFileSync(DSDT));
      // What only the copy before had is gone, and what is not a copy's stays.
      writeFileSync(join(out, 'mine'), 'x');
      expect(await vcfg(['explore', '--out', out], world)).toMatchObject({ code: 0 });
      expect(page()).not.toContain('vcfg-served');
      expect([existsSync(join(out, 'given/0')), existsSync(join(out, 'mine'))]).toEqual([false, true]);
      expect(await vcfg(['explore', '--out', pageFolder], world)).toMatchObject({
        code: 1,
        codes: ['COMMAND_CANNOT_WRITE'],
      });
      expect(await vcfg(['explore', '--out', out, '--port', '80'], world)).toMatchObject({ code: 2 });
    });
  });

  it('reads a file once that the platform includes by two paths', async () => {
    await inPageFolder(async (pageFolder) => {
      const folder = join(pageFolder, '..');
      writeFileSync(join(folder, 'board.yaml'), 'include: [part.yaml, link.yaml]\nfunctions: []\n');
      writeFileSync(join(folder, 'part.yaml'), 'memory: 1 GiB\n');
      symlinkSync('part.yaml', join(folder, 'link.yaml'));
      const out = join(folder, 'site');
      await vcfg(['explore', '--platform', join(folder, 'board.yaml'), '--out', out], { pageFolder });
      const { files } = JSON.parse(readFileSync(join(out, 'served.json'), 'utf8'));
      expect(files).toEqual([
        { name: 'board.yaml', path: './given/0' },
        { name: 'part.yaml', path: './given/1', alsoAt: ['link.yaml'] },
      ]);
    });
  });

  it('refuses what is missing before it serves or writes', async () => {
    await inPageFolder(async (pageFolder) => {
      const out = join(pageFolder, '../site');
      const rows: [string[], number, string][] = [
        [['nosuch'], 1, 'COMMAND_FILE_MISSING'],
        [[DSDT, 'nosuch'], 1, 'COMMAND_FILE_MISSING'],
        [[pageFolder], 1, 'COMMAND_NO_TABLES'],
        [[SENSOR_HUB], 1, 'COMMAND_TABLE_WANTED'],
        [['--platform', 'nosuch'], 1, 'COMMAND_FILE_MISSING'],
        [[DSDT, '--platform', DSDT], 1, 'COMMAND_PLATFORM_WANTED'],
      ];
      for (const [words, code, finding] of rows)
        for (const more of [
          ['--port', '0'],
          ['--out', out],
        ]) {
          const ran = await vcfg(['explore', ...words, ...more], { pageFolder });
          expect(ran, `${words}`).toMatchObject({ code, stdout: '', codes: [finding] });
          expect(existsSync(out)).toBe(false);
        }
      expect(await vcfg(['explore', 'nosuch', '--out', out, '--port', '1'], { pageFolder })).toMatchObject({ code: 2 });
    });
  });

  it('opens the other tables of a folder that holds a bad one', async () => {
    await inPageFolder(async (pageFolder) => {
      const folder = join(pageFolder, '../tables');
      nodeFiles.makeFolder(folder);
      writeFileSync(join(folder, 'dsdt.aml'), readFileSync(DSDT));
      writeFileSync(join(folder, 'ssdt.aml'), '');
      const ran = await vcfg(['explore', folder, '--out', join(folder, 'site')], { pageFolder });
      expect(ran).toMatchObject({ code: 0, codes: ['COMMAND_FILE_EMPTY'] });
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
