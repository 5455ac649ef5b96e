/**
 * Calls of the mailbox as lines of text, which a program in any language reads, and what it has to answer to each: made
 * with the TypeScript client.
 */
import fc from 'fast-check';
import { type DsmValue, GuestError, openMailbox, openWindow } from '../../src/guest/index.js';
import { acpiWith, recordingMemory } from './guest-memory.js';

/** A call, and what the host leaves in the mailbox. */
export interface MailboxCase {
  readonly uuid: string;
  readonly revision: bigint;
  readonly functionIndex: bigint;
  readonly argument: DsmValue | undefined;
  /** From the mailbox's result on; the rest of it is 0. */
  readonly result: Uint8Array;
}

const BASE = 0x2_4000_0000n;
const TRAPPED = BASE;
const SHARED = BASE + 0x1000n;
const RESULT_BYTES = 2080;

/** What each fault is numbered in the drivers of other languages. */
const STATUS = { ok: 0, tooLarge: 1, tooDeep: 2, badString: 3, badUuid: 4, noResult: 6, malformed: 7 } as const;

const FAULTS: readonly [pattern: RegExp, status: number][] = [
  [/^the argument takes/, STATUS.tooLarge],
  [/^packages of the argument/, STATUS.tooDeep],
  [/^character \d+ of a string/, STATUS.badString],
  [/is not a UUID/, STATUS.badUuid],
  [/returned no result/, STATUS.noResult],
];

function statusOf(error: unknown): number {
  const { message } = error as Error;
  const known = FAULTS.find(([pattern]) => pattern.test(message));
  if (known) return known[1];
  if (error instanceof GuestError) return STATUS.malformed;
  throw error;
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** A value as a line writes it: `i1f`, `s616263`, `b00ff`, `[` its elements `]`; separated by commas. */
function words(value: DsmValue): string[] {
  if (typeof value === 'bigint') return [`i${value.toString(16)}`];
  if (typeof value === 'string') return [`s${Buffer.from(value, 'latin1').toString('hex')}`];
  if (value instanceof Uint8Array) return [`b${hexOf(value)}`];
  return ['[', ...value.flatMap(words), ']'];
}

/** `uuid revision function argument result`; an argument of `-` is left out. */
export function lineOf({ uuid, revision, functionIndex, argument, result }: MailboxCase): string {
  const spelled = argument === undefined ? '-' : words(argument).join(',');
  return [uuid, revision.toString(16), functionIndex.toString(16), spelled, hexOf(result) || '-'].join(' ');
}

const PRIME = 0x0100_0193;

/**
 * What a program answers to a line: the status, how many accesses it made, a hash of them all, and the value. An access
 * is hashed as 1 for a write, its page (0 trapped), its offset in bytes, its value.
 */
export function answerOf({ uuid, revision, functionIndex, argument, result }: MailboxCase): string {
  const memory = recordingMemory();
  memory.onWrite = (address) => {
    if (address !== TRAPPED + 4n) return;
    const bytes = new Uint8Array(RESULT_BYTES);
    bytes.set(result);
    const view = new DataView(bytes.buffer);
    for (let at = 0; at < RESULT_BYTES; at += 4) memory.dwords.set(SHARED + BigInt(32 + at), view.getUint32(at, true));
  };
  const window = openWindow({ acpi: acpiWith(BASE), memory });
  let status: number = STATUS.ok;
  let value = '-';
  try {
    const request = { uuid, revision, functionIndex, ...(argument === undefined ? {} : { argument }) };
    value = words(openMailbox(window, { bus: 0, device: 0, function: 0 }).evaluateDsm(request)).join(',');
  } catch (error) {
    status = statusOf(error);
  }
  let hash = 0;
  const mix = (part: number) => {
    hash = Math.imul(hash ^ part, PRIME) >>> 0;
  };
  for (const [kind, address, accessed] of memory.accesses) {
    const offset = Number(address - BASE);
    for (const part of [kind === 'write' ? 1 : 0, offset >>> 12, offset & 0xfff, accessed]) mix(part);
  }
  return [status, memory.accesses.length, hash.toString(16), value].join(' ');
}

const text = fc.string({ unit: fc.constantFrom('a', 'Z', '\x01', '\x7f'), maxLength: 40 });
const badText = fc.string({ unit: fc.constantFrom('a', '\x80', '\xff'), minLength: 1, maxLength: 4 });
const bytes = (most: number) => fc.uint8Array({ maxLength: most });
const large = fc.nat(2100).map((length) => new Uint8Array(length).fill(length));

/** A value that the mailbox may or may not have room for. */
const { value: anyValue } = fc.letrec<{ value: DsmValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 12, depthIdentifier: 'package', depthSize: 'xlarge' },
    { weight: 6, arbitrary: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }) },
    { weight: 6, arbitrary: text },
    { weight: 6, arbitrary: bytes(40) },
    { weight: 1, arbitrary: badText },
    { weight: 1, arbitrary: large },
    { weight: 12, arbitrary: fc.array(tie('value'), { maxLength: 6, depthIdentifier: 'package' }) },
  ),
}));

function nested(depth: number): DsmValue {
  return depth === 0 ? 5n : [nested(depth - 1)];
}

/** Values at the edges of what fits. */
const EDGES: readonly (DsmValue | undefined)[] = [
  undefined,
  [],
  '',
  new Uint8Array(),
  new Uint8Array(2040).fill(0xab),
  new Uint8Array(2041),
  'x'.repeat(2040),
  'x'.repeat(2041),
  ['x'.repeat(2025), 1n],
  [new Uint8Array(2008), 1n],
  [new Uint8Array(2017), []],
  [new Uint8Array(2016), []],
  [[new Uint8Array(3), 'ab'], [], 0n],
  Array.from({ length: 127 }, () => 1n),
  Array.from({ length: 128 }, () => 1n),
  Array.from({ length: 255 }, () => []),
  Array.from({ length: 256 }, () => []),
  nested(8),
  nested(9),
  ['ok', 'caf\u00e9'],
  2n ** 64n - 1n,
];

/** A value as a host writes it into a result: elements follow each other without padding. */
function resultBytes(value: DsmValue): Uint8Array {
  const head = (type: number, size: number) => [...new Uint8Array(Uint32Array.of(type, size).buffer)];
  if (typeof value === 'bigint')
    return Uint8Array.of(...head(1, 8), ...new Uint8Array(BigUint64Array.of(value).buffer));
  if (typeof value === 'string') return Uint8Array.of(...head(2, value.length), ...Buffer.from(value, 'latin1'));
  if (value instanceof Uint8Array) return Uint8Array.of(...head(3, value.length), ...value);
  return Uint8Array.of(...head(4, value.length), ...value.flatMap((element) => [...resultBytes(element)]));
}

const dword = fc.oneof(fc.nat(8), fc.nat(0xffff_ffff), fc.nat(2100), fc.constant(4));
const anyBytes = fc.oneof(
  fc.array(dword, { maxLength: 520 }).map((dwords) => new Uint8Array(Uint32Array.from(dwords).buffer)),
  bytes(RESULT_BYTES),
);

/** A result with one byte changed, most often one of a head. */
const spoilt = fc.tuple(anyValue, fc.nat(60), fc.nat(255)).map(([value, at, byte]) => {
  const result = resultBytes(value);
  result[at % result.length] = byte;
  return result;
});

const anyResult = fc.oneof(anyValue.map(resultBytes), spoilt, anyBytes).map((result) => result.slice(0, RESULT_BYTES));

const UUID = 'e5c937d0-3553-4d7a-9117-ea4d19c3434d';
/** Every digit in both cases, and texts that are no UUID. */
const UUIDS = [
  '01234567-89ab-cdef-0123-456789abcdef',
  'FEDCBA98-7654-3210-FEDC-BA9876543210',
  '',
  'e5c937d0',
  'e5c937d035534d7a9117ea4d19c3434d',
  `${UUID}0`,
  UUID.replace('e', 'g'),
  ...[8, 13, 18, 23].map((dash) => `${UUID.slice(0, dash)}_${UUID.slice(dash + 1)}`),
];

/** Results that a careless reader would follow out of the page. */
const HOSTILE: readonly (readonly number[])[] = [
  [0],
  [5, 0],
  [1, 0],
  [1, 9, 0],
  [2, 0xffff_ffff],
  [3, 2073],
  [3, 2072],
  [4, 0xffff_ffff],
  [4, 260],
  [4, 259, ...Array.from({ length: 518 }, (_, index) => (index % 2 === 0 ? 3 : 0))],
  [4, 2, 3, 2056],
  [4, 2, 3, 2060],
  // The last four bytes begin a buffer whose size would lie past the result.
  [4, 2, 3, 2060, ...Array.from({ length: 515 }, () => 0), 3],
  [4, 1, 0, 0],
  Array.from({ length: 520 }, (_, index) => (index % 2 === 0 ? 4 : 1)),
  [4, 1, 4, 1, 4, 1, 4, 1, 4, 1, 4, 1, 4, 1, 4, 1, 1, 1, 7],
  [4, 1, 4, 1, 4, 1, 4, 1, 4, 1, 4, 1, 4, 1, 4, 1, 4, 0],
];

/** The edges, and `count` calls more, the same ones every time. */
export function mailboxCases(count: number): MailboxCase[] {
  const call = { uuid: UUID, revision: 1n, functionIndex: 2n, argument: undefined, result: Uint8Array.of(3) };
  const wide = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
  const any = fc.record<MailboxCase>({
    uuid: fc.oneof(fc.uuid(), fc.constant(UUID.toUpperCase())),
    revision: wide,
    functionIndex: wide,
    argument: fc.option(anyValue, { nil: undefined }),
    result: anyResult,
  });
  return [
    ...EDGES.map((argument) => ({ ...call, argument })),
    ...UUIDS.map((uuid) => ({ ...call, uuid })),
    ...HOSTILE.map((dwords) => ({ ...call, result: new Uint8Array(Uint32Array.from(dwords).buffer) })),
    ...fc.sample(any, { numRuns: count, seed: 12 }),
  ];
}
