import { errorAt, formatHex } from '../../base/index.js';
import { withPrefix } from '../../drivers/driver-names.js';
import { registerAddress, registerOffset } from '../../guest/index.js';
import type { Diagnostic, Place, Platform, RegisterLocation } from '../../vocab/index.js';
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

/** Bus, device, function, page and register. */
export type Tuple = readonly [bus: number, device: number, fn: number, page: 0 | 1, register: number];

/** The first and last of everything in the window. */
export function corners(buses: number): Tuple[] {
  const ends = (last: number) => [...new Set([0, 1, last - 1, last])].filter((value) => value >= 0 && value <= last);
  return ends(buses - 1).flatMap((bus) =>
    ends(31).flatMap((device) =>
      ends(7).flatMap((fn) =>
        ([0, 1] as const).flatMap((page) => ends(1023).map((register): Tuple => [bus, device, fn, page, register])),
      ),
    ),
  );
}

const locationOf = ([bus, device, fn, page, register]: Tuple): RegisterLocation => ({
  address: { bus, device, function: fn },
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
  const cornerRows = corners(buses).map((tuple) => `  {${tuple.join(', ')}},`);
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
  numbers: ProbeNumbers,
  { base, buses }: Pick<HeaderProbe, 'base' | 'buses'>,
  place: Place,
): { readonly checked: number; readonly diagnostics: readonly Diagnostic[] } {
  const rows = corners(buses);
  let checked = 0;
  let differing = 0;
  let first: Diagnostic | undefined;
  const note = (tuple: Tuple) => {
    const given = numbers.next();
    if (given !== undefined) checked++;
    differing++;
    if (first !== undefined) return;
    const location = locationOf(tuple);
    const wanted = registerAddress(base, location);
    const why =
      given === undefined
        ? ''
        : `: ${describeDifference(given, wanted, 'the driver', addressMistakes(given, location, base))}`;
    const message = `For vcfg_address(base, ${tuple.join(', ')}), base ${formatHex(base)}, the header gives ${says(given)}, the guest library ${formatHex(wanted)}${why}.`;
    first = errorAt('VCFG_HEADER_ADDRESS', place, message, GENERATE_AGAIN);
  };
  const isNext = numbers.comparedWith(base);
  for (const tuple of rows) {
    if (isNext(registerOffset(...tuple))) checked++;
    else note(tuple);
  }
  let state = SEED;
  for (let count = 0; count < RANDOM_TUPLES; count++) {
    const place = nextRandom(state);
    state = nextRandom(place);
    const [bus, device, fn] = [place % buses, (place >>> 8) % 32, (place >>> 16) % 8];
    const [page, register] = [((state >>> 16) & 1) as 0 | 1, state % 1024];
    if (isNext(registerOffset(bus, device, fn, page, register))) checked++;
    else note([bus, device, fn, page, register]);
  }
  const compared = rows.length + RANDOM_TUPLES;
  return { checked, diagnostics: countFindings(first === undefined ? [] : [first], differing, compared) };
}

const says = (given: bigint | undefined) => (given === undefined ? 'nothing' : formatHex(given));

/** The 8-byte little-endian numbers that a program wrote, one after the other. */
export class ProbeNumbers {
  readonly #view: DataView;
  #at = 0;
  /** Where they end for now: in bytes. */
  #end: number;

  constructor(output: Uint8Array) {
    this.#view = new DataView(output.buffer, output.byteOffset, output.byteLength);
    this.#end = output.byteLength;
  }

  /** Undefined after the last whole one. */
  next(): bigint | undefined {
    const at = this.#at;
    if (at + 8 > this.#end) return undefined;
    this.#at = at + 8;
    return this.#view.getBigUint64(at, true);
  }

  /** Works on the next numbers alone, at most this many. */
  within<Result>(count: number, work: () => Result): Result {
    const end = this.#end;
    this.#end = Math.min(end, this.#at + count * 8);
    try {
      return work();
    } finally {
      this.#end = end;
    }
  }

  /**
   * A function that takes the next number only if it is the given number of bytes after `base`. It makes no bigint:
   * a million addresses take 0.1 s instead of 0.5.
   */
  comparedWith(base: bigint): (offset: number) => boolean {
    const low = Number(base & 0xffff_ffffn);
    const high = Number(base >> 32n);
    return (offset) => {
      const at = this.#at;
      if (at + 8 > this.#end) return false;
      const sum = low + offset;
      const isSame =
        this.#view.getUint32(at, true) === sum >>> 0 &&
        this.#view.getUint32(at + 4, true) === (sum > 0xffff_ffff ? high + 1 : high);
      if (isSame) this.#at = at + 8;
      return isSame;
    };
  }
}

/** Compares what the program of {@link headerProbeProgram} wrote with the guest library's addresses. */
export function checkHeaderProbe(output: Uint8Array, probe: HeaderProbe, file = 'vcfg.h'): HeaderProbeCheck {
  const { constants } = probe;
  const numbers = new ProbeNumbers(output);
  const ofConstants: Diagnostic[] = [];
  let read = 0;
  for (const constant of constants) {
    const { value } = expressionOf(constant);
    const given = numbers.next();
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
  const addresses = checkAddresses(numbers, probe, {
    file,
    path: withPrefix(ADDRESS_FUNCTION, probe.prefix ?? 'VCFG'),
  });
  const diagnostics = [
    ...countFindings(ofConstants.slice(0, MOST_FINDINGS), ofConstants.length, constants.length),
    ...addresses.diagnostics,
  ];
  return { checked: read + addresses.checked, diagnostics };
}
