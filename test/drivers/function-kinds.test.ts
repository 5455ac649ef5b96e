import { expect, test } from 'vitest';
import { generateCHeader, generateRustModule, generateTypeScriptDriver } from '../../src/drivers/index.js';
import { platformFromObject } from '../../src/platform/index.js';
import { C_COMPILERS, lines, RUST_COMPILER } from './compile.js';

const KINDS = 10;

/** Functions of ten kinds that differ in how many registers they have. */
function platformOf(count: number) {
  const hex = (value: number) => value.toString(16).padStart(2, '0');
  const buses = Array.from({ length: 8 }, (_, index) => {
    return { address: `00:${hex(index + 1)}.0`, name: `BR${index}`, bridge: { secondary: index + 1 } };
  });
  const functions = Array.from({ length: count }, (_, number) => {
    const slot = number & 255;
    return {
      address: `${hex(1 + (number >> 8))}:${hex(slot >> 3)}.${slot & 7}`,
      name: `N${number.toString(36).toUpperCase().padStart(3, '0')}`,
      registers: Array.from({ length: 3 + (number % KINDS) }, (_, index) => ({
        name: `R${index.toString(36).toUpperCase()}`,
        index,
        fields: [{ name: `F${index.toString(36).toUpperCase()}`, bits: '7..4' }],
      })),
    };
  });
  return platformFromObject({ functions: [...buses, ...functions] });
}

test('2000 functions of ten kinds take less than a megabyte in each language', () => {
  const platform = platformOf(2000);
  const texts = [generateCHeader(platform), generateRustModule(platform), generateTypeScriptDriver(platform)];
  for (const text of texts) expect(text.length).toBeLessThan(1_000_000);
});

test('up to 16 functions of a kind have names of their own, and more share those of the first', () => {
  const few = generateCHeader(platformOf(16 * KINDS));
  expect(few).toContain('vcfg_n00a_r0_read(');
  expect(few).toContain('VCFG_N00A_R0_OFFSET');
  const many = generateCHeader(platformOf(16 * KINDS + 1));
  expect(many).toContain('vcfg_n000_r0_read(');
  expect(many).not.toContain('vcfg_n00a_r0_read(');
  expect(many).toContain('#define VCFG_N00A_TRAPPED_OFFSET');
  expect(many).not.toContain('VCFG_N000_R0_OFFSET');
  // The other kinds have 16 functions each.
  expect(many).toContain('vcfg_n00b_r0_read(');
});

test('shared accessors work for each function of a kind', async (context) => {
  const platform = platformOf(17 * KINDS);
  const [gcc] = C_COMPILERS;
  const c = `#include "vcfg.h"
#include <stdio.h>
static uint32_t page[1024];
int main(void)
{
  vcfg_n000_r1_f1_write(page, 5);
  printf("%x %x\\n", (unsigned)page[1], (unsigned)(VCFG_N00A_TRAPPED_OFFSET - VCFG_N000_TRAPPED_OFFSET));
  return 0;
}
`;
  expect(
    await lines(context, gcc as (typeof C_COMPILERS)[number], { 'main.c': c, 'vcfg.h': generateCHeader(platform) }),
  ).toEqual(['50 14000']);
  const rust = `
mod vcfg;
use std::cell::Cell;
struct Memory(Cell<u32>);
impl vcfg::Page for Memory {
    fn read32(&self, _: usize) -> u32 {
        self.0.get()
    }
    fn write32(&self, _: usize, value: u32) {
        self.0.set(value)
    }
}
fn main() {
    let page = Memory(Cell::new(0));
    vcfg::n00a::r1::f1::write(&page, 5);
    println!("{:x} {:x}", page.0.get(), vcfg::n00a::TRAPPED_OFFSET - vcfg::n000::TRAPPED_OFFSET);
}
`;
  expect(await lines(context, RUST_COMPILER, { 'main.rs': rust, 'vcfg.rs': generateRustModule(platform) })).toEqual([
    '50 14000',
  ]);
});
