import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asl, encodeAml, makeTerm, type Term } from '../../src/aml/index.js';
import { Machine } from '../../src/device/index.js';
import { AcpiNamespace, type RegionHandler } from '../../src/interpreter/index.js';
import { isInstalled } from '../setup/installed.mjs';
import { inScratchFolder } from '../support/oracles.js';
import { projectFolder } from '../support/shared-material.js';
import { lastFunctionAddresses } from './device-accesses.js';
import { atLeastRate, atMost, type BenchOptions, besidePeer, type Figure, type GroupResult } from './figure.js';
import { measure } from './measure.js';
import { platformOf } from './platform-of.js';
import { asProcess, measureProcesses } from './processes.js';
import { largeTables, realTables } from './real-tables.js';
import { COMMAND } from './startup.js';
import { cpuOf, inProcess, type TurnsTaken, takeTurns, timesOf } from './turns.js';

const PEER = 'acpiexec';
const ROUNDS = 1_000_000;
/** acpiexec takes seconds for a million rounds: a tenth of them is measured, and its start taken off. */
const PEER_ROUNDS = ROUNDS / 10;
const LOOP_LIMIT_NANOSECONDS = 30e6;
const LOOP_TIMES_FASTER = 200;
const LOAD_MEGABYTES = 20;
const TRAP_LIMIT = 5;
/** SSDTs that are checked with a large DSDT, and how much longer evaluation may make that. */
const CHECKED_SSDTS = 25;
const CHECK_LIMIT = 2;
const READS_A_ROUND = 16;
const READ_ROUNDS = 4096 / READS_A_ROUND;

const NULL = makeTerm('Null', []);
const arg = makeTerm('Arg', [0]);
const local = (index: number) => makeTerm('Local', [index]);

function dsdt(terms: readonly Term[]): Uint8Array {
  const body = encodeAml(terms);
  const table = new Uint8Array(36 + body.length);
  table.set(new TextEncoder().encode('DSDT'));
  new DataView(table.buffer).setUint32(4, table.length, true);
  table[8] = 2;
  table.set(body, 36);
  table[9] = -table.reduce((sum, byte) => sum + byte, 0) & 0xff;
  return table;
}

/** The loop of facts/aml.md: `Local0 += Arg0 + Arg0; Arg0--`. */
const LOOP = asl.Method('LOOP', { args: 1 }, [
  makeTerm('Store', [asl.integer(0), local(0)]),
  makeTerm('While', [
    arg,
    [makeTerm('Add', [local(0), makeTerm('Add', [arg, arg, NULL]), local(0)]), makeTerm('Decrement', [arg])],
  ]),
  asl.Return(local(0)),
]);

async function loop(options: BenchOptions, notes: string[]): Promise<Figure[]> {
  const table = dsdt([LOOP]);
  const acpi = AcpiNamespace.load([table]);
  const ours = inProcess('a million rounds of a loop', () => acpi.evaluate('\\LOOP', ROUNDS));
  const figureOf = (times: TurnsTaken): Figure => {
    const target = atMost(cpuOf(times), LOOP_LIMIT_NANOSECONDS, '30 ms of processor time');
    return { name: ours.name, unit: 'ns', ...timesOf(times), target };
  };
  if (!isInstalled(PEER)) {
    notes.push('acpiexec is not installed: nothing to compare the loop and loading with');
    const [own] = (await takeTurns([ours], options)) as [TurnsTaken];
    return [figureOf(own)];
  }
  return inScratchFolder(async (folder) => {
    writeFileSync(join(folder, 'loop.aml'), table);
    const peer = (rounds: number) => {
      const input = `evaluate \\LOOP 0x${rounds.toString(16)}\nquit\n`;
      return asProcess(
        { name: `${PEER}, ${rounds} rounds`, program: PEER, args: ['-di', '-dt', 'loop.aml'], input },
        folder,
      );
    };
    const taken = await takeTurns([ours, peer(1), peer(PEER_ROUNDS)], options);
    const [own, start, many] = taken as [TurnsTaken, TurnsTaken, TurnsTaken];
    const nanoseconds = Math.max(1, cpuOf(many) - cpuOf(start)) * (ROUNDS / PEER_ROUNDS);
    const times = nanoseconds / cpuOf(own);
    return [
      figureOf(own),
      {
        name: 'the same loop in acpiexec',
        unit: 'ns',
        value: { median: nanoseconds, low: nanoseconds, high: nanoseconds },
        beside: { peer: 'the loop here', ratio: times },
        target: { text: `≥ ${LOOP_TIMES_FASTER} × the loop here`, met: times >= LOOP_TIMES_FASTER },
      },
    ];
  });
}

async function loading(options: BenchOptions, notes: string[]): Promise<Figure[]> {
  const { tables: large, note } = largeTables(realTables());
  notes.push(note);
  const figures: Figure[] = [];
  for (const { name, path, bytes } of large) {
    const row = `load ${name} in process`;
    const { value, cpu } = await measure(row, options, () => AcpiNamespace.load([bytes]));
    const target = atLeastRate(bytes.length, { value, cpu }, LOAD_MEGABYTES);
    figures.push({ name: row, unit: 'ns', value, cpu, bytes: bytes.length, target });
    if (!isInstalled(PEER)) continue;
    const peer = 'acpiexec -di -b quit';
    const rows = [
      { name: peer, program: PEER, args: ['-di', '-b', 'quit', path] },
      { name: `vcfg evaluate ${name} \\_REV`, program: process.execPath, args: [COMMAND, 'evaluate', path, '\\_REV'] },
    ];
    for (const [index, taken] of (await measureProcesses(rows, options, projectFolder)).entries()) {
      const beside = index === 0 ? {} : besidePeer(peer, taken.ratio, 1);
      figures.push({ name: (rows[index] as { name: string }).name, unit: 'ns', ...timesOf(taken), ...beside });
    }
  }
  return figures;
}

async function trapped(options: BenchOptions): Promise<Figure[]> {
  const machine = new Machine(platformOf(1));
  const address = lastFunctionAddresses(machine.vcfgBase, 1)[0] as bigint;
  const memory: RegionHandler = {
    read: (at) => machine.mmioBus.read32(at),
    write: (at, _, value) => machine.mmioBus.write32(at, Number(value)),
  };
  const reads = Array.from({ length: READS_A_ROUND }, () => makeTerm('Store', [asl.path('FLD0'), local(1)]));
  const acpi = AcpiNamespace.load(
    [
      dsdt([
        asl.OperationRegion('REG0', 'SystemMemory', asl.integer(address), asl.integer(4096)),
        asl.Field('REG0', { access: 'DWordAcc' }, [{ kind: 'NamedField', name: 'FLD0', bits: 32, lengthWidth: 1 }]),
        asl.Method('READ', { args: 1 }, [makeTerm('While', [arg, [...reads, makeTerm('Decrement', [arg])]])]),
      ]),
    ],
    { regions: { SystemMemory: memory } },
  );
  const calls = READ_ROUNDS * READS_A_ROUND;
  let sum = 0;
  const bare = inProcess(
    'a trapped read',
    () => {
      for (let index = 0; index < calls; index++) sum += machine.mmioBus.read32(address);
    },
    calls,
  );
  const field = inProcess('a field read that traps', () => acpi.evaluate('\\READ', READ_ROUNDS), calls);
  const taken = await takeTurns([bare, field], options);
  const [direct, read] = taken as [TurnsTaken, TurnsTaken];
  if (sum < 0) throw new Error('A register is below 0.');
  return [
    { name: bare.name, unit: 'ns', ...timesOf(direct) },
    { name: field.name, unit: 'ns', ...timesOf(read), ...besidePeer(bare.name, read.ratio, TRAP_LIMIT) },
  ];
}

/** Checking a large DSDT with all SSDTs, with evaluation and without. */
async function checking(options: BenchOptions): Promise<Figure[]> {
  const { tables } = realTables();
  const [dsdt] = largeTables({ from: '', tables }).tables;
  if (dsdt === undefined) return [];
  const isSsdt = ({ bytes }: { readonly bytes: Uint8Array }) => String.fromCharCode(...bytes.subarray(0, 4)) === 'SSDT';
  const paths = [dsdt, ...tables.filter(isSsdt).slice(0, CHECKED_SSDTS)].map(({ path }) => path);
  const peer = 'vcfg check --no-evaluate';
  // Findings are what it is for: their exit code is no failure.
  const script = (flags: string) => ['-c', `"$0" "$@" ${flags} > /dev/null; test $? -le 1`];
  const rows = [
    { name: `${peer} of ${paths.length} tables`, program: 'sh', args: [...script('--no-evaluate'), process.execPath] },
    { name: `vcfg check of ${paths.length} tables`, program: 'sh', args: [...script(''), process.execPath] },
  ].map(({ args, ...row }) => ({ ...row, args: [...args, COMMAND, 'check', ...paths] }));
  return (await measureProcesses(rows, options, projectFolder)).map((taken, index) => ({
    name: (rows[index] as { name: string }).name,
    unit: 'ns',
    ...timesOf(taken),
    ...(index === 0 ? {} : besidePeer(peer, taken.ratio, CHECK_LIMIT)),
  }));
}

/** `npm run bench -- interpreter`: AML run, loaded, and reaching a device. */
export async function benchInterpreter(options: BenchOptions): Promise<GroupResult> {
  const notes: string[] = [];
  const figures = [
    ...(await loop(options, notes)),
    ...(await loading(options, notes)),
    ...(await trapped(options)),
    ...(await checking(options)),
  ];
  return { figures, notes };
}
