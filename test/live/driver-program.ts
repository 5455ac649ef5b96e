import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateCHeader } from '../../src/drivers/index.js';
import type { LiveGuest } from '../../src/live/index.js';
import { inScratchFolder, run } from '../support/oracles.js';

/** System calls without a library: open, mmap of a window's page, exit. BASE is defined on the command line. */
const PRELUDE = `
#include "vcfg.h"
enum { O_RDWR_SYNC = 0x101002, PROT = 3, MAP_SHARED = 1 };
#ifdef __i386__
static long call(long number, long a, long b, long c)
{
  long result;
  __asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c) : "memory");
  return result;
}
static long map(long file, uint64_t address)
{
  unsigned long words[6] = { 0, 4096, PROT, MAP_SHARED, file, address };
  return call(90, (long)words, 0, 0);
}
enum { OPEN = 5, EXIT = 1 };
#else
static long call6(long number, long a, long b, long c, long d, long e, long f)
{
  long result;
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  register long r9 __asm__("r9") = f;
  __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return result;
}
static long call(long number, long a, long b, long c) { return call6(number, a, b, c, 0, 0, 0); }
static long map(long file, uint64_t address) { return call6(9, 0, 4096, PROT, MAP_SHARED, file, (long)address); }
enum { OPEN = 2, EXIT = 60 };
#endif

__attribute__((noreturn)) static void leave(long code)
{
  for (;;) call(EXIT, code, 0, 0);
}

static volatile void *page(long file, int number)
{
  void *mapped = (void *)map(file, vcfg_address(BASE, 0, 0x11, 0, number, 0));
  if ((unsigned long)mapped > -4096ul) leave(255);
  return mapped;
}
`;

/**
 * A static program that uses the generated C header, and no library: it maps the pages of SENS from /dev/mem, writes CTRL, reads STAT,
 * writes HEAD in the shared page, and ends with what STAT was.
 */
export const DRIVER_PROGRAM = `${PRELUDE}
__attribute__((force_align_arg_pointer)) void _start(void)
{
  long file = call(OPEN, (long)"/dev/mem", O_RDWR_SYNC, 0);
  volatile void *trapped = page(file, VCFG_PAGE_TRAPPED);
  volatile void *shared = page(file, VCFG_PAGE_SHARED);
  vcfg_sens_ctrl_write(trapped, vcfg_sens_ctrl_rate_set(vcfg_sens_ctrl_enbl_set(0, 1), 5));
  uint32_t status = vcfg_sens_stat_read(trapped);
  *(volatile uint32_t *)shared = 0xcafe;
  leave(status & 0xff);
}
`;

/** The same reading STAT as often as COUNT says. */
export const LOOP_PROGRAM = `${PRELUDE}
__attribute__((force_align_arg_pointer)) void _start(void)
{
  volatile void *trapped = page(call(OPEN, (long)"/dev/mem", O_RDWR_SYNC, 0), VCFG_PAGE_TRAPPED);
  for (unsigned long count = 0; count < COUNT; count++) vcfg_sens_stat_read(trapped);
  leave(0);
}
`;

/** Compiles one of these for a guest's processor. `define` is put before it. */
export function buildProgram(source: string, guest: LiveGuest, define: Readonly<Record<string, string>> = {}) {
  return inScratchFolder((folder) => {
    writeFileSync(join(folder, 'vcfg.h'), generateCHeader(guest.platform));
    writeFileSync(join(folder, 'main.c'), source);
    const flags = ['-static', '-nostdlib', '-ffreestanding', '-fno-pie', '-no-pie', '-fno-stack-protector', '-O1'];
    const defines = Object.entries({ ...define, BASE: `${guest.platform.vcfg.base}ull` }).map(
      ([key, value]) => `-D${key}=${value}`,
    );
    const words = [guest.backEnd === 'v86' ? '-m32' : '-m64', ...flags, ...defines, 'main.c', '-o', 'driver'];
    const { status, stderr } = run('gcc', words, { cwd: folder });
    if (status !== 0 || stderr !== '') throw new Error(stderr);
    return new Uint8Array(readFileSync(join(folder, 'driver')));
  });
}
