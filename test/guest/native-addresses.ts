/**
 * The same walk over a window in TypeScript, C and Rust: a generator of tuples that each language writes in a line, and
 * a hash of every address and of what is found there again.
 */
import { locate, registerAddress } from '../../src/guest/index.js';
import type { Page } from '../../src/vocab/index.js';

/** Tuples of the walk. */
const WALK_TUPLES = 1_000_000;

/** How many tuples apart an address is printed. */
const PRINTED_EVERY = 1000;

const SEED = 0x1234_5678;
const PRIME = 0x0100_0193;
const PAGES: readonly Page[] = ['trapped', 'shared'];

function next(state: number): number {
  let value = state;
  value ^= value << 13;
  value ^= value >>> 17;
  value ^= value << 5;
  return value >>> 0;
}

/** What a program that walks the window has to print: a line for each printed address, and the hash. */
export function walkInTypeScript(base: bigint): string {
  const lines: string[] = [];
  let state = SEED;
  let hash = 0;
  const mix = (value: number) => {
    hash = Math.imul(hash ^ value, PRIME) >>> 0;
  };
  for (let count = 0; count < WALK_TUPLES; count++) {
    const parts = [256, 32, 8, 2, 1024].map((size) => {
      state = next(state);
      return state % size;
    }) as [number, number, number, number, number];
    const [bus, device, fn, page, register] = parts;
    const location = { address: { bus, device, function: fn }, page: PAGES[page] as Page, register };
    const address = registerAddress(base, location);
    const found = locate(base, address + BigInt(state % 4));
    mix(Number(address & 0xffff_ffffn));
    mix(Number(address >> 32n));
    for (const part of [found.address.bus, found.address.device, found.address.function]) mix(part);
    for (const part of [PAGES.indexOf(found.page), found.register, found.byte]) mix(part);
    if (count % PRINTED_EVERY === 0) lines.push(`${parts.join(' ')} ${address.toString(16)}`);
  }
  return `${lines.join('\n')}\n${hash.toString(16)}\n`;
}

/** The walk for `vcfg.h`; with an argument, the addresses of the tuples on standard input instead. */
export const C_WALK = `
#include "vcfg.h"
#include <inttypes.h>
#include <stdio.h>

static uint32_t state = ${SEED}u;
static uint32_t hash = 0;

static unsigned next(unsigned size)
{
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return state % size;
}

static void mix(uint32_t value)
{
  hash = (hash ^ value) * ${PRIME}u;
}

static void print_input(uint64_t base)
{
  unsigned parts[5];
  struct vcfg_location at;
  while (scanf("%u %u %u %u %u", &parts[0], &parts[1], &parts[2], &parts[3], &parts[4]) == 5) {
    const uint64_t address = vcfg_address(base, parts[0], parts[1], parts[2], parts[3], parts[4]);
    if (!vcfg_locate(base, address, &at))
      at.bus = at.device = at.function = at.page = at.index = at.byte = 9999;
    printf("%" PRIx64 " %u %u %u %u %u %u\\n", address, at.bus, at.device, at.function, at.page, at.index, at.byte);
  }
}

int main(int argc, char **argv)
{
  const uint64_t base = WALK_BASE;
  unsigned count;
  (void)argv;
  if (argc > 1) {
    print_input(base);
    return 0;
  }
  for (count = 0; count < ${WALK_TUPLES}u; count++) {
    const unsigned bus = next(256), device = next(32), function = next(8), page = next(2), index = next(1024);
    const uint64_t address = vcfg_address(base, bus, device, function, page, index);
    struct vcfg_location at;
    if (!vcfg_locate(base, address + state % 4, &at))
      return 1;
    mix((uint32_t)address);
    mix((uint32_t)(address >> 32));
    mix(at.bus);
    mix(at.device);
    mix(at.function);
    mix(at.page);
    mix(at.index);
    mix(at.byte);
    if (count % ${PRINTED_EVERY}u == 0)
      printf("%u %u %u %u %u %" PRIx64 "\\n", bus, device, function, page, index, address);
  }
  printf("%" PRIx32 "\\n", hash);
  return 0;
}
`;

/** The walk for `vcfg.rs`. */
export const RUST_WALK = `
mod vcfg;

struct Walk {
    state: u32,
    hash: u32,
}

impl Walk {
    fn next(&mut self, size: u32) -> u32 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 17;
        self.state ^= self.state << 5;
        self.state % size
    }

    fn mix(&mut self, value: u32) {
        self.hash = (self.hash ^ value).wrapping_mul(${PRIME});
    }
}

fn main() {
    let mut walk = Walk { state: ${SEED}, hash: 0 };
    let base: u64 = WALK_BASE;
    for count in 0..${WALK_TUPLES} {
        let at = vcfg::Location {
            bus: walk.next(256),
            device: walk.next(32),
            function: walk.next(8),
            page: walk.next(2),
            index: walk.next(1024),
        };
        let address = vcfg::address(base, at).unwrap();
        let (found, byte) = vcfg::locate(base, address + u64::from(walk.state % 4)).unwrap();
        walk.mix(address as u32);
        walk.mix((address >> 32) as u32);
        for part in [found.bus, found.device, found.function, found.page, found.index, byte] {
            walk.mix(part);
        }
        if count % ${PRINTED_EVERY} == 0 {
            println!("{} {} {} {} {} {:x}", at.bus, at.device, at.function, at.page, at.index, address);
        }
    }
    println!("{:x}", walk.hash);
}
`;
