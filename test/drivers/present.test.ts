import { describe, expect, it } from 'vitest';
import { generateCHeader, generateRustModule } from '../../src/drivers/index.js';
import { present } from '../../src/guest/index.js';
import { platformFromObject } from '../../src/platform/index.js';
import { build, C_COMPILERS, RUST_COMPILER } from './compile.js';

const platform = platformFromObject({ functions: [{ address: '00:04.0', name: 'SENS' }] });
/** A base that a window can have, none, and one that is not a multiple of 2 MiB. */
const BASES = ['0x123400000', '0', '0x123450000'];

describe('a driver asks whether its guest has a window', () => {
  it('in C', async (context) => {
    const [gcc] = C_COMPILERS;
    const calls = BASES.map((base) => `vcfg_present(${base}ull)`).join(', ');
    const main = `#include <stdio.h>\n#include "vcfg.h"\nint main(void) { return printf("%d%d%d", ${calls}) != 3; }\n`;
    const files = { 'main.c': main, 'vcfg.h': generateCHeader(platform) };
    const [ran] = await build(context, gcc as (typeof C_COMPILERS)[number], files);
    expect(ran?.stdout).toBe('100');
  });

  it('in Rust', async (context) => {
    const calls = BASES.map((base) => `vcfg::present(${base})`).join(', ');
    const main = `#[allow(dead_code)]\nmod vcfg;\nfn main() { print!("{:?}", [${calls}]); }\n`;
    const [ran] = await build(context, RUST_COMPILER, { 'main.rs': main, 'vcfg.rs': generateRustModule(platform) });
    expect(ran?.stdout).toBe('[true, false, false]');
  });

  it('in TypeScript', () => {
    expect(BASES.map((base) => present(BigInt(base)))).toEqual([true, false, false]);
    expect([present(-0x20_0000n), present(1n << 64n)]).toEqual([false, false]);
    expect(() => present(0 as never)).toThrow(TypeError);
  });
});
