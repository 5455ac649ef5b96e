import { expect, test } from 'vitest';
import { Machine } from '../../src/device/index.js';
import {
  generateCHeader,
  generateRegisterReference,
  generateRustModule,
  generateTypeScriptDriver,
} from '../../src/drivers/index.js';
import { openFunction } from '../../src/guest/index.js';
import { platformFromObject, requirePlatform } from '../../src/platform/index.js';
import { build, C_COMPILERS, lines, RUST_COMPILER } from './compile.js';

const platform = requirePlatform(`
groups:
  channel:
    registers:
      - { name: CT, longName: control, index: 0, fields: [{ name: EN, longName: enable, bits: 0 }, { longName: mode, bits: 3..1, values: { idle: 0, run: 3 } }, { longName: error, bits: 8, access: w1c }] }
      - { longName: byte_count, index: 2, width: 64 }
      - { longName: tap, index: 4, count: 3, fields: [{ longName: usize, bits: 7..0 }] }
functions:
  - address: 00:04.0
    name: SENS
    registers:
      - { name: CH, index: 8, count: 3, stride: 2, fields: [{ name: V, bits: 7..4 }] }
      - { name: KEYS, longName: keys, index: 16, count: 2, key: { bits: 31..24, value: 0x5a }, fields: [{ name: K, bits: 3..0 }] }
      - { longName: total, index: 20, width: 64, access: ro, count: 2 }
    instances:
      - { group: channel, longName: dma, index: 32, count: 2, stride: 8 }
`);

/** What each driver does, as accesses of the trapped page whose dwords are all ones at first. */
const ACCESSES = [
  'r12 fffffffe',
  'r12 w12=ffffff5f',
  'w12=00000007',
  'r17 w17=5afffff3',
  'r40 w40=fffffef7',
  'r40 w40=ffffffff',
  'w42=55667788 w43=11223344',
  'r23 r22 r23',
  'r46 w46=ffffff09',
  'none',
];

const C_SOURCE = String.raw`
#include <stdint.h>
#include <stdio.h>
static uint32_t dwords[1024];
static uint32_t read32(uint32_t *page, uint32_t offset)
{
  printf("r%u ", (unsigned)(offset / 4));
  return page[offset / 4];
}
static void write32(uint32_t *page, uint32_t offset, uint32_t value)
{
  (void)page;
  printf("w%u=%08x ", (unsigned)(offset / 4), (unsigned)value);
}
#define VCFG_MMIO uint32_t *
#define VCFG_READ32(page, offset) read32(page, offset)
#define VCFG_WRITE32(page, offset, value) write32(page, offset, value)
#include "vcfg.h"
int main(void)
{
  uint32_t *page = dwords;
  unsigned at;
  for (at = 0; at < 1024; at++) page[at] = 0xffffffffu;
  page[12] = 0xfffffffeu;
  printf("%x\n", (unsigned)vcfg_sens_ch_read(page, 2));
  page[12] = 0xffffffffu;
  vcfg_sens_ch_v_write(page, 2, 5); printf("\n");
  vcfg_sens_ch_write(page, 2, 7); printf("\n");
  vcfg_sens_keys_k_write(page, 1, 3); printf("\n");
  vcfg_sens_dma_control_mode_write(page, 1, VCFG_SENS_DMA_CONTROL_MODE_VALUE_RUN); printf("\n");
  vcfg_sens_dma_control_error_clear(page, 1); printf("\n");
  vcfg_sens_dma_byte_count_write(page, 1, (uint64_t)0x11223344u << 32 | 0x55667788u); printf("\n");
  (void)vcfg_sens_total_read(page, 1); printf("\n");
  vcfg_sens_dma_tap_usize_write(page, 1, 2, 9); printf("\n");
  vcfg_sens_ch_write(page, 3, 1);
  vcfg_sens_ch_v_write(page, 3, 1);
  vcfg_sens_dma_tap_write(page, 2, 0, 1);
  vcfg_sens_dma_tap_write(page, 0, 3, 1);
  vcfg_sens_dma_byte_count_write(page, 2, 1);
  if (vcfg_sens_ch_read(page, ~0u) != 0 || vcfg_sens_ch_v_read(page, 3) != 0 || vcfg_sens_total_read(page, 2) != 0) return 1;
  printf("none\n");
  printf("%u %u %u %u\n", VCFG_SENS_CH_COUNT, VCFG_SENS_CH_STRIDE, VCFG_SENS_DMA_TAP_COUNT1, VCFG_SENS_DMA_TAP_STRIDE0);
  return 0;
}
`;

const plain = (printed: readonly string[]) => printed.map((line) => line.trim());

test('in C, accessors of arrays take an index and do nothing past the end', async (context) => {
  const files = { 'main.c': C_SOURCE, 'vcfg.h': generateCHeader(platform) };
  for (const compiler of C_COMPILERS)
    expect(plain(await lines(context, compiler, files))).toEqual([...ACCESSES, '3 2 3 8']);
});

test('with VCFG_DEBUG, an index past the end is asserted', async (context) => {
  const main = `#include <assert.h>\n#define VCFG_DEBUG\n#include "vcfg.h"\nint main(void) { static uint32_t page[1024]; vcfg_sens_ch_write(page, 3, 1); return 0; }\n`;
  const [gcc] = C_COMPILERS;
  const files = { 'main.c': main, 'vcfg.h': generateCHeader(platform) };
  const [ran] = await build(context, gcc as (typeof C_COMPILERS)[number], files);
  expect(ran?.stderr).toContain('vcfg_sens_ch_write: Assertion `element < 3u');
});

const RUST_SOURCE = `
mod vcfg;
use std::cell::RefCell;
use vcfg::{sens, Page};
struct Memory(RefCell<Vec<u32>>);
impl Page for Memory {
    fn read32(&self, offset_bytes: usize) -> u32 {
        print!("r{} ", offset_bytes / 4);
        self.0.borrow()[offset_bytes / 4]
    }
    fn write32(&self, offset_bytes: usize, value: u32) {
        print!("w{}={:08x} ", offset_bytes / 4, value);
    }
}
fn main() {
    let page = Memory(RefCell::new(vec![0xffffffff; 1024]));
    page.0.borrow_mut()[12] = 0xfffffffe;
    println!("{:x}", sens::ch::read(&page, 2).unwrap());
    page.0.borrow_mut()[12] = 0xffffffff;
    println!("{}", sens::ch::v::write(&page, 2, 5).map_or("", |_| ""));
    println!("{}", sens::ch::write(&page, 2, 7).map_or("", |_| ""));
    println!("{}", sens::keys::k::write(&page, 1, 3).map_or("", |_| ""));
    let run = sens::dma_control::mode::VALUE_RUN;
    println!("{}", sens::dma_control::mode::write(&page, 1, run).map_or("", |_| ""));
    println!("{}", sens::dma_control::error::clear(&page, 1).map_or("", |_| ""));
    println!("{}", sens::dma_byte_count::write(&page, 1, 0x1122334455667788).map_or("", |_| ""));
    println!("{}", sens::total::read(&page, 1).map_or("", |_| ""));
    println!("{}", sens::dma_tap::usize::write(&page, [1, 2], 9).map_or("", |_| ""));
    let past = [
        sens::ch::write(&page, 3, 1),
        sens::ch::v::write(&page, 3, 1),
        sens::dma_tap::write(&page, [2, 0], 1),
        sens::dma_tap::usize::write(&page, [0, 3], 1),
        sens::dma_byte_count::write(&page, 2, 1),
        sens::dma_control::error::clear(&page, usize::MAX),
        sens::ch::v::read(&page, 3).map(|_| ()),
        sens::total::read(&page, 2).map(|_| ()),
    ];
    println!("{}", if past.iter().all(Option::is_none) { "none" } else { "some" });
    let tap = (sens::dma_tap::COUNT, sens::dma_tap::STRIDE, sens::dma_tap::OFFSET);
    println!("{} {} {:?} {}", sens::ch::COUNT, sens::ch::STRIDE, tap, sens::ch::v::get(0x35));
}
`;

test('in Rust, accessors of arrays take an index and give None past the end', async (context) => {
  const files = { 'main.rs': RUST_SOURCE, 'vcfg.rs': generateRustModule(platform) };
  const optimized = { ...RUST_COMPILER, flags: [...RUST_COMPILER.flags, '-O'] };
  const printed = await lines(context, optimized, files);
  const offset = 0x40000 + 36 * 4;
  expect(plain(printed)).toEqual([...ACCESSES, `3 2 ([2, 3], [8, 1], ${offset}) 3`]);
});

test('in TypeScript, an element is found by its index, on the device', () => {
  const [description] = platform.functions;
  if (description === undefined) throw new Error('no function');
  const machine = new Machine(platform);
  const ports = { acpi: { integer: () => machine.vcfgBase }, memory: machine.memory, buses: platform.vcfg.buses };
  const driver = openFunction({ ...ports, description });
  const base = machine.vcfgBase + 0x40000n;
  expect(driver.element('CH', 2)).toBe('CH2');
  for (const at of [0, 1, 2]) {
    expect(driver.address(driver.element('CH', at))).toBe(base + BigInt((8 + at * 2) * 4));
    driver.write(driver.element('CH', at), at + 1);
  }
  expect([0, 1, 2].map((at) => machine.memory.read32(base + BigInt((8 + at * 2) * 4)))).toEqual([1, 2, 3]);
  for (const [i, j] of [
    [0, 0],
    [1, 2],
  ] as const)
    expect(driver.address(driver.element('DMA_TAP', i, j))).toBe(base + BigInt((36 + i * 8 + j) * 4));
  expect(driver.read64(driver.element('TOTAL', 1))).toBe(0n);
  expect(() => driver.element('CH', 3)).toThrow('index of SENS.CH is 3; the allowed range is 0..2');
  expect(() => driver.element('DMA_TAP', 1)).toThrow('SENS.DMA_TAP is given 1 index; 2 are needed');
  const element = driver.element as (name: string, ...indexes: readonly unknown[]) => string;
  expect(() => element('CH')).toThrow('SENS.CH is given 0 indexes; one is needed');
  expect(() => element('CH', 1, 2)).toThrow('SENS.CH is given 2 indexes; one is needed');
  expect(() => element('CH', '1')).toThrow(new TypeError('index of SENS.CH is "1"; the allowed range is 0..2'));
  expect(() => element('CH', undefined)).toThrow(TypeError);
  expect(() => driver.element('CH', -1)).toThrow(RangeError);
  expect(() => driver.element('CH', 0.5)).toThrow(RangeError);
  expect(() => driver.element('VALU', 0)).toThrow(TypeError);
});

test('the TypeScript driver knows the elements by the names that it has for them', () => {
  const source = generateTypeScriptDriver(platform);
  expect(source).toContain("{ name: 'CH', counts: [3], elements: ['CH0', 'CH1', 'CH2'] },");
  expect(source).toContain("{ name: 'dma_control', counts: [2], elements: ['dma0_control', 'dma1_control'] },");
  expect(source).toContain("{ name: 'total', counts: [2], elements: ['total0', 'total1'] },");
});

test('an array whose name is taken has no accessors by index, and the driver says so', () => {
  const registers = [
    { name: 'CH', index: 0, count: 2, fields: [{ name: 'V', bits: 0 }] },
    { name: 'CH', index: 4 },
    { name: 'EN', index: 8, count: 2 },
  ];
  const taken = platformFromObject({ functions: [{ address: '00:04.0', name: 'SENS', registers }] });
  const header = generateCHeader(taken);
  expect(header).toContain('/* SENS.CH has no accessors by index: these names are taken. */');
  expect(header).toContain('vcfg_sens_en_read(VCFG_MMIO page, unsigned element)');
  const rust = generateRustModule(taken);
  expect(rust).toContain('// SENS.CH has no module for its array: this name is taken.');
  expect(rust.match(/pub mod ch \{/g)).toHaveLength(1);
});

test('the register reference lists arrays', () => {
  const lines = generateRegisterReference(platform).replaceAll(/ +/g, ' ').split('\n');
  expect(lines).toContain('| 8 | `CH` | 3 | 2 |');
  expect(lines.filter((line) => line.includes('DMA_TAP'))).toEqual(['| 36 | `DMA_TAP` | 2 × 3 | 8, 1 |']);
});
