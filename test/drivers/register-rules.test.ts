import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Machine } from '../../src/device/index.js';
import { generateCHeader, generateRustModule } from '../../src/drivers/index.js';
import { openFunction } from '../../src/guest/index.js';
import { platformFromObject } from '../../src/platform/index.js';
import { C_COMPILERS, lines, RUST_COMPILER } from './compile.js';
import { ruledPlatform } from './ruled-platform.js';

const SOURCE = String.raw`
#include <inttypes.h>
#include <stdio.h>

static uint32_t dwords[1024];
static uint32_t counter_low, counter_high, ticks;

static uint32_t read32(uint32_t *page, uint32_t offset)
{
  uint32_t value = page[offset / 4];
  /* The register of 64 bits at index 6 counts one each access: its low dword carries into the high one. */
  if (offset / 4 == 6) value = counter_low;
  if (offset / 4 == 7) value = counter_high;
  if (offset / 4 == 6 || offset / 4 == 7) {
    ticks++;
    if (++counter_low == 0) counter_high++;
  }
  printf(" r%u", offset / 4);
  return value;
}

static void write32(uint32_t *page, uint32_t offset, uint32_t value)
{
  printf(" w%u=%08" PRIx32, offset / 4, value);
  page[offset / 4] = value;
}

#define VCFG_MMIO uint32_t *
#define VCFG_READ32(page, offset) read32(page, offset)
#define VCFG_WRITE32(page, offset, value) write32(page, offset, value)
#include "vcfg.h"

#define CALL(call) (printf("%s:", #call), vcfg_sensor_hub_##call, printf("\n"))

int main(void)
{
  uint32_t *page = dwords;
  dwords[0] = dwords[20] = dwords[22] = dwords[23] = dwords[24] = dwords[25] = 0xffffffffu;
  CALL(stat_sample_rate_of_each_channel_write(page, 5));
  dwords[0] = 0xffffffffu;
  CALL(stat_pend_clear(page));
  dwords[0] = 0xffffffffu;
  CALL(stat_trig_raise(page));
  dwords[0] = 0xffffffffu;
  CALL(stat_go_write(page, 1));
  dwords[0] = 0xffffffffu;
  CALL(stat_write(page, 0x12345678u));
  CALL(lock_kf_write(page, 3));
  CALL(lock_write(page, 0x000000ffu));
  CALL(gate_hv_write(page, 9));
  CALL(gate_write(page, 0x1234u));
  CALL(ones_of_write(page, 5));
  CALL(ones_write(page, 5));
  CALL(zero_zf_write(page, 5));
  CALL(zero_write(page, 0xffffffffu));
  CALL(errs_e2_write(page, 6));
  CALL(timestamp_write(page, 0x1122334455667788u));
  CALL(target_write(page, 0x1122334455667788u));
  CALL(dma1_control_mode_write(page, VCFG_SENSOR_HUB_DMA1_CONTROL_MODE_VALUE_RUN));
  for (counter_low = 0xfffffff8u; counter_high < 2;) {
    const uint64_t before = (uint64_t)counter_high << 32 | counter_low;
    const uint64_t value = vcfg_sensor_hub_cnt_read(page);
    const uint64_t after = (uint64_t)counter_high << 32 | counter_low;
    if (value < before || value > after) printf(" wrong %" PRIx64, value);
    if (counter_low > 16 && counter_low < 0xfffffff0u) counter_low = 0xfffffff0u + (ticks & 7);
  }
  printf("\n%d\n", (int)(vcfg_sensor_hub_timestamp_ns_get(vcfg_sensor_hub_timestamp_ns_set(0, 0x89abcde)) == 0x89abcde));
  return 0;
}
`;

test('a write of one field leaves its neighbours as they are', async (context) => {
  const gcc = C_COMPILERS.find(({ program }) => program === 'gcc');
  if (gcc === undefined) throw new Error('no gcc');
  const flags = ['-std=c99', '-Wall', '-Wextra', '-Werror'];
  const files = { 'main.c': SOURCE, 'vcfg.h': generateCHeader(ruledPlatform()) };
  const printed = await lines(context, { ...gcc, flags }, files);
  // Set, so that a bit that is written as 1 where it should not be shows.
  expect(printed).toMatchInlineSnapshot(`
    [
      "stat_sample_rate_of_each_channel_write(page, 5): r0 w0=ffffc05f",
      "stat_pend_clear(page): r0 w0=ffffc1ff",
      "stat_trig_raise(page): r0 w0=ffffc2ff",
      "stat_go_write(page, 1): r0 w0=ffffc8ff",
      "stat_write(page, 0x12345678u): w0=12345678",
      "lock_kf_write(page, 3): r20 w20=5afffff3",
      "lock_write(page, 0x000000ffu): w20=5a0000ff",
      "gate_hv_write(page, 9): w21=00f00090",
      "gate_write(page, 0x1234u): w21=ffff1234",
      "ones_of_write(page, 5): r22 w22=fffffff5",
      "ones_write(page, 5): w22=fffffff5",
      "zero_zf_write(page, 5): r23 w23=00000005",
      "zero_write(page, 0xffffffffu): w23=0000000f",
      "errs_e2_write(page, 6): w24=00000060",
      "timestamp_write(page, 0x1122334455667788u): w2=55667788 w3=11223344",
      "target_write(page, 0x1122334455667788u): w5=11223344 w4=55667788",
      "dma1_control_mode_write(page, VCFG_SENSOR_HUB_DMA1_CONTROL_MODE_VALUE_RUN): r40 w40=00000002",
      " r7 r6 r7 r7 r6 r7 r7 r6 r7 r6 r7 r7 r6 r7 r7 r6 r7 r7 r6 r7 r7 r6 r7 r7 r6 r7 r7 r6 r7 r7 r6 r7 r7 r6 r7 r7 r6 r7 r7 r6 r7 r6 r7",
      "1",
    ]
  `);
});

test('the header of such a platform compiles as C and C++', async (context) => {
  const main = '#include "vcfg.h"\n#include <stdio.h>\nint main(void) { puts("done"); return 0; }\n';
  const files = { 'main.c': main, 'vcfg.h': generateCHeader(ruledPlatform()) };
  for (const compiler of C_COMPILERS) expect(await lines(context, compiler, files)).toEqual(['done']);
});

const RUST_SOURCE = `
mod vcfg;
use core::cell::{Cell, RefCell};
use vcfg::{sensor_hub, Page};

/// Counts one up each time that the register of 64 bits at index 6 is accessed.
struct Memory(RefCell<Vec<u32>>, Cell<u64>);

impl vcfg::Page for Memory {
    fn read32(&self, offset_bytes: usize) -> u32 {
        let now = self.1.get();
        match offset_bytes / 4 {
            6 | 7 => self.1.set(now + 1),
            _ => print!(" r{}", offset_bytes / 4),
        }
        match offset_bytes / 4 {
            6 => now as u32,
            7 => (now >> 32) as u32,
            index => self.0.borrow()[index],
        }
    }
    fn write32(&self, offset_bytes: usize, value: u32) {
        print!(" w{}={:08x}", offset_bytes / 4, value);
        self.0.borrow_mut()[offset_bytes / 4] = value;
    }
}

fn main() {
    let page = Memory(RefCell::new(vec![0xffffffff; 1024]), Cell::new(0xfffffff0));
    sensor_hub::stat::sample_rate_of_each_channel::write(&page, 5);
    page.write32(0, 0xffffffff);
    sensor_hub::stat::pend::clear(&page);
    sensor_hub::lock::kf::write(&page, 3);
    sensor_hub::lock::write(&page, 0xff);
    sensor_hub::gate::hv::write(&page, 9);
    sensor_hub::gate::write(&page, 0x1234);
    sensor_hub::ones::of::write(&page, 5);
    sensor_hub::zero::write(&page, 0xffffffff);
    sensor_hub::timestamp::write(&page, 0x1122334455667788);
    sensor_hub::target::write(&page, 0x1122334455667788);
    sensor_hub::dma1_control::mode::write(&page, sensor_hub::dma1_control::mode::VALUE_RUN);
    println!();
    for _ in 0..32 {
        let before = page.1.get();
        let value = sensor_hub::cnt::read(&page);
        assert!(value >= before && value <= page.1.get());
    }
    println!("{:x}", page.1.get());
}
`;

test('a Rust driver makes the same accesses', async (context) => {
  const files = { 'main.rs': RUST_SOURCE, 'vcfg.rs': generateRustModule(ruledPlatform()) };
  expect(await lines(context, RUST_COMPILER, files)).toMatchInlineSnapshot(`
    [
      " r0 w0=ffffc05f w0=ffffffff r0 w0=ffffc1ff r20 w20=5afffff3 w20=5a0000ff w21=00f00090 w21=ffff1234 r22 w22=fffffff5 w23=0000000f w2=55667788 w3=11223344 w5=11223344 w4=55667788 r40 w40=fffffff3",
      "100000052",
    ]
  `);
});

type Bits = { readonly access: string; readonly width: number };

/** A register whose fields fill it, each with an access of its own. */
const register = fc.array(
  fc.record({ access: fc.constantFrom('rw', 'ro', 'wo', 'w1c', 'w1s'), width: fc.integer({ min: 1, max: 6 }) }),
  { minLength: 2, maxLength: 5 },
);

function functionOf(fields: readonly Bits[], reserved: string | undefined) {
  let low = 0;
  const rows = fields.map(({ access, width }, index) => {
    const bits = `${low + width - 1}..${low}`;
    low += width;
    return { name: `F${index}`, bits, access };
  });
  const described = { name: 'R', index: 0, fields: rows, ...(reserved === undefined ? {} : { reserved }) };
  return platformFromObject({ functions: [{ address: '00:04.0', name: 'SENS', registers: [described] }] });
}

test('on the device, a write of any field changes that field alone', () => {
  fc.assert(
    fc.property(register, fc.nat(4), fc.nat(63), fc.nat(0xffff_ffff), (fields, pick, written, held) => {
      const platform = functionOf(fields, undefined);
      const [description] = platform.functions;
      if (description === undefined) throw new Error('no function');
      const machine = new Machine(platform);
      const device = machine.registers('SENS');
      const row = description.registers[0];
      const field = row?.fields[pick % fields.length];
      if (row === undefined || field === undefined) throw new Error('no field');
      const ports = { acpi: { integer: () => machine.vcfgBase }, memory: machine.memory, buses: platform.vcfg.buses };
      const driver = openFunction({ ...ports, description });
      device.set('R', held);
      const most = 2 ** field.widthBits - 1;
      const access = field.access ?? row.access;
      const isOnes = access === 'w1c' || access === 'w1s';
      const value = isOnes ? most : written & most;
      if (access === 'ro') return;
      driver.writeFields('R', { [field.name]: value });
      const now = device.get('R');
      const mask = (most << field.lowBit) >>> 0;
      const wanted = access === 'w1c' ? 0 : value << field.lowBit;
      expect(now & mask).toBe(wanted);
      // What cannot be read is written as 0: the only bits that a driver cannot keep.
      const lost = row.fields
        .filter((each) => (each.access ?? row.access) === 'wo' && each !== field)
        .reduce((bits, each) => bits | ((2 ** each.widthBits - 1) << each.lowBit), 0);
      expect((now ^ held) & ~mask & ~lost).toBe(0);
    }),
    { numRuns: 300 },
  );
});
