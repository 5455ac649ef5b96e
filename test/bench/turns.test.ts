import { describe, expect, it } from 'vitest';
import { judgedTime, spreadOf } from './figure.js';
import { asProcess } from './processes.js';
import { largeTables, tablesNote } from './real-tables.js';
import { type BenchRun, compareRun } from './run.js';
import { compareTurns, inProcess, takeTurns } from './turns.js';

const OPTIONS = { seconds: 0.001, onRow: () => undefined };

describe('what the bench makes of turns', () => {
  it('takes them A B A B, after a round that warms up', async () => {
    const order: string[] = [];
    const contestant = (name: string) => ({
      name,
      turn: () => {
        order.push(name);
        return { wall: 1, cpu: 1 };
      },
    });
    await takeTurns([contestant('A'), contestant('B')], OPTIONS);
    expect(order.length).toBeGreaterThanOrEqual(12);
    expect(order.join('')).toMatch(/^(AB)+$/);
  });

  it('compares medians of processor time, not of a clock that a busy machine stretches', () => {
    const rounds = [
      [
        { wall: 10, cpu: 10 },
        { wall: 900, cpu: 20 },
      ],
      [
        { wall: 12, cpu: 11 },
        { wall: 800, cpu: 22 },
      ],
      [
        { wall: 500, cpu: 400 },
        { wall: 21, cpu: 21 },
      ],
    ];
    expect(compareTurns(rounds).map(({ ratio }) => ratio)).toEqual([1, 21 / 11]);
  });

  it('compares clocks where a contestant has no processor time', () => {
    const rounds = [[{ wall: 10, cpu: 10 }, { wall: 30 }]];
    expect(compareTurns(rounds)).toMatchObject([{ ratio: 1, cpu: 10 }, { ratio: 3 }]);
    expect(compareTurns(rounds)[1]).not.toHaveProperty('cpu');
  });

  it('measures work here and in a process by the processor', async () => {
    const spin = 'const end = performance.now() + 60; while (performance.now() < end);';
    const busy = { name: 'busy', program: process.execPath, args: ['-e', spin] };
    const idle = { name: 'idle', program: process.execPath, args: ['-e', 'setTimeout(() => {}, 60)'] };
    const [first, second] = [await asProcess(busy, '.').turn(), await asProcess(idle, '.').turn()];
    expect(first.wall).toBeGreaterThan(60e6);
    expect(second.wall).toBeGreaterThan(60e6);
    if (first.cpu !== undefined) expect(first.cpu).toBeGreaterThan(second.cpu as number);
    const { wall, cpu } = await inProcess('work', () => Math.hypot(1, 2), 10).turn();
    expect(wall).toBeGreaterThan(0);
    expect(cpu).toBeGreaterThan(0);
  });

  it('says what a program wrote that failed', () => {
    const bad = {
      name: 'bad',
      program: process.execPath,
      args: ['-e', 'console.error("no such luck"); process.exit(3)'],
    };
    expect(() => asProcess(bad, '.').turn()).toThrow(/^bad exits with 3:\nno such luck/);
  });

  it('judges by processor time where there is one', () => {
    expect(judgedTime({ value: spreadOf([5]), cpu: 2 })).toBe(2);
    expect(judgedTime({ value: spreadOf([5]) })).toBe(5);
  });
});

describe('an earlier run', () => {
  const figure = (name: string, cpu: number) => ({ name, unit: 'ns' as const, value: spreadOf([1]), cpu });
  const earlier: BenchRun = {
    date: '',
    machine: '',
    load: { before: 0, after: 0 },
    peers: {},
    results: [{ group: 'aml', figures: [figure('decode', 10)], notes: [] }],
  };

  it('is compared with row by row', () => {
    const rows = compareRun('aml', [figure('decode', 15), figure('new', 1)], earlier);
    expect(rows.map((row) => row.earlier)).toEqual([1.5, undefined]);
    expect(compareRun('device', [figure('decode', 15)], earlier)[0]?.earlier).toBeUndefined();
  });
});

describe('tables to measure', () => {
  const table = (length: number) => ({ name: 'a', path: 'a', bytes: new Uint8Array(length) });

  it('are said to be one alone', () => {
    expect(tablesNote({ from: 'here', tables: [table(10)] })).toMatch(/^Only one table .*from here: its figures say/);
    expect(tablesNote({ from: 'here', tables: [table(10), table(20)] })).toMatch(/^2 tables .*30 bytes, from here\.$/);
    expect(largeTables({ from: 'here', tables: [table(240_000)] }).note).toMatch(/^Only one table of/);
  });

  it('are generated where no real one is large', () => {
    const { tables, note } = largeTables({ from: 'here', tables: [table(10)] });
    expect(note).toContain('a generated one stands in for it');
    expect(tables[0]?.bytes.length).toBeGreaterThan(200_000);
    expect(tables[0]?.bytes.length).toBeLessThan(300_000);
  });
});
