import { describe, expect, it } from 'vitest';
import { generateCHeader, generateRustModule } from '../../src/drivers/index.js';
import { platformFromObject } from '../../src/platform/index.js';
import { build, C_COMPILERS, RUST_COMPILER } from './compile.js';

const registers = [{ name: 'T', index: 0, width: 64, access: 'ro' }];
const platform = platformFromObject({ functions: [{ address: '00:04.0', name: 'SENS', registers }] });

describe('a read of 64 bits ends, even if the high dword never stays', () => {
  it('in C and C++', async (context) => {
    const main = `#include <stdint.h>
#include <stdio.h>
static uint32_t reads;
static uint32_t next(void) { return reads++; }
#define VCFG_READ32(page, offset) ((void)(page), (void)(offset), next())
#include "vcfg.h"
int main(void) { (void)vcfg_sens_t_read(0); return printf("%u", reads) < 0; }
`;
    for (const compiler of C_COMPILERS) {
      const [ran] = await build(context, compiler, { 'main.c': main, 'vcfg.h': generateCHeader(platform) });
      expect(ran?.stdout).toBe('35');
    }
  });

  it('in Rust', async (context) => {
    const main = `#[allow(dead_code)]
mod vcfg;
struct Changing(std::cell::Cell<u32>);
impl vcfg::Page for Changing {
    fn read32(&self, _: usize) -> u32 {
        self.0.set(self.0.get() + 1);
        self.0.get()
    }
    fn write32(&self, _: usize, _: u32) {}
}
fn main() {
    let page = Changing(std::cell::Cell::new(0));
    vcfg::sens::t::read(&page);
    print!("{}", page.0.get());
}
`;
    const [ran] = await build(context, RUST_COMPILER, { 'main.rs': main, 'vcfg.rs': generateRustModule(platform) });
    expect(ran?.stdout).toBe('34');
  });
});

describe('the comment of a register of 64 bits', () => {
  const described = { ...registers[0], label: 'Time', description: 'Counts up.', count: 2 };
  const wide = (rows: readonly object[]) =>
    platformFromObject({ functions: [{ address: '00:04.0', name: 'SENS', registers: rows }] });

  it.each([
    ['with a description', wide([described]), 'Time: Counts up.; 64 bits'],
    ['without one', platform, '64 bits'],
  ])('says its width, %s, in C and in Rust', (_, from, words) => {
    for (const text of [generateCHeader(from), generateRustModule(from)]) expect(text).toContain(words);
  });
});
