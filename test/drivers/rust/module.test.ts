import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { generateRustModule } from '../../../src/drivers/index.js';
import { GuestError } from '../../../src/guest/index.js';
import { platformFromObject } from '../../../src/platform/index.js';
import { answerOf, lineOf, mailboxCases } from '../../guest/mailbox-cases.js';
import { inScratchFolder, needs, run } from '../../support/oracles.js';
import { build, lines, RUST_COMPILER } from '../compile.js';
import { fixturePlatforms, nameablePlatforms } from '../nameable-platform.js';
import { RUST_MAILBOX } from '../native-mailbox.js';
import { ruledPlatform } from '../ruled-platform.js';
import { functionNamed, GPU0, SENS, samplePlatform } from '../sample-platform.js';

/** As users build it; the debug build is one that checks. */
const OPTIMIZED = { ...RUST_COMPILER, flags: [...RUST_COMPILER.flags, '-O'] };

/** Fields, some with named values, whose names are those of types and modules that a register's own items use. */
function primitives() {
  const names = 'u32 u64 usize str core option register field self place page bool type read value_one'.split(' ');
  const values = { read: 0, one: 1 };
  const fields = names.map((longName, bit) => ({ longName, bits: bit, ...(bit % 2 === 0 && { values }) }));
  const wide = { longName: 'wide', index: 4, width: 64, fields: [{ longName: 'usize', bits: '40..8' }] };
  const own = [{ longName: 'usize', bits: 0, values }];
  const many = { longName: 'many', index: 16, width: 64, count: 2, fields: [{ longName: 'u64', bits: '40..8' }] };
  // Modules beside the types that all fields share.
  const beside = 'core std usize option some none field register bit rw b0 page'.split(' ');
  return platformFromObject({
    functions: [
      ...beside.map((longName, at) => ({
        address: `01:${at.toString(16).padStart(2, '0')}.0`,
        longName,
        name: `N${at}`,
        registers: [
          { longName, index: 0, count: 2, fields: [{ longName, name: 'FLDX', bits: 0, values }] },
          { ...wide, index: 8 },
        ],
      })),
      { address: '00:05.0', name: 'BRDG', bridge: { secondary: 1 } },
      {
        address: '00:04.0',
        name: 'U32',
        registers: [
          { name: 'R', index: 0, fields },
          { name: 'S', index: 1 },
          wide,
          { name: 'T', index: 8, count: 2, fields: own },
          many,
        ],
      },
    ],
  });
}

/** Named values, and an array that has none. */
function valuesBesideArrays() {
  const registers = [
    { name: 'R', index: 0, fields: [{ name: 'F', bits: 0, values: { off: 0, on: 1 } }] },
    { name: 'S', index: 1, count: 2, fields: [{ name: 'G', bits: 0 }] },
  ];
  return platformFromObject({ functions: [{ address: '00:04.0', name: 'SENS', registers }] });
}

/** Any platform and those of the fixtures, as modules by name. */
function modules(): [name: string, text: string][] {
  const random = fc.sample(nameablePlatforms(), { numRuns: 3, seed: 20 });
  const platforms = [
    ...random,
    ...fixturePlatforms(),
    samplePlatform(),
    samplePlatform([]),
    ruledPlatform(),
    primitives(),
    valuesBesideArrays(),
  ];
  return platforms.map((platform, index) => [`vcfg${index}`, generateRustModule(platform)]);
}

test('is a library as it is, and a module of one without std', async (context) => {
  needs(context, 'rustc');
  await inScratchFolder((folder) => {
    const named = modules();
    for (const [name, text] of named) writeFileSync(join(folder, `${name}.rs`), text);
    const items = named.map(([name]) => `mod ${name};\n`).join('');
    writeFileSync(join(folder, 'lib.rs'), `//! A crate.\n#![no_std]\n#![deny(warnings, missing_docs)]\n${items}`);
    for (const file of ['vcfg0.rs', 'lib.rs']) {
      const flags = [...RUST_COMPILER.flags, '--crate-type', 'lib', '--emit', 'metadata'];
      expect(run('rustc', [...flags, file], { cwd: folder }).stderr).toBe('');
    }
  });
});

test('is formatted as rustfmt does', async (context) => {
  needs(context, 'rustfmt');
  await inScratchFolder((folder) => {
    const files = modules().map(([name, text]) => {
      writeFileSync(join(folder, `${name}.rs`), text);
      return `${name}.rs`;
    });
    const checked = run('rustfmt', ['--edition', '2021', '--check', ...files], { cwd: folder });
    expect([checked.stdout, checked.stderr]).toEqual(['', '']);
  });
});

test('reads and writes registers, fields and shared runs', async (context) => {
  needs(context, 'rustc');
  const source = `
mod vcfg;
use core::cell::RefCell;
use vcfg::sens;

struct Memory(RefCell<Vec<u32>>);

impl vcfg::Page for Memory {
    fn read32(&self, offset_bytes: usize) -> u32 {
        self.0.borrow()[offset_bytes / 4]
    }
    fn write32(&self, offset_bytes: usize, value: u32) {
        self.0.borrow_mut()[offset_bytes / 4] = value;
    }
}

fn main() {
    let trapped = Memory(RefCell::new(vec![0; 1024]));
    let page: &dyn vcfg::Page = &trapped;
    page.write32(0, 0x123456f8);
    let control = sens::ctrl::rate::set(sens::ctrl::read(page), 5);
    sens::ctrl::write(page, sens::ctrl::topb::set(control, 0xffffffff));
    println!("{:x} {}", page.read32(0), sens::ctrl::rate::get(page.read32(0)));
    sens::irqs::lost::clear(page);
    sens::goes::go::raise(page);
    sens::kick::write(page, sens::kick::what::set(0, 0x1ffff));
    println!("{:x} {:x} {:x}", page.read32(8), page.read32(12), page.read32(16));
    let shared = Memory(RefCell::new(vec![0; 1024]));
    println!("{:?} {:?}", sens::ring::write(&shared, 511, 5), sens::ring::write(&shared, 512, 6));
    println!("{:?} {:?}", sens::ring::read(&shared, 511), sens::ring::read(&shared, 512));
    println!("{:x} {:x} {:x}", sens::ctrl::OFFSET, sens::errc::OFFSET, sens::ring::OFFSET);
    println!("{:x} {:x}", vcfg::loop_::TRAPPED_OFFSET, vcfg::loop_::if_::OFFSET);
    const OUTSIDE: vcfg::Location = vcfg::Location { bus: 0, device: 0, function: 0, page: 0, index: 1024 };
    sens::ctrl::rate::write(page, 3);
    sens::kick::what::write(page, 5);
    println!("{:x} {} {:x}", page.read32(0), sens::ctrl::rate::read(page), page.read32(12));
    println!("{} {}", sens::ctrl::enbl::RESET, sens::ctrl::rate::RESET);
    println!("{:?} {:?} {:?}", vcfg::address(0, OUTSIDE), vcfg::locate(4096, 4095), vcfg::locate(0, 1 << 29));
    let last = vcfg::Location { bus: 255, device: 31, function: 7, page: 1, index: 1023 };
    println!("{:?}", vcfg::address(u64::MAX, last));
    println!("{:x} {} {}", vcfg::BASE_EXPECTED, vcfg::BUSES, sens::stat::ACCESS);
}
`;
  const files = { 'main.rs': source, 'vcfg.rs': generateRustModule(samplePlatform()) };
  expect(await lines(context, OPTIMIZED, files)).toEqual([
    '92345658 5',
    '300 ffff0000 4',
    'Some(()) None',
    'Some(5) None',
    '40000 40ffc 41800',
    '1fffe000 1ffffffc',
    '92345638 3 50000',
    '1 0',
    'None None None',
    'None',
    '240000000 256 ro',
  ]);
});

test('a debug build panics where a field is too narrow for a value', async (context) => {
  const source = 'mod vcfg;\nfn main() { println!("{}", vcfg::sens::ctrl::rate::set(0, 16)); }\n';
  const files = { 'main.rs': source, 'vcfg.rs': generateRustModule(samplePlatform()) };
  const [ran] = await build(context, RUST_COMPILER, files);
  expect(ran?.stderr).toContain('assertion failed: field <= MASK >> SHIFT');
});

const MEMORY = `
mod vcfg;
struct Memory(std::cell::Cell<u32>);
impl vcfg::Page for Memory {
    fn read32(&self, _: usize) -> u32 {
        self.0.get()
    }
    fn write32(&self, _: usize, value: u32) {
        self.0.set(value)
    }
}
`;

test('fields have the constants and named values that modules had, in constants too', async (context) => {
  const source = `${MEMORY}
const MODE: u32 = vcfg::u32::r::core::set(0, vcfg::u32::r::core::VALUE_ONE);
fn main() {
    use vcfg::u32::r::{core, str};
    let page = Memory(std::cell::Cell::new(0));
    core::write(&page, core::VALUE_ONE);
    str::write(&page, 1);
    println!("{:x} {:x} {} {:x} {}", MODE, core::MASK, core::SHIFT, page.0.get(), core::RESET);
    println!("{} {} {}", core::read(&page), str::get(8), vcfg::u32::r::value_one::VALUE_READ);
    println!("{:x} {}", vcfg::u32::wide::usize::MASK, vcfg::u32::wide::usize::get(0x300));
}
`;
  const files = { 'main.rs': source, 'vcfg.rs': generateRustModule(primitives()) };
  expect(await lines(context, RUST_COMPILER, files)).toEqual(['10 10 4 18 0', '1 1 0', '1ffffffff00 3']);
});

test('what the access of a field does not allow is not compiled', async (context) => {
  needs(context, 'rustc');
  const calls = {
    'vcfg::sensor_hub::stat::busy::write(&page, 1)': 'vcfg::Ro: vcfg::CanWrite',
    'vcfg::sensor_hub::stat::go::read(&page)': 'vcfg::Wo: vcfg::CanRead',
    'vcfg::sensor_hub::stat::pend::write(&page, 1)': 'vcfg::W1c: vcfg::CanWrite',
    'vcfg::sensor_hub::stat::pend::raise(&page)': 'vcfg::W1c: vcfg::CanRaise',
    'vcfg::sensor_hub::stat::trig::set(0, 1)': 'vcfg::W1s: vcfg::CanSet',
    'vcfg::sensor_hub::errs::e1::read(&page)': 'vcfg::Rc: vcfg::CanRead',
    'vcfg::sensor_hub::err2::d1::write(&page, 1)': 'vcfg::RcSet: vcfg::CanWrite',
    'vcfg::sensor_hub::dma1_control::mode::clear(&page)': 'vcfg::Rw: vcfg::CanClear',
    'vcfg::sensor_hub::cnt::write(&page, 1)': 'cannot find function `write`',
  };
  await inScratchFolder((folder) => {
    writeFileSync(join(folder, 'vcfg.rs'), generateRustModule(ruledPlatform()));
    const body = Object.keys(calls).map((call) => `    ${call};\n`);
    const main = `${MEMORY}fn main() {\n    let page = Memory(std::cell::Cell::new(0));\n${body.join('')}}\n`;
    writeFileSync(join(folder, 'main.rs'), main);
    const { stderr } = run('rustc', [...RUST_COMPILER.flags, 'main.rs'], { cwd: folder });
    for (const what of Object.values(calls)) expect(stderr).toContain(what);
    expect(stderr).toContain(`aborting due to ${Object.keys(calls).length} previous errors`);
  });
});

test('a field takes a line or two, however many there are', () => {
  const number = (value: number) => value.toString(36).toUpperCase().padStart(3, '0');
  const registers = Array.from({ length: 33 }, (_, index) => ({
    name: `R${number(index)}`,
    index,
    fields: Array.from({ length: 32 }, (_, bit) => ({ name: `F${number(index * 32 + bit)}`, bits: bit })),
  }));
  const sizeOf = (count: number) => {
    const functions = [{ address: '00:04.0', name: 'SENS', registers: registers.slice(0, count) }];
    return generateRustModule(platformFromObject({ functions })).length;
  };
  expect((sizeOf(33) - sizeOf(1)) / 32 / 32).toBeLessThan(150);
});

test('its mailbox client makes the same accesses and finds the same values as the TypeScript one', async (context) => {
  const cases = mailboxCases(600);
  const files = { 'main.rs': RUST_MAILBOX, 'vcfg.rs': generateRustModule(samplePlatform([GPU0])) };
  const input = `${cases.map(lineOf).join('\n')}\n`;
  // A debug build, so that arithmetic that overflows is a panic.
  expect(await lines(context, RUST_COMPILER, files, [{ input }])).toEqual(cases.map(answerOf));
});

test('has a mailbox client if a function has a mailbox, and only then', () => {
  expect(generateRustModule(samplePlatform([GPU0]))).toContain('pub fn evaluate_dsm');
  expect(generateRustModule(samplePlatform())).not.toMatch(/mailbox/i);
});

test('gives the same bytes for the same platform, in ASCII, without the word that it forbids', () => {
  const text = generateRustModule(samplePlatform());
  expect(generateRustModule(structuredClone(samplePlatform()))).toBe(text);
  expect(text).toMatch(/^[\x20-\x7e\n]*$/);
  expect(text).toContain('Generated by acpi-vcfg from a platform file. Do not edit.');
  expect(text).toContain('\n#![forbid(unsafe_code)]\n');
  expect(text).not.toMatch(/unsafe (?:fn|impl|trait|\{)|std::/);
});

test('keeps apart in modules what only underscores join, and refuses one name twice', () => {
  const pair = [functionNamed('A', 1, { B_C: [] }), functionNamed('A_B', 2, { C: [] })];
  expect(generateRustModule(samplePlatform(pair))).toContain('pub mod b_c {');
  const twice = { ...SENS, registers: [SENS.registers[0], { ...SENS.registers[1], name: 'CTRL' }] };
  expect(() => generateRustModule(samplePlatform([twice]))).toThrow(GuestError);
  expect(() => generateRustModule(samplePlatform([twice]))).toThrow(/sens::ctrl twice/);
});
