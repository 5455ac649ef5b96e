import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDiagnostic } from '../../../src/base/index.js';
import { readMemoryMap } from '../../../src/check/subject/memory-map.js';

const hex = (value: bigint) => `0x${value.toString(16).padStart(16, '0')}`;

/** Linux's words for each kind: in dmesg, then in /proc/iomem. */
const WORDS = [
  ['usable', 'System RAM', 'ram'],
  ['reserved', 'Reserved', 'reserved'],
  ['soft reserved', 'Soft Reserved', 'reserved'],
  ['ACPI data', 'ACPI Tables', 'acpi'],
  ['ACPI NVS', 'ACPI Non-volatile Storage', 'acpi'],
  ['unusable', 'Unusable memory', 'unusable'],
  ['persistent (type 7)', 'Persistent Memory', 'persistent'],
  ['type 20', 'Unknown E820 type', 'reserved'],
] as const;

const MAP = fc.array(
  fc.record({
    base: fc.bigInt({ min: 0n, max: (1n << 62n) - 1n }),
    lengthBytes: fc.bigInt({ min: 2n, max: 1n << 62n }),
    words: fc.constantFrom(...WORDS),
  }),
  { minLength: 1, maxLength: 8 },
);

describe('a memory map', () => {
  it('is the same from dmesg, from /proc/iomem, and from a list', () => {
    fc.assert(
      fc.property(MAP, (map) => {
        const wanted = map.map(({ base, lengthBytes, words }) => ({ base, lengthBytes, kind: words[2] }));
        const last = ({ base, lengthBytes }: { base: bigint; lengthBytes: bigint }) => base + lengthBytes - 1n;
        const dmesg = map.map(
          (row) => `[    0.000000] BIOS-e820: [mem ${hex(row.base)}-${hex(last(row))}] ${row.words[0]}`,
        );
        const iomem = map.map(
          (row) =>
            `${row.base.toString(16).padStart(8, '0')}-${last(row).toString(16)} : ${row.words[1]}\n  00000000-00000000 : Kernel code`,
        );
        const list = map.map(
          (row) => `- { base: ${hex(row.base)}, size: "${row.lengthBytes}", kind: ${row.words[2]} }`,
        );
        for (const lines of [dmesg, iomem, list]) {
          const { ranges, diagnostics } = readMemoryMap(`${lines.join('\n')}\n`);
          expect(diagnostics).toEqual([]);
          expect(ranges.map(({ base, lengthBytes, kind }) => ({ base, lengthBytes, kind }))).toEqual(wanted);
        }
        const json = JSON.stringify(
          map.map((row) => ({ base: hex(row.base), size: hex(row.lengthBytes), kind: row.words[2] })),
        );
        expect(readMemoryMap(json).ranges).toHaveLength(map.length);
      }),
    );
  });

  it('is found in the whole of dmesg, by the names of any kernel', () => {
    const { ranges, diagnostics } = readMemoryMap(
      [
        '[    0.000000] Linux version 6.1.0',
        '[    0.000000] BIOS-provided physical RAM map:',
        '[    0.000000] BIOS-e820: [mem 0x0000000000000000-0x000000000009fbff] usable',
        '[    0.000000] BIOS-e820: [gap 0x000000000009fc00-0x00000000000fffff]  [ 385 KB]',
        '[    0.000000] BIOS-e820: [mem 0x0000000000100000-0x00000000bfffffff]  [ 3.0 GB] System RAM\r',
        '[    0.000000] e820: update [mem 0x00000000-0x00000fff] usable ==> reserved',
      ].join('\n'),
      { file: 'dmesg.txt' },
    );
    expect(diagnostics).toEqual([]);
    expect(ranges.map(({ lengthBytes, kind, label, place }) => [lengthBytes, kind, label, place.line])).toEqual([
      [0x9fc00n, 'ram', 'usable', 3],
      [0xbff0_0000n, 'ram', 'System RAM', 5],
    ]);
  });

  it('takes what a driver or a bus has named in /proc/iomem for a device', () => {
    const text =
      '00001000-0009fbff : System RAM\nc0000000-febfffff : PCI Bus 0000:00\n  c0000000-c0ffffff : 0000:00:02.0\n';
    expect(readMemoryMap(text).ranges.map(({ kind, label }) => [kind, label])).toEqual([
      ['ram', 'System RAM'],
      ['device', 'PCI Bus 0000:00'],
    ]);
  });

  it('may be any text without a fault, and says something where it gives nothing', () => {
    const line = fc.oneof(
      fc.string(),
      fc.constantFrom('0-fff : System RAM', 'BIOS-e820: [mem 0x0-0x1] usable', '- 1', '{', '- {'),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), (lines) => {
        const { ranges, diagnostics } = readMemoryMap(lines.join('\n'));
        expect(ranges.length + diagnostics.length).toBeGreaterThan(0);
      }),
    );
  });

  const LINE = '[    0.000000] BIOS-e820: [mem 0x0-0xfff] usable\n';
  const rows: [what: string, text: string, code: string, line: number, column: number, ranges: number][] = [
    ['a cut line of dmesg', `${LINE}  BIOS-e820: [mem 0x0-`, 'MEMORY_MAP_LINE', 2, 3, 1],
    ['a range that ends early', `${LINE}BIOS-e820: [mem 0x2-0x1] usable`, 'MEMORY_MAP_LINE', 2, 1, 1],
    ['a line of iomem without a name', '0-fff : System RAM\n1000-1fff\n', 'MEMORY_MAP_LINE', 2, 1, 1],
    ['iomem as a user sees it', '0-0 : System RAM\n0-0 : Reserved\n', 'MEMORY_MAP_HIDDEN', 1, 1, 0],
    ['one line of that', '00000000-00000000 : System RAM\n', 'MEMORY_MAP_HIDDEN', 1, 1, 0],
    ['nothing', '', 'MEMORY_MAP_LIST', 1, 1, 0],
    ['an empty list', '[]', 'MEMORY_MAP_EMPTY', 1, 1, 0],
    ['a mapping', 'base: 0\n', 'MEMORY_MAP_LIST', 1, 1, 0],
    ['broken YAML', '- { base: 0\n', 'MEMORY_MAP_LIST', 2, 1, 0],
    ['a word for an entry', '- ram\n', 'MEMORY_MAP_LIST', 1, 3, 0],
    ['a number that is none', '- { base: x, size: 1, kind: ram }', 'MEMORY_MAP_LIST', 1, 11, 0],
    ['a size left out', '- { base: 0, kind: ram }', 'MEMORY_MAP_LIST', 1, 3, 0],
    ['no bytes', '- { base: 0, size: 0, kind: ram }', 'MEMORY_MAP_LIST', 1, 20, 0],
    [
      'too many bytes',
      '- { base: 2, size: 0xffffffffffffffff, kind: ram }\n- { base: 0, size: 1, kind: ram }',
      'MEMORY_MAP_LIST',
      1,
      20,
      1,
    ],
    ['an unknown kind', '- { base: 0, size: 1, kind: rom }', 'MEMORY_MAP_LIST', 1, 29, 0],
    ['an unknown key', '- { base: 0, size: 1, kind: ram, name: x }', 'MEMORY_MAP_LIST', 1, 34, 1],
  ];
  it.each(rows)('with %s says where', (_what, text, code, line, column, count) => {
    const { ranges, diagnostics } = readMemoryMap(text, { file: 'map' });
    expect(diagnostics.map((found) => [found.code, found.place.file, found.place.line, found.place.column])).toEqual([
      [code, 'map', line, column],
    ]);
    expect(ranges).toHaveLength(count);
  });

  it('says it in words', () => {
    const [found] = readMemoryMap('- { base: 0, size: 1, kind: rom }', { file: 'map.yaml' }).diagnostics;
    expect(found && formatDiagnostic(found)).toBe(
      'map.yaml:1:29 ([0].kind): kind is none of ram, acpi, persistent, unusable, reserved, device. Did you mean ram? ' +
        'Write a list of { base: 0x1_0000_0000, size: 4 GiB, kind: ram }. [MEMORY_MAP_LIST]',
    );
  });
});
