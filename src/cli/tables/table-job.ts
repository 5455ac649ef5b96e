import type { AcpiTable } from '../../tables/index.js';
import type { Machine, Member } from './machines.js';
import type { TableInput } from './read-tables.js';

/** Tables of one machine that a thread works on, with all that it needs of the machine. */
interface MachineJob {
  /** The same for every job of a machine: the thread that had one before keeps what it decoded. */
  readonly id: number;
  readonly tables: readonly AcpiTable[];
  readonly members: readonly { readonly input: TableInput; readonly place: number }[];
}

/** Tables for a thread to work on, in their order. */
export type TableJob = readonly MachineJob[];

const ids = new WeakMap<Machine, number>();
let lastId = 0;

function idOf(machine: Machine): number {
  const known = ids.get(machine) ?? ++lastId;
  ids.set(machine, known);
  return known;
}

/** A job of some tables. */
export function tableJob(inputs: readonly TableInput[], members: ReadonlyMap<TableInput, Member>): TableJob {
  const jobs: { id: number; tables: readonly AcpiTable[]; members: { input: TableInput; place: number }[] }[] = [];
  for (const input of inputs) {
    const { machine, place } = members.get(input) as Member;
    const id = idOf(machine);
    const last = jobs.at(-1);
    if (last?.id === id) last.members.push({ input, place });
    else jobs.push({ id, tables: machine.tables, members: [{ input, place }] });
  }
  return jobs;
}

/** The tables of jobs with their machines, in the thread that got them; of machines only the last is kept. */
export function tableMembers(): (job: TableJob) => Generator<readonly [TableInput, Member]> {
  let last: { readonly id: number; readonly machine: Machine } | undefined;
  return function* (job) {
    for (const { id, tables, members } of job) {
      if (last?.id !== id) last = { id, machine: { tables } };
      for (const { input, place } of members) yield [input, { machine: last.machine, place }];
    }
  };
}
