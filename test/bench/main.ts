/** `npm run bench [-- GROUP… --seconds N --json --against FILE]`: how fast the project is here, beside its peers, against its targets. */
import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import type { BenchOptions } from './figure.js';
import { GROUPS } from './groups.js';
import { tableOf } from './report.js';
import { type BenchRun, compareRun, currentLoad, peerVersions, readRun } from './run.js';

const USAGE = `npm run bench [-- GROUP… --seconds N --json --against FILE]

Groups, all of them if none is named:
${Object.entries(GROUPS)
  .map(([name, { about }]) => `  ${name.padEnd(12)} ${about}`)
  .join('\n')}

  --seconds N  how long each row is measured; 1 if not given
  --json       the figures as JSON on standard output; nanoseconds and bytes
  --against F  also compare with an earlier run, whose JSON is in this file

VCFG_TABLES names folders of real tables to measure, separated as in PATH.`;

interface CommandLine {
  readonly groups: readonly string[];
  readonly seconds: number;
  readonly json: boolean;
  /** Path of an earlier run's JSON. */
  readonly against: string | undefined;
}

/** What the words ask for; a text if they ask for help or make no sense. */
function readCommandLine(argv: readonly string[]): CommandLine | { readonly wrong: string | undefined } {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        seconds: { type: 'string' },
        json: { type: 'boolean' },
        against: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help) return { wrong: undefined };
    const unknown = positionals.find((name) => !Object.hasOwn(GROUPS, name));
    if (unknown !== undefined) return { wrong: `There is no group ${unknown}.` };
    const seconds = Number(values.seconds ?? 1);
    if (!(seconds > 0 && seconds <= 60))
      return { wrong: `--seconds is ${values.seconds}; give a number above 0, up to 60.` };
    const groups = positionals.length > 0 ? positionals : Object.keys(GROUPS);
    return { groups: [...new Set(groups)], seconds, json: values.json ?? false, against: values.against };
  } catch (error) {
    if (error instanceof TypeError) return { wrong: error.message };
    throw error;
  }
}

/** Programs that run at the same time, for each processor, from which on medians say little. */
const BUSY_LOAD = 0.75;

const onTerminal = process.stderr.isTTY === true;

/** Shows on a terminal what is being measured, in one line that the next replaces. */
function showRow(group: string): BenchOptions['onRow'] {
  return (name) => {
    if (onTerminal) process.stderr.write(`\r\u001b[K${group}: ${name} …`);
  };
}

async function main(argv: readonly string[]): Promise<number> {
  const asked = readCommandLine(argv);
  if ('wrong' in asked) {
    if (asked.wrong === undefined) console.log(USAGE);
    else console.error(`${asked.wrong}\n\n${USAGE}`);
    return asked.wrong === undefined ? 0 : 2;
  }
  const earlier = asked.against === undefined ? undefined : readRun(asked.against);
  const load = currentLoad();
  const machine = `Node.js ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}`;
  const peers = peerVersions();
  if (!asked.json) {
    console.log(`${machine}, load ${load.toFixed(1)}`);
    if (earlier !== undefined) console.log(`Compared with ${earlier.date}, at load ${earlier.load.before.toFixed(1)}`);
    for (const [peer, version] of Object.entries(peers)) console.log(`${peer}: ${version}`);
  }
  if (load > BUSY_LOAD * availableParallelism())
    console.error(
      `The machine is busy (load ${load.toFixed(1)}): medians on the clock are longer than the work. Targets and ratios go by cpu.`,
    );
  const results: BenchRun['results'][number][] = [];
  for (const group of asked.groups) {
    const { run, about } = GROUPS[group] as (typeof GROUPS)[string];
    const result = await run({ seconds: asked.seconds, onRow: showRow(group) });
    if (onTerminal) process.stderr.write('\r\u001b[K');
    results.push({ group, ...result });
    if (asked.json) continue;
    console.log(`\n${group}: ${about}`);
    for (const note of result.notes) console.log(note);
    if (result.figures.length > 0) console.log(tableOf(compareRun(group, result.figures, earlier)));
  }
  const targets = results.flatMap(({ figures }) => figures.flatMap(({ target }) => target ?? []));
  const met = targets.filter((target) => target.met).length;
  const loads = { before: load, after: currentLoad() };
  const run: BenchRun = { date: new Date().toISOString(), machine, load: loads, peers, results };
  if (asked.json) console.log(JSON.stringify(run, null, 2));
  else
    console.log(
      `\n${met} of ${targets.length} targets met; load ${loads.before.toFixed(1)} to ${loads.after.toFixed(1)}`,
    );
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
