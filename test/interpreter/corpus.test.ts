import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { AcpiNamespace } from '../../src/interpreter/index.js';
import { someOf } from '../support/effort.js';
import { needs } from '../support/oracles.js';
import { projectFolder, readCorpus } from '../support/shared-material.js';
import { evaluateHere, evaluateInAcpiexec } from './asl-cases.js';

/** The short form compares every so many tables with acpiexec; the long form all, which takes minutes. */
const STEP = 12;

const explained: Readonly<Record<string, readonly string[]>> = JSON.parse(
  readFileSync(join(projectFolder, 'fixtures/interpreter/corpus-differences.json'), 'utf8'),
);

function load(name: string, bytes: Uint8Array) {
  const acpi = AcpiNamespace.load([{ bytes, file: name }], {
    simulateRegions: true,
    limits: { loopMilliseconds: 1000 },
  });
  const paths = [...acpi.walk()]
    .filter(({ path, argumentCount = 0 }) => /\.(_STA|_HID|_CRS)$/.test(path) && argumentCount === 0)
    .map(({ path }) => path);
  return { acpi, paths };
}

/** What an OS is given after ACPICA's repairs: AcpiNsRepair_HID; an empty template where a _CRS gives none. */
function repaired(path: string, words: string): string {
  if (path.endsWith('_HID') && words.startsWith('str')) return words.replace('"*', '"').toUpperCase();
  const isMissing = words === 'none' || words === 'int => 0x0';
  return path.endsWith('_CRS') && isMissing ? 'buf => 7900' : words;
}

it('loads every table of the corpus, and evaluates the _STA, _HID and _CRS of every device', (context) => {
  const unread: string[] = [];
  let evaluated = 0;
  for (const { name, bytes } of readCorpus(context)) {
    const { acpi, paths } = load(name, bytes);
    if (!acpi.tables.every(({ isLoaded }) => isLoaded) || acpi.tables.length === 0) unread.push(name);
    // evaluateHere() lets anything but an EvaluationError through.
    for (const path of paths) evaluateHere(acpi, path);
    evaluated += paths.length;
  }
  expect(unread).toEqual([]);
  expect(evaluated).toBeGreaterThan(5000);
}, 120_000);

it('gives the values that acpiexec gives for them, but for repairs and what a handler explains', async (context) => {
  needs(context, 'acpiexec');
  const tables = someOf(readCorpus(context), STEP);
  let here = 0;
  const rows = tables.map(({ name, bytes }) => {
    const before = performance.now();
    const { acpi, paths } = load(name, bytes);
    const ours = paths.map((path) => repaired(path, evaluateHere(acpi, path)));
    here += performance.now() - before;
    return { name, bytes, paths, ours };
  });
  const asked = performance.now();
  const answers = await Promise.all(
    rows.map(({ bytes, paths }) => (paths.length === 0 ? [] : evaluateInAcpiexec(bytes, paths))),
  );
  const there = performance.now() - asked;
  for (const [index, { name, paths, ours }] of rows.entries()) {
    const theirs = answers[index] as readonly string[];
    const different = paths.filter((path, at) => {
      const value = repaired(path, theirs[at] as string);
      return ours[at] !== value && !explained[name]?.includes(path);
    });
    expect(different, name).toEqual([]);
  }
  if (tables.length > 50)
    console.log(`${tables.length} tables: ${here.toFixed(0)} ms here, ${there.toFixed(0)} ms in acpiexec`);
}, 600_000);
