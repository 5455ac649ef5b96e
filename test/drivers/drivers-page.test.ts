import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { generateCHeader, generateRustModule } from '../../src/drivers/index.js';
import { platformFromObject, requirePlatform } from '../../src/platform/index.js';
import { inScratchFolder, needs, run } from '../support/oracles.js';
import { projectFolder } from '../support/shared-material.js';

/** The least of a kernel's and of EDK2's headers that the page's examples need. */
const STUBS: Readonly<Record<string, string>> = {
  'linux/compiler.h':
    '#define READ_ONCE(x) (*(const volatile __typeof__(x) *)&(x))\n#define WRITE_ONCE(x, value) (*(volatile __typeof__(x) *)&(x) = (value))\n#define __iomem\n',
  'linux/io.h':
    '#include <linux/types.h>\nu32 readl(const volatile void *page);\nvoid writel(u32 value, volatile void *page);\n',
  'linux/types.h':
    '#pragma once\ntypedef unsigned int u32;\ntypedef u32 uint32_t;\ntypedef unsigned long long uint64_t;\n',
  'Uefi.h':
    '#pragma once\ntypedef unsigned int UINT32;\ntypedef unsigned long long UINT64;\ntypedef unsigned long UINTN;\ntypedef unsigned char BOOLEAN;\n#define IN\n',
  'Library/IoLib.h':
    '#include <Uefi.h>\nUINT32 MmioRead32(UINTN address);\nUINT32 MmioWrite32(UINTN address, UINT32 value);\n',
};

const [page, readme] = ['docs/drivers.md', 'README.md'].map((name) =>
  readFileSync(join(projectFolder, name), 'utf8'),
) as [string, string];
const platform = requirePlatform(readFileSync(join(projectFolder, 'fixtures/platforms/sensor-hub.yaml'), 'utf8'));

/** What the page says of long names, values, mixed access, arrays and functions of one kind. */
const richer = platformFromObject({
  groups: { channel: { registers: [{ longName: 'tap', index: 0, count: 3 }] } },
  functions: [
    {
      address: '00:04.0',
      name: 'SENS',
      registers: [
        { name: 'CTRL', index: 0, fields: [{ name: 'MODE', bits: '1..0', values: { run: 1 } }] },
        {
          name: 'STAT',
          index: 1,
          fields: [
            { name: 'RATE', bits: '3..0' },
            { name: 'OVER', bits: 8, access: 'w1c' },
          ],
        },
        { longName: 'sample_rate', index: 2 },
        { name: 'CH', index: 8, count: 3, fields: [{ name: 'V', bits: '7..0' }] },
      ],
      instances: [{ group: 'channel', longName: 'dma', index: 16, count: 2, stride: 8 }],
    },
    ...Array.from({ length: 20 }, (_, nth) => ({
      address: `01:${nth.toString(16).padStart(2, '0')}.0`,
      name: `NIC${nth.toString(36).toUpperCase()}`,
      registers: [{ name: 'DATA', index: 0 }],
    })),
    { address: '00:1c.0', name: 'RP00', bridge: { secondary: 1 } },
  ],
});

/** The blocks of a text in a language. */
function blocks(language: string, text = page): string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, 'gm'))].map(
    ([, block]) => block as string,
  );
}

/** What a compiler says of a file beside others. */
async function said(program: 'gcc' | 'rustc', args: readonly string[], files: Readonly<Record<string, string>>) {
  return inScratchFolder((folder) => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const { stdout, stderr } = run(program, args, { cwd: folder });
    return `${stdout}${stderr}`;
  });
}

describe('the page of drivers', () => {
  test('has C that compiles, on bare metal, in a kernel and in EDK2', async (context) => {
    needs(context, 'gcc');
    const sources = [...blocks('c'), ...blocks('c', readme)];
    expect(sources.length).toBe(5);
    for (const source of sources) {
      const files = { ...STUBS, 'main.c': source, 'vcfg.h': generateCHeader(platform) };
      const flags = ['-std=gnu99', '-I.', '-Wall', '-Wextra', '-Wno-unused-function', '-Werror', '-fsyntax-only'];
      expect(await said('gcc', [...flags, 'main.c'], files)).toBe('');
    }
  });

  test('has Rust that compiles', async (context) => {
    needs(context, 'rustc');
    const sources = blocks('rust');
    expect(sources.length).toBe(2);
    for (const source of sources) {
      const files = { 'lib.rs': source, 'vcfg.rs': generateRustModule(platform) };
      const flags = ['--edition', '2021', '-D', 'warnings', '--crate-type', 'lib', '--emit', 'metadata'];
      expect(await said('rustc', [...flags, 'lib.rs'], files)).toBe('');
    }
  });

  test('names no macro, function or path that is not there', () => {
    const given = `${generateCHeader(platform)}\n${generateRustModule(platform)}\n${generateCHeader(richer)}`;
    const named = page.match(/\b(?:VCFG|vcfg)_\w+[A-Za-z0-9]\b(?!-)/g) ?? [];
    expect(named.length).toBeGreaterThan(40);
    expect([...new Set(named)].filter((name) => !new RegExp(`\\b${name}\\b`).test(given))).toEqual([]);
  });
});
