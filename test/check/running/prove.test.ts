import { describe, expect, it } from 'vitest';
import { asl, type Op, type Term } from '../../../src/aml/index.js';
import { formatDiagnostic } from '../../../src/base/index.js';
import { checkSet, type RuleFilter } from '../../../src/check/index.js';
import { subjectOf } from '../../../src/check/rules/check-set.js';
import { PROOF_RULES } from '../../../src/check/running/running-rules.js';
import { stageOf } from '../../../src/check/running/stage.js';
import { type FirmwareTablesOptions, generateTableSet } from '../../../src/firmware/index.js';
import { EXAMPLES, readExample } from '../../firmware/examples.js';
import { someOf } from '../../support/effort.js';
import { type Fault, FIELD_FAULTS, REGION_FAULTS, VCFG_FAULTS } from '../fault-rows.js';
import { FaultyMachine, platform } from '../faulty-machine.js';

const ONLY_PROOF: RuleFilter = { only: PROOF_RULES.map(({ code }) => code) };

const inputs = (tables: readonly { readonly name: string; readonly bytes: Uint8Array }[]) =>
  tables.map(({ name, bytes }) => ({ file: `${name}.aml`, bytes }));

/** What only running finds in a machine. */
function proofOf(machine: FaultyMachine) {
  return machine.give({ ...machine.options, rules: ONLY_PROOF }, false).check();
}

describe('tables that are generated', () => {
  it.each(EXAMPLES)('do what a driver does, as running those of %s proves', (name) => {
    const whole = readExample(name);
    const { aml, data } = generateTableSet(whole);
    const tables = inputs([...aml, ...data]);
    expect(checkSet(tables, { platform: whole }).findings.map(formatDiagnostic)).toEqual([]);
    const stage = stageOf(subjectOf(tables, { platform: whole }));
    const registers = whole.functions.flatMap((each) => each.registers);
    expect(stage?.trials.length).toBeGreaterThanOrEqual(registers.length);
  });

  const variants: readonly FirmwareTablesOptions[] = [
    { split: 'crosvm' },
    { accesses: 'crosvm' },
    { vcfgWidth: 'fixed' },
  ];
  it.each(variants.map((options) => ({ options })))('do so with other options: $options', ({ options }) => {
    const { aml } = generateTableSet(platform, options);
    const { findings } = checkSet(inputs(aml), { platform, rules: ONLY_PROOF });
    expect(findings.map(formatDiagnostic)).toEqual([]);
  });
});

/** Mistakes that change no access of a field that both sides have. */
const UNSEEN = new Set([
  // Another object of the name is what regions see, or none of the functions' regions is concerned.
  'VCFG minus a page, in no device',
  'a region after the window, in no device',
  'a region far after any window, in no device',
  'the window as one region that is longer',
  'a region that reaches past the last address',
  'both pages in one region',
  'half a page',
  // Fields that are not there, or have another name.
  'another name',
  'a register without a field',
  'no fields of a page',
  'no SSDT',
  'a register too many',
  'a field over two registers',
  'a field over another',
  'a field past the page',
  'no device',
  // What an OS binds, not what a field accesses.
  "the next device's _ADR",
  'an _ADR with device and function exchanged',
  'an _ADR as devfn',
]);

const names = (faults: readonly Fault[]) => faults.map((fault) => ({ fault, name: fault.name }));

describe('a mistake in regions and fields', () => {
  it.each(names([...REGION_FAULTS, ...FIELD_FAULTS]))('shows when the tables run: $name', ({ fault, name }) => {
    const found = new Set(proofOf(fault.make()).map(({ code }) => code));
    expect([...found]).toEqual(UNSEEN.has(name) ? [] : ['VCFG_RUN_FIELD']);
  });

  it.each(names(someOf([...VCFG_FAULTS, ...REGION_FAULTS, ...FIELD_FAULTS], 5)))(
    'is reported once, and nothing that reading finds is lost: $name',
    ({ fault }) => {
      const machine = fault.make();
      const { options } = machine;
      const read = machine.give({ ...options, evaluate: false }, machine.withHeader).check();
      const all = machine.give(options, machine.withHeader).check();
      const where = (each: (typeof all)[number]) => [each.code, each.severity, each.place];
      expect(all.map(where)).toEqual(read.map(where));
    },
  );

  it('says what AML does and what the driver does', () => {
    const shifted = REGION_FAULTS.find(({ name }) => name === "ECAM's shift of the device")?.make() as FaultyMachine;
    const [found] = proofOf(shifted);
    expect(found?.message).toBe(
      '\\_SB.PC00.PE22.CTRL, which is of 00:04.2: AML that reads it reads 4 bytes at 0x230024000; the driver reads 4 bytes at 0x230044000.',
    );
    expect([found?.place.path, found?.function]).toEqual(['\\_SB.PC00.PE22.CTRL', { bus: 0, device: 4, function: 2 }]);
  });
});

describe('a mistake in VCFG', () => {
  it.each([
    'a placeholder of 0',
    'a base 4 KiB too high',
    'a base cut to 32 bits',
    'a base 2 MiB too high',
    'a DSDT of revision 1',
    'VCFG in an If',
  ])('shows when it is evaluated: %s', (name) => {
    const found = proofOf(VCFG_FAULTS.find((fault) => fault.name === name)?.make() as FaultyMachine);
    expect(found[0]?.code).toBe('VCFG_RUN_BASE');
    expect(found[0]?.place.path).toBe('\\VCFG');
  });
});

const DSM = '\\_SB.PC00.PE18._DSM';

/** A machine whose `_DSM` has other statements. */
function withStatements(change: (body: readonly Term[]) => readonly Term[]): FaultyMachine {
  return new FaultyMachine().replace<Op<'Method'>>(DSM, ({ operands: [, , body] }) => [
    asl.Method('_DSM', { args: 4, serialized: true }, [...change(body)] as Parameters<typeof asl.Method>[2]),
  ]);
}

const isStoreTo = (term: Term, name: string) =>
  term.op === 'Store' && term.operands[1].op === 'Path' && term.operands[1].operands[0].endsWith(name);

describe('a mistake in _DSM', () => {
  it.each<[string, (body: readonly Term[]) => readonly Term[], RegExp]>([
    [
      'the revision left out',
      (body) => body.filter((term) => !isStoreTo(term, 'DSM1')),
      /With an empty package, byte 16 of the mailbox is 0 as AML writes it, and 3 as the driver does\./,
    ],
    [
      'revision and index exchanged',
      (body) =>
        body.map((term) =>
          isStoreTo(term, 'DSM1')
            ? asl.Store(asl.Arg(2), asl.path('DSM1'))
            : isStoreTo(term, 'DSM2')
              ? asl.Store(asl.Arg(1), asl.path('DSM2'))
              : term,
        ),
      /byte 16 of the mailbox is 9 as AML writes it, and 3/,
    ],
    [
      'the host not rung',
      (body) => body.filter((term) => !isStoreTo(term, 'PDSM')),
      /AML rings the device 0 times, the driver 1/,
    ],
    [
      'another result',
      (body) => [...body.slice(0, -1), asl.Return(asl.Zero())],
      /With an empty package, AML returns 0, and the driver gets 1\./,
    ],
  ])('shows when it is called: %s', (_, change, message) => {
    const found = proofOf(withStatements(change));
    expect(found.map(({ code, place }) => [code, place.path])).toEqual([['VCFG_RUN_DSM', DSM]]);
    expect(found[0]?.message).toMatch(message);
    expect(
      withStatements(change)
        .check()
        .map(({ code }) => code),
    ).toEqual(['VCFG_RUN_DSM']);
    const machine = withStatements(change);
    expect(machine.give({ ...machine.options, evaluate: false }).check()).toEqual([]);
  });
});
