import type { TableWorkName } from '../io.js';
import { type TableWork, workOn } from '../tables/each-table.js';
import { type TableJob, tableMembers } from '../tables/table-job.js';

/** Does a job: a result for each of its items. */
export type Jobs = (job: unknown) => readonly unknown[];

/** Jobs of tables with their machines. */
function onTables<Result, Settings>(work: TableWork<Result, Settings>, settings: unknown): Jobs {
  const members = tableMembers();
  return (job) =>
    Array.from(members(job as TableJob), ([input, member]) => workOn(input, member, work, settings as Settings));
}

/** What a thread does, by the name that it is told. */
export const JOBS: Readonly<Record<TableWorkName, (settings: unknown) => Promise<Jobs>>> = {
  verify: async (settings) => onTables((await import('./check/verify.js')).verifyTable, settings),
  disassemble: async (settings) => onTables((await import('./show/disassemble.js')).disassembleTable, settings),
  show: async (settings) => onTables((await import('./show/show.js')).showTable, settings),
  check: async (settings) => (await import('./check/check.js')).checkJobs(settings),
};
