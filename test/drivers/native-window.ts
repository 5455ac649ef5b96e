/**
 * Programs that walk every register of a window of 256 buses, build its address, and print a hash of both for each bus;
 * and what they have to print, made the other way round: each address is split as the host does it, which shares
 * nothing with the guest and its drivers.
 */
import { packedBdf, registerIndex, VCFG_REGISTER_BITS } from '../../src/platform/config-address.js';

const BUSES = 256;
/** 32 devices of 8 functions of 2048 registers. */
const REGISTERS_PER_BUS = 32 * 8 * 2048;
/** A base with which the addresses cross a multiple of 4 GiB on the way. */
const BASE = 0x1_f020_0000;
const [BASE_LOW, BASE_HIGH, CARRY_OFFSET] = [0xf020_0000, 1, 0x0fe0_0000];

/** Multiplying by an odd number loses nothing: whatever differs in one address differs in the hash. */
const PRIME = 0x0100_0193;

let walked: string | undefined;

/** What a program prints for all buses: a line a bus. Half a second of work, done once. */
export function hashesOfWindow(): string {
  walked ??= Array.from({ length: BUSES }, (_, bus) => hashOfBus(bus)).join('');
  return walked;
}

/** What a program prints for one bus. */
export function hashOfBus(bus: number): string {
  // Imported names are looked up at each use when tests run; these are not.
  const [bdfOf, registerOf, bits] = [packedBdf, registerIndex, VCFG_REGISTER_BITS];
  let hash = 0;
  const first = bus * REGISTERS_PER_BUS * 4;
  for (let offset = first; offset < first + REGISTERS_PER_BUS * 4; offset += 4) {
    const low = (BASE_LOW + offset) | 0;
    const high = BASE_HIGH + (offset >= CARRY_OFFSET ? 1 : 0);
    hash = Math.imul(hash ^ low, PRIME);
    hash = Math.imul(hash ^ high, PRIME);
    hash = Math.imul(hash ^ bdfOf(offset, bits), PRIME);
    hash = Math.imul(hash ^ registerOf(offset, bits), PRIME);
  }
  return `${bus} ${REGISTERS_PER_BUS} ${(hash >>> 0).toString(16)}\n`;
}

/**
 * Walks the buses from its first argument to before its second. Ends with 1 at the first address that is not found
 * again, whatever the byte of the register.
 */
export const C_WINDOW = `
#include "vcfg.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
  const uint64_t base = ${BASE}u;
  unsigned bus = argc > 2 ? (unsigned)atoi(argv[1]) : 0;
  const unsigned end = argc > 2 ? (unsigned)atoi(argv[2]) : ${BUSES};
  for (; bus < end; bus++) {
    uint32_t hash = 0, count = 0;
    unsigned device, function, page, index;
    for (device = 0; device < 32; device++) {
      for (function = 0; function < 8; function++) {
        for (page = 0; page < 2; page++) {
          for (index = 0; index < 1024; index++) {
            const uint64_t address = vcfg_address(base, bus, device, function, page, index);
            struct vcfg_location at;
            hash = (hash ^ (uint32_t)address) * ${PRIME}u;
            hash = (hash ^ (uint32_t)(address >> 32)) * ${PRIME}u;
            hash = (hash ^ (bus * 256 + device * 8 + function)) * ${PRIME}u;
            hash = (hash ^ (page * 1024 + index)) * ${PRIME}u;
            if (!vcfg_locate(base, address + count % 4, &at))
              return 1;
            if (at.bus != bus || at.device != device || at.function != function || at.page != page ||
                at.index != index || at.byte != count % 4)
              return 1;
            count++;
          }
        }
      }
    }
    printf("%u %" PRIu32 " %" PRIx32 "\\n", bus, count, hash);
  }
  return 0;
}
`;

/** The addresses of tuples on standard input, and what is found there. */
export const C_TUPLES = `
#include "vcfg.h"
#include <inttypes.h>
#include <stdio.h>

int main(void)
{
  unsigned parts[5];
  while (scanf("%u %u %u %u %u", &parts[0], &parts[1], &parts[2], &parts[3], &parts[4]) == 5) {
    const uint64_t address = vcfg_address(VCFG_BASE_EXPECTED, parts[0], parts[1], parts[2], parts[3], parts[4]);
    struct vcfg_location at;
    if (!vcfg_locate(VCFG_BASE_EXPECTED, address, &at))
      at.bus = at.device = at.function = at.page = at.index = at.byte = 9999;
    printf("%" PRIx64 " %u %u %u %u %u %u\\n", address, at.bus, at.device, at.function, at.page, at.index, at.byte);
  }
  return 0;
}
`;

/** As {@link C_WINDOW}, all buses. */
export const RUST_WINDOW = `
mod vcfg;

fn main() {
    let base: u64 = ${BASE};
    for bus in 0..${BUSES} {
        let (mut hash, mut count) = (0u32, 0u32);
        for device in 0..32 {
            for function in 0..8 {
                for page in 0..2 {
                    for index in 0..1024 {
                        let at = vcfg::Location { bus, device, function, page, index };
                        let address = vcfg::address(base, at).unwrap();
                        hash = (hash ^ address as u32).wrapping_mul(${PRIME});
                        hash = (hash ^ (address >> 32) as u32).wrapping_mul(${PRIME});
                        hash = (hash ^ (bus * 256 + device * 8 + function)).wrapping_mul(${PRIME});
                        hash = (hash ^ (page * 1024 + index)).wrapping_mul(${PRIME});
                        let byte = count % 4;
                        assert_eq!(vcfg::locate(base, address + u64::from(byte)), Some((at, byte)));
                        count += 1;
                    }
                }
            }
        }
        println!("{} {} {:x}", bus, count, hash);
    }
}
`;
