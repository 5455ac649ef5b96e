import { describe, expect, it } from 'vitest';
import { asl, eisaId, resource, resourceTemplate } from '../../src/aml/index.js';
import { formatDiagnostic } from '../../src/base/index.js';
import { handing, LOW, memory, PREFETCHABLE, ports, withBars } from './bar-faults.js';
import type { FaultyMachine } from './faulty-machine.js';

const MIB = 1n << 20n;
const HIGH = 1n << 40n;
const found = (machine: FaultyMachine) =>
  machine
    .check()
    .map(formatDiagnostic)
    .filter((text) => text.includes('[VCFG_BAR'));

describe('BARs that fit the host bridge of the tables', () => {
  const rows: readonly (readonly [string, () => FaultyMachine])[] = [
    [
      "in the platform's own tables, of every kind",
      () =>
        withBars(
          [
            { index: 0, size: '1 GiB', kind: 'mem64', prefetchable: true },
            { index: 2, size: '64 KiB', base: Number(LOW) },
            { index: 3, size: 32, kind: 'io', base: 0x1000 },
          ],
          [{ index: 0, size: '16 MiB' }],
        ),
    ],
    [
      'exactly, with a smaller one in the gap before the larger one',
      () =>
        handing(
          [memory(LOW + 0x8_0000n, MIB + 0x8_0000n)],
          [
            { index: 0, size: '512 KiB' },
            { index: 1, size: '1 MiB' },
          ],
        ),
    ],
    [
      'across two ranges that touch',
      () => handing([memory(LOW, MIB), memory(LOW + MIB, MIB)], [{ index: 0, size: '2 MiB' }]),
    ],
    [
      'with one of 64 bits below 4 GiB, as there is nothing above',
      () => handing([memory(LOW, MIB)], [{ index: 0, size: '1 MiB', kind: 'mem64' }]),
    ],
    [
      'with the 64-bit one above 4 GiB, which leaves the room below to the other',
      () =>
        handing(
          [memory(LOW, MIB), memory(HIGH, MIB)],
          [
            { index: 0, size: '1 MiB', kind: 'mem64' },
            { index: 2, size: '1 MiB' },
          ],
        ),
    ],
    [
      'in a range across 4 GiB, in its lower part',
      () => handing([memory((1n << 32n) - MIB, 2n * MIB)], [{ index: 0, size: '1 MiB' }]),
    ],
    [
      'in a range across 4 GiB, with the 64-bit one in its upper part',
      () =>
        handing(
          [memory((1n << 32n) - MIB, 2n * MIB)],
          [
            { index: 0, size: '1 MiB', kind: 'mem64' },
            { index: 2, size: '1 MiB' },
          ],
        ),
    ],
    [
      'prefetchable in a range for those',
      () =>
        handing([memory(LOW, MIB, PREFETCHABLE)], [{ index: 0, size: '1 MiB', base: Number(LOW), prefetchable: true }]),
    ],
    [
      'below a bridge, prefetchable and of 64 bits above 4 GiB',
      () => handing([memory(HIGH, MIB)], [], [{ index: 0, size: 4096, kind: 'mem64', prefetchable: true }]),
    ],
    [
      'below a bridge, one window for all of them',
      () =>
        handing(
          [memory(LOW, MIB), ports(0x1000, 0x1000)],
          [],
          [
            { index: 0, size: 4096 },
            { index: 1, size: '64 KiB' },
            { index: 2, size: 32, kind: 'io' },
          ],
        ),
    ],
  ];
  it.each(rows)('have no finding: %s', (_, make) => expect(found(make())).toEqual([]));

  it('are not compared with a _CRS that is known only when it runs', () => {
    const machine = withBars([{ index: 0, size: '1 GiB', kind: 'mem64' }]).replace('\\_SB.PC00._CRS', () => [
      asl.Method('_CRS', { args: 0 }, [asl.Return(asl.path('\\UNKN'))]),
    ]);
    expect(found(machine)).toEqual([]);
  });

  it('are compared with the bridge whose bus they are on', () => {
    const machine = handing([memory(LOW, MIB)], [{ index: 0, size: '1 MiB' }]).append('dsdt.aml', [
      asl.Device('\\_SB.PC80', [
        asl.Name('_HID', eisaId('PNP0A08')),
        asl.Name('_BBN', 128),
        asl.Name('_CRS', resourceTemplate([resource.wordBusNumber({ usage: 'ResourceProducer', min: 128, max: 255 })])),
      ]),
    ]);
    expect(found(machine)).toEqual([]);
  });

  it('have a place each among 500 ranges', () => {
    const ranges = Array.from({ length: 500 }, (_, index) => memory(LOW + BigInt(index) * 0x2000n, 0x1000n));
    const bars = Array.from({ length: 6 }, (_, index) => ({ index, size: 4096 }));
    expect(found(handing(ranges, bars))).toEqual([]);
  });
});

describe('BARs that do not fit', () => {
  it('are grouped with their function', () => {
    const [finding] = handing([], [{ index: 0, size: 4096 }]).check();
    expect(finding).toMatchObject({ code: 'VCFG_BAR_NO_ROOM', function: { bus: 0, device: 4, function: 2 } });
  });
});
