/**
 * A static program that uses the generated C header, and no library: it maps the pages of SENS from /dev/mem, writes CTRL, reads STAT,
 * writes HEAD in the shared page, and ends with what STAT was.
 */
export const DRIVER_PROGRAM = `
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

__attribute__((force_align_arg_pointer)) void _start(void)
{
  long file = call(OPEN, (long)"/dev/mem", O_RDWR_SYNC, 0);
  void *trapped = (void *)map(file, vcfg_address(BASE, 0, 0x11, 0, VCFG_PAGE_TRAPPED, 0));
  void *shared = (void *)map(file, vcfg_address(BASE, 0, 0x11, 0, VCFG_PAGE_SHARED, 0));
  if ((unsigned long)trapped > -4096ul || (unsigned long)shared > -4096ul) leave(255);
  vcfg_sens_ctrl_write(trapped, vcfg_sens_ctrl_rate_set(vcfg_sens_ctrl_enbl_set(0, 1), 5));
  uint32_t status = vcfg_sens_stat_read(trapped);
  *(volatile uint32_t *)shared = 0xcafe;
  leave(status & 0xff);
}
`;
