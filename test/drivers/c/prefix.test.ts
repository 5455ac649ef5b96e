import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { generateCHeader, generateRustModule } from '../../../src/drivers/index.js';
import { requirePlatform } from '../../../src/platform/index.js';
import { inScratchFolder, needs, run } from '../../support/oracles.js';
import { projectFolder } from '../../support/shared-material.js';

const platform = requirePlatform(readFileSync(join(projectFolder, 'fixtures/platforms/passthrough.yaml'), 'utf8'));

describe('a header with a prefix', () => {
  it.each([
    ['gcc', 'both.c', ['-std=c99', '-Wall', '-Wextra', '-Werror']],
    ['g++', 'both.cpp', ['-std=c++11', '-Wall', '-Wextra', '-Werror', '-Wold-style-cast']],
  ] as const)('goes into one file with another one (%s)', async (compiler, name, flags) => {
    await inScratchFolder((folder) => {
      writeFileSync(join(folder, 'hub.h'), generateCHeader(platform, { prefix: 'HUB' }));
      writeFileSync(join(folder, 'vcfg.h'), generateCHeader(platform));
      writeFileSync(
        join(folder, name),
        '#include "hub.h"\n#include "vcfg.h"\nint main(void) { return HUB_BUSES != VCFG_BUSES; }\n',
      );
      expect(run(compiler, [...flags, name, '-o', 'both'], { cwd: folder }).stderr).toBe('');
    });
  });

  it('has no name of the default prefix, and refuses what is not a prefix', () => {
    const header = generateCHeader(platform, { prefix: 'HUB' });
    expect(header.match(/\bVCFG_\w+|\bvcfg_\w+/g)).toBeNull();
    expect(header).toContain('#ifndef HUB_H\n');
    for (const prefix of ['', 'hub', '1', 'A B'])
      expect(() => generateCHeader(platform, { prefix })).toThrow(TypeError);
  });
});

it('swaps bytes where the compiler says that the target is big-endian', async (context) => {
  needs(context, 'gcc');
  await inScratchFolder((folder) => {
    writeFileSync(join(folder, 'vcfg.h'), generateCHeader(platform));
    const source =
      '#include <stdint.h>\n#undef __BYTE_ORDER__\n#define __BYTE_ORDER__ __ORDER_BIG_ENDIAN__\n#include "vcfg.h"\nint main(void) { uint32_t page[1] = { 0x11223344u }; return VCFG_READ32(page, 0) != 0x44332211u; }\n';
    writeFileSync(join(folder, 'big.c'), source);
    expect(run('gcc', ['-w', 'big.c', '-o', 'big'], { cwd: folder }).stderr).toBe('');
    expect(run(join(folder, 'big'), [], { cwd: folder }).status).toBe(0);
  });
});

it('writes text of a user as Rust docs that have no markup of the user’s', () => {
  const text = readFileSync(join(projectFolder, 'fixtures/drivers/rustdoc-brackets.yaml'), 'utf8');
  const docs = generateRustModule(requirePlatform(text))
    .split('\n')
    .filter((line) => /^ *\/\/\/ SENS/.test(line));
  expect(docs.join('\n')).toContain('RATE\\[3:0\\]');
  expect(docs.join('\n')).not.toMatch(/(?<!\\)[[\]<>]/);
});
