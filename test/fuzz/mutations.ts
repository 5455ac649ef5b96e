import { OPCODES, type OpcodeRow, PREFIX } from '../../src/aml/grammar/opcodes.js';
import type { Random } from './random.js';

/** Makes one change somewhere. `other` is a second input to take bytes from. Gives new bytes, never the same array. */
type Mutation = (bytes: Uint8Array, random: Random, other: Uint8Array) => Uint8Array;

/** Bytes that mean something to a decoder. */
const MEANINGFUL = [
  ...(OPCODES as readonly OpcodeRow[]).map((row) => row.code & 0xff),
  ...Object.values(PREFIX),
  0x3f,
  0x40,
  0x7f,
  0x80,
  0xc0,
];

function splice(bytes: Uint8Array, at: number, removed: number, added: Uint8Array): Uint8Array {
  const result = new Uint8Array(bytes.length - removed + added.length);
  result.set(bytes.subarray(0, at));
  result.set(added, at);
  result.set(bytes.subarray(at + removed), at + added.length);
  return result;
}

/** A place and a length within bytes. */
function run(bytes: Uint8Array, random: Random, most: number): [at: number, length: number] {
  const at = random.below(bytes.length + 1);
  return [at, random.below(Math.min(most, bytes.length - at) + 1)];
}

function replaceByte(bytes: Uint8Array, random: Random, value: (old: number) => number): Uint8Array {
  const result = bytes.slice();
  const at = random.below(bytes.length);
  if (bytes.length > 0) result[at] = value(result[at] as number);
  return result;
}

/** Offsets of opcodes that a PkgLength follows, as far as single bytes tell. */
const PACKAGES = new Set((OPCODES as readonly OpcodeRow[]).filter((row) => row.package).map((row) => row.code & 0xff));

const MUTATIONS: readonly Mutation[] = [
  // A bit flips.
  (bytes, random) => replaceByte(bytes, random, (old) => old ^ (1 << random.below(8))),
  // A byte becomes another that means something, or any other.
  (bytes, random) => replaceByte(bytes, random, () => MEANINGFUL[random.below(MEANINGFUL.length)] as number),
  (bytes, random) => replaceByte(bytes, random, () => random.below(256)),
  // The end is cut off.
  (bytes, random) => bytes.slice(0, random.below(bytes.length + 1)),
  // A run is lost.
  (bytes, random) => {
    const [at, length] = run(bytes, random, 64);
    return splice(bytes, at, length, new Uint8Array(0));
  },
  // A run stands twice.
  (bytes, random) => {
    const [at, length] = run(bytes, random, 256);
    return splice(bytes, at, 0, bytes.subarray(at, at + length));
  },
  // A run of another input comes in, over what was there or between.
  (bytes, random, other) => {
    const [from, length] = run(other, random, 512);
    const [at, removed] = run(bytes, random, 512);
    return splice(bytes, at, random.below(2) === 0 ? 0 : removed, other.subarray(from, from + length));
  },
  // One byte, or two, stand many times: nesting and long lists.
  (bytes, random) => {
    const [at] = run(bytes, random, 0);
    const first = MEANINGFUL[random.below(MEANINGFUL.length)] as number;
    const second = random.below(2) === 0 ? first : (MEANINGFUL[random.below(MEANINGFUL.length)] as number);
    const added = new Uint8Array(random.below(4096)).map((_, index) => (index % 2 === 0 ? first : second));
    return splice(bytes, at, 0, added);
  },
  // A length is edited.
  (bytes, random) => {
    const result = bytes.slice();
    const start = random.below(bytes.length);
    for (let at = start; at + 1 < bytes.length; at++) {
      if (!PACKAGES.has(bytes[at] as number)) continue;
      result[at + 1] = random.below(2) === 0 ? random.below(256) : (result[at + 1] as number) + random.below(5) - 2;
      break;
    }
    return result;
  },
];

/** An input changed in one to eight places. */
export function mutate(bytes: Uint8Array, random: Random, other: Uint8Array): Uint8Array {
  let result = bytes;
  for (let count = 1 + random.below(8) * random.below(2); count > 0; count--)
    result = (MUTATIONS[random.below(MUTATIONS.length)] as Mutation)(result, random, other);
  return result;
}
