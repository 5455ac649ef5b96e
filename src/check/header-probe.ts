import { errorAt, formatHex } from '../base/index.js';
import { registerAddress } from '../guest/index.js';
import type { Diagnostic, PciAddress, Platform } from '../vocab/index.js';
import { countFindings } from './count-findings.js';
import { type HeaderConstant, headerConstants } from './header-constants.js';

/** Addresses that the probe computes from random tuples. */
const RANDOM_TUPLES = 1_000_000;
const MOST_FINDINGS = 8;

/** First state of the generator that both sides run; any number but 0. */
const SEED = 0x2545_f491;

/** One step of xorshift32; the C program has the same. */
function nextRandom(state: number): number {
  let next = state;
  next ^= next << 13;
  next ^= next >>> 17;
  next ^= next << 5;
  return next >>> 0;
}

interface Tuple {
  readonly address: PciAddress;
  readonly page: 0 | 1;
  readonly register: number;
}

/** The first and last of everything in the window. */
function corners(buses: number): Tuple[] {
  const ends = (last: number) => [...new Set([0, 1, last - 1, last])].filter((value) => value >= 0 && value <= last);
  return ends(buses - 1).flatMap((bus) =>
    ends(31).flatMap((device) =>
      ends(7).flatMap((fn) =>
        ([0, 1] as const).flatMap((page) =>
          ends(1023).map((register) => ({ address: { bus, device, function: fn }, page, register })),
        ),
      ),
    ),
  );
}

/** A random tuple of the window, and the generator's state after it. */
function randomTuple(state: number, buses: number): { tuple: Tuple; state: number } {
  const first = nextRandom(state);
  const second = nextRandom(first);
  const address = { bus: first % buses, device: (first >>> 8) % 32, function: (first >>> 16) % 8 };
  return { tuple: { address, page: ((second >>> 16) & 1) as 0 | 1, register: second % 1024 }, state: second };
}

function* tuples(buses: number): Generator<Tuple> {
  yield* corners(buses);
  let state = SEED;
  for (let count = 0; count < RANDOM_TUPLES; count++) {
    const next = randomTuple(state, buses);
    state = next.state;
    yield next.tuple;
  }
}

const describe = ({ address, page, register }: Tuple) =>
  `vcfg_address(base, ${address.bus}, ${address.device}, ${address.function}, ${page}, ${register})`;

/** A constant as an expression, and its value: 1 for one that only has to be equal to another. */
function expressionOf({ name, what, value }: HeaderConstant): { text: string; what: string; value: bigint } {
  return typeof value === 'bigint' ? { text: name, what, value } : { text: `(${name} == ${value})`, what, value: 1n };
}

/**
 * A C99 program that includes `vcfg.h` and writes, as 8-byte little-endian numbers on standard output, first the value
 * of every constant of the header, then what `vcfg_address` gives for the window's corners and for a million random tuples.
 */
export function headerProbeProgram(platform: Platform): string {
  const { base, buses } = platform.vcfg;
  const cornerRows = corners(buses).map(
    ({ address, page, register }) =>
      `  {${address.bus}, ${address.device}, ${address.function}, ${page}, ${register}},`,
  );
  return [
    '#include <stdint.h>',
    '#include <stdio.h>',
    '#include "vcfg.h"',
    '',
    `static const uint64_t base = ${formatHex(base)}u;`,
    'static const unsigned corners[][5] = {',
    ...cornerRows,
    '};',
    '',
    'static void put(uint64_t value)',
    '{',
    '  int byte;',
    '  for (byte = 0; byte < 8; byte++) putchar((int)(value >> (8 * byte)) & 0xff);',
    '}',
    '',
    'static uint32_t next(uint32_t state)',
    '{',
    '  state ^= state << 13;',
    '  state ^= state >> 17;',
    '  state ^= state << 5;',
    '  return state;',
    '}',
    '',
    'int main(void)',
    '{',
    '  size_t at;',
    `  uint32_t state = ${formatHex(SEED)}u, count;`,
    ...headerConstants(platform).map((each) => `  put((uint64_t)${expressionOf(each).text});`),
    '  for (at = 0; at < sizeof corners / sizeof corners[0]; at++)',
    '    put(vcfg_address(base, corners[at][0], corners[at][1], corners[at][2], corners[at][3], corners[at][4]));',
    `  for (count = 0; count < ${RANDOM_TUPLES}u; count++) {`,
    '    uint32_t first = next(state), second = next(first);',
    '    state = second;',
    `    put(vcfg_address(base, first % ${buses}u, (first >> 8) % 32u, (first >> 16) % 8u, (second >> 16) & 1u, second % 1024u));`,
    '  }',
    '  return 0;',
    '}',
    '',
  ].join('\n');
}

export interface HeaderProbeCheck {
  /** Values compared. */
  readonly checked: number;
  /** The first few values on which the header and the guest library differ. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Compares what the program of {@link headerProbeProgram} wrote with the guest library's addresses. */
export function checkHeaderProbe(output: Uint8Array, platform: Platform, file = 'vcfg.h'): HeaderProbeCheck {
  const { base, buses } = platform.vcfg;
  const view = new DataView(output.buffer, output.byteOffset, output.byteLength);
  const diagnostics: Diagnostic[] = [];
  let at = 0;
  let differing = 0;
  const compare = (what: string, wanted: bigint): void => {
    const given = at + 8 <= output.length ? view.getBigUint64(at, true) : undefined;
    at += 8;
    if (given === wanted) return;
    differing++;
    if (diagnostics.length >= MOST_FINDINGS) return;
    const says = given === undefined ? 'nothing' : formatHex(given);
    diagnostics.push(
      errorAt(
        'VCFG_HEADER_ADDRESS',
        { file, path: what },
        `The header says ${says}, the guest library ${formatHex(wanted)}.`,
        'Generate the header again, from the platform file that the table is made from.',
      ),
    );
  };
  for (const { text, what, value } of headerConstants(platform).map(expressionOf)) compare(`${text}, ${what}`, value);
  for (const tuple of tuples(buses)) {
    const { address, page, register } = tuple;
    const location = { address, page: page === 0 ? 'trapped' : 'shared', register } as const;
    compare(describe(tuple), registerAddress(base, location));
  }
  return { checked: at / 8, diagnostics: countFindings(diagnostics, differing, at / 8) };
}
