/** `npm run bench [-- GROUP… --seconds N --json]`: how fast the project is here, beside its peers, against its targets. */
import { availableParallelism, cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import type { BenchOptions, GroupResult } from './figure.js';
import { GROUPS } from './groups.js';
import { tableOf } from './report.js';

const USAGE = `npm run bench [-- GROUP… --seconds N --json]

Groups, all of them if none is named:
${Object.entries(GROUPS)
  .map(([name, { about }]) => `  ${name.padEnd(12)} ${about}`)
  .join('\n')}

  --seconds N  how long each row is measured; 1 if not given
  --json       the figures as JSON on standard output; nanoseconds and bytes`;

interface CommandLine {
  readonly groups: readonly string[];
  readonly seconds: number;
  readonly json: boolean;
}

/** What the words ask for; a text if they ask for help or make no sense. */
function readCommandLine(argv: readonly string[]): CommandLine | { readonly wrong: string | undefined } {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: { seconds: { type: 'string' }, json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    });
    if (values.help) return { wrong: undefined };
    const unknown = positionals.find((name) => !Object.hasOwn(GROUPS, name));
    if (unknown !== undefined) return { wrong: `There is no group ${unknown}.` };
    const seconds = Number(values.seconds ?? 1);
    if (!(seconds > 0 && seconds <= 60))
      return { wrong: `--seconds is ${values.seconds}; give a number above 0, up to 60.` };
    const groups = positionals.length > 0 ? positionals : Object.keys(GROUPS);
    return { groups: [...new Set(groups)], seconds, json: values.json ?? false };
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
  const load = loadavg()[0] ?? 0;
  const machine = `Node.js ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}`;
  if (!asked.json) console.log(machine);
  if (load > BUSY_LOAD * availableParallelism())
    console.error(
      `The machine is busy (load ${load.toFixed(1)}): medians are longer than the work. Look at cpu, and run again later.`,
    );
  const results: (GroupResult & { readonly group: string })[] = [];
  for (const group of asked.groups) {
    const { run, about } = GROUPS[group] as (typeof GROUPS)[string];
    const result = await run({ seconds: asked.seconds, onRow: showRow(group) });
    if (onTerminal) process.stderr.write('\r\u001b[K');
    results.push({ group, ...result });
    if (asked.json) continue;
    console.log(`\n${group}: ${about}`);
    for (const note of result.notes) console.log(note);
    if (result.figures.length > 0) console.log(tableOf(result.figures));
  }
  const targets = results.flatMap(({ figures }) => figures.flatMap(({ target }) => target ?? []));
  if (asked.json) console.log(JSON.stringify({ machine, load, results }, null, 2));
  else console.log(`\n${targets.filter(({ met }) => met).length} of ${targets.length} targets met`);
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
