import { errorAt, formatHex } from '../../base/index.js';
import { withPrefix } from '../../drivers/driver-names.js';
import { registerAddress } from '../../guest/index.js';
import type { Diagnostic, PciAddress, Place, Platform, RegisterLocation } from '../../vocab/index.js';
import { countFindings } from '../rules/rule.js';
import { addressMistakes, describeDifference } from '../vcfg-rules/explain-difference.js';
import { GENERATE_AGAIN, type HeaderConstant, headerConstants } from './header-constants.js';

/** Addresses that the probe computes from random tuples. */
export const RANDOM_TUPLES = 1_000_000;
const MOST_FINDINGS = 8;

/** What a program asks a header for. */
export interface HeaderProbe {
  /** Where the window is that addresses are computed of. */
  readonly base: bigint;
  /** 1..256. */
  readonly buses: number;
  /** What each constant has to be; the header has to have them all, or the program does not compile. */
  readonly constants: readonly HeaderConstant[];
  /** What the header's names begin with; `VCFG` by default. */
  readonly prefix?: string;
}

/** Asks for all that a header made from a platform has. */
export function probeOfPlatform(platform: Platform, prefix = 'VCFG'): HeaderProbe {
  const { base, buses } = platform.vcfg;
  return { base, buses, constants: headerConstants(platform), prefix };
}

/** First state of the generator that both sides run; any number but 0. */
export const SEED = 0x2545_f491;

/** One step of xorshift32; the C program has the same. */
function nextRandom(state: number): number {
  let next = state;
  next ^= next << 13;
  next ^= next >>> 17;
  next ^= next << 5;
  return next >>> 0;
}

export interface Tuple {
  readonly address: PciAddress;
  readonly page: 0 | 1;
  readonly register: number;
}

/** The first and last of everything in the window. */
export function corners(buses: number): Tuple[] {
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

const locationOf = ({ address, page, register }: Tuple): RegisterLocation => ({
  address,
  page: page === 0 ? 'trapped' : 'shared',
  register,
});

/** A constant as an expression, and its value: 1 for one that only has to be equal to another. */
function expressionOf({ name, value }: HeaderConstant): { text: string; value: bigint } {
  return typeof value === 'bigint' ? { text: name, value } : { text: `(${name} == ${value})`, value: 1n };
}

/**
 * A C99 program that includes `vcfg.h` and writes, as 8-byte little-endian numbers on standard output, first the value
 * of every constant of the header, then what `vcfg_address` gives for the window's corners and for a million random tuples.
 */
export function headerProbeProgram({ base, buses, constants, prefix = 'VCFG' }: HeaderProbe): string {
  const cornerRows = corners(buses).map(
    ({ address, page, register }) =>
      `  {${address.bus}, ${address.device}, ${address.function}, ${page}, ${register}},`,
  );
  const program = [
    '#include <stdint.h>',
    '#include <stdio.h>',
    '#include "vcfg.h"',
    '',
    `static const uint64_t base = ${formatHex(base)}u;`,
    'static const unsigned corners[][5] = {',
    ...cornerRows,
    '};',
    '',
    // One array, since a statement for each takes a compiler many times as long.
    ...(constants.length === 0
      ? []
      : [
          'static const uint64_t constants[] = {',
          ...constants.map((each) => `  (uint64_t)${expressionOf(each).text},`),
          '};',
          '',
        ]),
    'static void put(uint64_t value)',
    '{',
    '  unsigned char bytes[8];',
    '  int byte;',
    '  for (byte = 0; byte < 8; byte++) bytes[byte] = (unsigned char)(value >> (8 * byte));',
    '  fwrite(bytes, 1, sizeof bytes, stdout);',
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
    ...(constants.length === 0
      ? []
      : ['  for (at = 0; at < sizeof constants / sizeof constants[0]; at++) put(constants[at]);']),
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
  return withPrefix(program, prefix);
}

export interface HeaderProbeCheck {
  /** Values that the program gave and that were compared. */
  readonly checked: number;
  /** The first few constants that differ, each at its name, and one finding for all addresses that do. */
  readonly diagnostics: readonly Diagnostic[];
}

/** The function of the header that computes addresses, as findings about it have it for their path. */
export const ADDRESS_FUNCTION = 'vcfg_address';

/** What a header computes for the window's corners and random tuples, beside what the guest library does. */
export function checkAddresses(
  next: () => bigint | undefined,
  { base, buses }: Pick<HeaderProbe, 'base' | 'buses'>,
  place: Place,
): { readonly checked: number; readonly diagnostics: readonly Diagnostic[] } {
  let checked = 0;
  let compared = 0;
  let differing = 0;
  let first: Diagnostic | undefined;
  for (const tuple of tuples(buses)) {
    const location = locationOf(tuple);
    const wanted = registerAddress(base, location);
    const given = next();
    compared++;
    if (given !== undefined) checked++;
    if (given === wanted) continue;
    differing++;
    if (first !== undefined) continue;
    const why =
      given === undefined
        ? ''
        : `: ${describeDifference(given, wanted, 'the driver', addressMistakes(given, location, base))}`;
    const message = `For ${describe(tuple)}, base ${formatHex(base)}, the header gives ${says(given)}, the guest library ${formatHex(wanted)}${why}.`;
    first = errorAt('VCFG_HEADER_ADDRESS', place, message, GENERATE_AGAIN);
  }
  return { checked, diagnostics: countFindings(first === undefined ? [] : [first], differing, compared) };
}

const says = (given: bigint | undefined) => (given === undefined ? 'nothing' : formatHex(given));

/** Reads 8-byte little-endian numbers one after the other; undefined after the last whole one. */
export function numbersIn(output: Uint8Array): () => bigint | undefined {
  const view = new DataView(output.buffer, output.byteOffset, output.byteLength);
  let at = 0;
  return () => {
    const given = at + 8 <= output.length ? view.getBigUint64(at, true) : undefined;
    at += 8;
    return given;
  };
}

/** Compares what the program of {@link headerProbeProgram} wrote with the guest library's addresses. */
export function checkHeaderProbe(output: Uint8Array, probe: HeaderProbe, file = 'vcfg.h'): HeaderProbeCheck {
  const { constants } = probe;
  const next = numbersIn(output);
  const ofConstants: Diagnostic[] = [];
  let read = 0;
  for (const constant of constants) {
    const { value } = expressionOf(constant);
    const given = next();
    if (given !== undefined) read++;
    if (given === value) continue;
    const message = `The header gives ${says(given)} for ${constant.what}, the guest library ${formatHex(value)}.`;
    ofConstants.push(
      errorAt(
        'VCFG_HEADER_ADDRESS',
        { file, path: withPrefix(constant.name, probe.prefix ?? 'VCFG') },
        message,
        GENERATE_AGAIN,
      ),
    );
  }
  const addresses = checkAddresses(next, probe, {
    file,
    path: withPrefix(ADDRESS_FUNCTION, probe.prefix ?? 'VCFG'),
  });
  const diagnostics = [
    ...countFindings(ofConstants.slice(0, MOST_FINDINGS), ofConstants.length, constants.length),
    ...addresses.diagnostics,
  ];
  return { checked: read + addresses.checked, diagnostics };
}
