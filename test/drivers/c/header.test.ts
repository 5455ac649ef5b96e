import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, type TestContext, test } from 'vitest';
import { generateCHeader } from '../../../src/drivers/index.js';
import { GuestError } from '../../../src/guest/index.js';
import type { Platform } from '../../../src/vocab/index.js';
import { effort, onlyInLong } from '../../support/effort.js';
import { inScratchFolder, needs, run } from '../../support/oracles.js';
import { projectFolder } from '../../support/shared-material.js';
import { build, C_COMPILERS, type CompilerRow, lines } from '../compile.js';
import { fixturePlatforms, nameablePlatforms } from '../nameable-platform.js';
import { C_TUPLES } from '../native-window.js';
import { functionNamed, LOOP, SENS, samplePlatform } from '../sample-platform.js';

interface Corners {
  readonly rows: readonly [bdf: string, page: string, register: number, offset: string][];
}

describe.each(C_COMPILERS)('$program', (compiler) => {
  const { program, flags } = compiler;
  /** What a program with the sample's header prints. */
  const printed = (context: TestContext, source: string, input = '') =>
    lines(context, compiler, { 'main.c': source, 'vcfg.h': generateCHeader(samplePlatform()) }, [{ input }]);

  test('gives the addresses of the hand-typed corners, and none outside of the window', async (context) => {
    if (program.endsWith('++')) onlyInLong(context);
    const text = readFileSync(join(projectFolder, 'fixtures/addresses/corners.json'), 'utf8');
    const corners = (JSON.parse(text) as Corners).rows.map(([bdf, page, register, offset]) => {
      const parts = bdf.split(/[:.]/).map((part) => Number.parseInt(part, 16));
      const tuple = [...parts, page === 'shared' ? 1 : 0, register].join(' ');
      return { tuple, line: `${(0x2_4000_0000 + Number(offset)).toString(16)} ${tuple} 0` };
    });
    const outside = ['256 0 0 0 0', '0 32 0 0 0', '0 0 8 0 0', '0 0 0 2 0', '0 0 0 0 1024', '4294967295 0 0 0 0'];
    const input = [...corners.map(({ tuple }) => tuple), ...outside].join('\n');
    const nowhere = outside.map(() => 'ffffffffffffffff 9999 9999 9999 9999 9999 9999');
    expect(await printed(context, C_TUPLES, input)).toEqual([...corners.map(({ line }) => line), ...nowhere]);
    expect(corners.length).toBe(49);
  });

  test('takes every header that a platform gives', async (context) => {
    needs(context, program);
    const random = fc.sample(nameablePlatforms(), { numRuns: 2, seed: 20 });
    await inScratchFolder((folder) => {
      const files = [...random, ...fixturePlatforms(), samplePlatform([])].map((platform, index) => {
        writeFileSync(join(folder, `${index}.h`), generateCHeader(platform, { includeGuard: `VCFG_${index}_H` }));
        writeFileSync(join(folder, `${index}.c`), `#include "${index}.h"\n#include "${index}.h"\nint unused;\n`);
        return `${index}.c`;
      });
      const modes = [[], ['-DVCFG_DEBUG', '-DVCFG_ASSERT(x)=((void)(x))']];
      // In the short form, each compiler of a language takes one of them.
      const own = modes[program.includes('clang') ? 1 : 0] as string[];
      for (const mode of effort([own], modes)) {
        expect(run(program, [...flags, ...mode, '-fsyntax-only', ...files], { cwd: folder }).stderr).toBe('');
      }
    });
  });

  test('reads and writes registers, fields and shared runs', async (context) => {
    const source = `
#include "vcfg.h"
#include <stdio.h>
static uint32_t trapped[1024], shared[1024];
int main(void)
{
  uint32_t control;
  trapped[0] = 0x123456f8u;
  control = vcfg_sens_ctrl_read(trapped);
  control = vcfg_sens_ctrl_rate_set(control, 5);
  vcfg_sens_ctrl_write(trapped, vcfg_sens_ctrl_topb_set(control, 0xffffffffu));
  printf("%x %u\\n", trapped[0], vcfg_sens_ctrl_rate_get(trapped[0]));
  trapped[1] = 0xfffffffeu;
  printf("%x\\n", vcfg_sens_stat_all_get(vcfg_sens_stat_read(trapped)));
  vcfg_sens_irqs_lost_clear(trapped);
  vcfg_sens_goes_go_raise(trapped);
  vcfg_sens_kick_write(trapped, vcfg_sens_kick_what_set(0, 0x1ffff));
  printf("%x %x %x\\n", trapped[2], trapped[3], trapped[4]);
  trapped[1023] = 77;
  printf("%u %x\\n", vcfg_sens_errc_read(trapped), VCFG_SENS_ERRC_RESET);
  vcfg_sens_ring_write(shared, 511, 5);
  vcfg_sens_ring_write(shared, 512, 6);
  vcfg_sens_head_write(shared, 1, 7);
  printf("%u %u %u %u\\n", shared[1023], shared[1], vcfg_sens_ring_read(shared, 511), vcfg_sens_ring_read(shared, 512));
  printf("%x %x %x %x\\n", VCFG_SENS_CTRL_OFFSET, VCFG_SENS_ERRC_OFFSET, VCFG_SENS_RING_OFFSET, VCFG_LOOP_IF_OFFSET);
  printf("%u:%u.%u %x %x\\n", VCFG_LOOP_BUS, VCFG_LOOP_DEVICE, VCFG_LOOP_FUNCTION, VCFG_LOOP_TRAPPED_OFFSET,
         VCFG_LOOP_SHARED_OFFSET);
  printf("%d %d\\n", VCFG_SENS_CTRL_ACCESS == VCFG_ACCESS_RW, VCFG_SENS_IRQS_ACCESS == VCFG_ACCESS_W1C);
  trapped[0] = 0x123456f8u;
  vcfg_sens_ctrl_rate_write(trapped, 3);
  vcfg_sens_kick_what_write(trapped, 5);
  printf("%x %u %x\\n", trapped[0], vcfg_sens_ctrl_rate_read(trapped), trapped[4 - 1]);
  printf("%u %u %x\\n", VCFG_SENS_CTRL_ENBL_RESET, VCFG_SENS_CTRL_RATE_RESET, vcfg_offset(255, 31, 7, 1, 1023));
  printf("%d %d\\n", vcfg_address(0xfffffffffffffff0u, 0, 0, 0, 0, 3) == 0xfffffffffffffffcu,
         vcfg_address(0xfffffffffffffff0u, 0, 0, 0, 0, 4) == VCFG_NO_ADDRESS);
  return 0;
}
`;
    expect(await printed(context, source)).toEqual([
      '92345658 5',
      'fffffffe',
      '300 ffff0000 4',
      '77 ffffffff',
      '5 0 5 0',
      '40000 40ffc 41800 1ffffffc',
      '255:31.7 1fffe000 1ffff000',
      '1 1',
      '12345638 3 50000',
      '1 0 1ffffffc',
      '1 1',
    ]);
  });

  test('goes through the hooks of the including code, without any header', async (context) => {
    const source = `
typedef unsigned int uint32_t;
typedef unsigned long uint64_t;
extern ${program.endsWith('++') ? '"C" ' : ''}int printf(const char *, ...);
static uint32_t last_read(uint64_t page, uint64_t offset)
{
  printf("read %lx+%lu\\n", page, offset);
  return 0xffffffffu;
}
static void last_write(uint64_t page, uint64_t offset, uint32_t value)
{
  printf("write %lx+%lu %x\\n", page, offset, value);
}
struct memory {
  uint32_t dwords[1024];
};
static void failed(const char *what)
{
  printf("%s\\n", what);
}
#define VCFG_NO_STDINT
#define VCFG_MMIO uint64_t
#define VCFG_READ32(page, offset) last_read(page, offset)
#define VCFG_WRITE32(page, offset, value) last_write(page, offset, value)
#define VCFG_SHARED struct memory *
#define VCFG_SHARED_READ32(memory, offset) (memory)->dwords[(offset) / 4u]
#define VCFG_SHARED_WRITE32(memory, offset, value) ((memory)->dwords[(offset) / 4u] = (value))
#define VCFG_DEBUG
#define VCFG_ASSERT(condition) ((condition) ? (void)0 : failed(#condition))
#include "vcfg.h"
int main(void)
{
  static struct memory memory;
  vcfg_sens_ctrl_write(VCFG_BASE_EXPECTED, vcfg_sens_errc_read(0x1000));
  vcfg_sens_ring_write(&memory, 511, 5);
  printf("%u %u\\n", vcfg_sens_ring_read(&memory, 511), memory.dwords[1023]);
  vcfg_sens_ring_write(&memory, 512, 5);
  (void)vcfg_sens_ctrl_rate_set(0, 16);
  return vcfg_address(0, 0, 32, 0, 0, 0) == VCFG_NO_ADDRESS ? 0 : 1;
}
`;
    expect(await printed(context, source)).toEqual([
      'read 1000+4092',
      'write 240000000+0 ffffffff',
      '5 5',
      expect.stringContaining('dword < VCFG_SENS_RING_BYTES'),
      expect.stringContaining('field <= VCFG_SENS_CTRL_RATE_MASK'),
      'is_there && bus < VCFG_BUSES',
    ]);
  });
});

test('asserts with the assert of who includes it, and includes nothing for it', async (context) => {
  needs(context, 'gcc');
  const compiler: CompilerRow = { program: 'gcc', flags: ['-std=c99', '-DVCFG_DEBUG'] };
  const main = 'int main(void) { return (int)vcfg_sens_ctrl_rate_set(0, 16); }';
  const header = generateCHeader(samplePlatform());
  const [ran] = await build(context, compiler, {
    'main.c': `#include <assert.h>\n#include "vcfg.h"\n${main}\n`,
    'vcfg.h': header,
  });
  expect(ran?.stderr).toContain('Assertion `field <= ');
  const without = build(context, compiler, { 'main.c': `#include "vcfg.h"\n${main}\n`, 'vcfg.h': header });
  await expect(without).rejects.toThrow(/VCFG_DEBUG needs VCFG_ASSERT/);
  expect(header.match(/#include .*/g)).toEqual(['#include <stdint.h>']);
});

/** Everything that the header gives a name. */
function namesOf(header: string): string[] {
  return [...header.matchAll(/^(?:#define |static inline [^(]*?(?=\w+\())(\w+)/gm)].map(([, name]) => name as string);
}

test('names nothing twice, and gives the same bytes for the same platform', () => {
  fc.assert(
    fc.property(nameablePlatforms(), (platform) => {
      const header = generateCHeader(platform);
      const names = namesOf(header).filter((name) => name !== 'VCFG_ASSERT');
      expect(names.length).toBe(new Set(names).size);
      expect(generateCHeader(structuredClone(platform))).toBe(header);
      expect(header).toMatch(/^[\x20-\x7e\n]*$/);
    }),
    { numRuns: 60 },
  );
});

test('says what it is, without a date, and guards itself as asked', () => {
  const header = generateCHeader(samplePlatform());
  expect(header).toContain('Generated by acpi-vcfg from a platform file. Do not edit.');
  expect(header).toContain('#define VCFG_BASE_EXPECTED 0x240000000ull\n#define VCFG_BUSES 256u\n');
  expect(header).toContain('#ifndef VCFG_H\n#define VCFG_H\n');
  expect(header).toMatch(/\n#endif \/\* VCFG_H \*\/\n$/);
  expect(generateCHeader(samplePlatform(), { includeGuard: 'MINE_H' })).toContain('#ifndef MINE_H\n');
  expect(() => generateCHeader(samplePlatform(), { includeGuard: 'a b' })).toThrow(TypeError);
});

const COLLISIONS: readonly [a: Platform['functions'][number], b: Platform['functions'][number], owner: RegExp][] = [
  [functionNamed('A', 1, { B_C: [] }), functionNamed('A_B', 2, { C: [] }), /A_B\.C: .*VCFG_A_B_C_OFFSET .*A\.B_C\./],
  [functionNamed('A', 1, { B: ['C_D'] }), functionNamed('A_B', 2, { C: ['D'] }), /VCFG_A_B_C_D_MASK/],
  [functionNamed('AB__', 1, {}), functionNamed('AB', 2, {}), /AB: .*VCFG_AB_BUS twice: here and for AB\./],
];

test.each(COLLISIONS)('refuses names that meet', (a, b, message) => {
  const generate = () => generateCHeader(samplePlatform([a, b]));
  expect(generate).toThrow(GuestError);
  expect(generate).toThrow(message);
  expect(generate).toThrow(/\[DRIVER_NAME_COLLISION\]/);
});

test('refuses a register that the window does not have', () => {
  const register = { ...SENS.registers[0], index: 1024 };
  expect(() => generateCHeader(samplePlatform([{ ...SENS, registers: [register] }]))).toThrow(RangeError);
  const far = { ...LOOP, address: { bus: 256, device: 0, function: 0 } };
  expect(() => generateCHeader(samplePlatform([far]))).toThrow(RangeError);
});
