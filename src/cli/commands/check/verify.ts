import { encodeAml } from '../../../aml/index.js';
import { DiagnosticError, errorAt } from '../../../base/index.js';
import { toJson } from '../../../base/json.js';
import { SDT_HEADER_BYTES } from '../../../tables/index.js';
import type { Diagnostic } from '../../../vocab/index.js';
import { EXIT } from '../../command.js';
import type { Io } from '../../io.js';
import { type EachTable, eachTable, noAml, type TableWork } from '../../tables/each-table.js';
import type { LoadedTable } from '../../tables/machines.js';
import { findTables, hasHeader, isByName, signatureOf } from '../../tables/read-tables.js';
import { firstDifference } from '../../write/compare-with-disk.js';
import { report, say } from '../../write/report.js';

interface VerifyArgs {
  readonly table: readonly string[];
  readonly json: boolean;
}

/** How a table that is encoded again differs from what it was, in as few findings as say it. */
function compare({ file, table, decoded }: LoadedTable): Diagnostic[] {
  const body = table.bytes.subarray(SDT_HEADER_BYTES);
  const again = encodeAml(decoded ?? []);
  const at = firstDifference(body, again);
  if (at === undefined) return [];
  return [
    errorAt(
      'COMMAND_NOT_IDENTICAL',
      { file, offsetBytes: SDT_HEADER_BYTES + at },
      `Encoded again, the AML has ${again.length} bytes where it had ${body.length}, and differs from here on.`,
      'This is a fault of vcfg: please report it with the table.',
    ),
  ];
}

function asWarning(found: Diagnostic): Diagnostic {
  return found.severity === 'error' ? { ...found, severity: 'warning' } : found;
}

/** What became of a table that is encoded again; undefined for one that holds no AML. */
interface Verified {
  readonly differences: readonly Diagnostic[];
  /** What was not understood is kept as it was, so it makes no difference. */
  readonly kept: readonly Diagnostic[];
}

export const verifyTable: TableWork<Verified | undefined, undefined> = ({ input, load }) => {
  const loaded = hasHeader(input) ? load() : undefined;
  if (loaded?.decoded === undefined) {
    if (isByName(input)) throw new DiagnosticError([noAml(input.file, signatureOf(input))]);
    return undefined;
  }
  // A wrong header would be written anew.
  const differences = [...loaded.headerFindings, ...compare(loaded)];
  return { differences, kept: loaded.amlFindings.map(asWarning) };
};

/** `vcfg verify`: every table decoded and encoded again, byte for byte. */
export async function runVerify(args: VerifyArgs, io: Io): Promise<number> {
  let withoutAml = 0;
  const rows: { file: string; identical: boolean; diagnostics: readonly Diagnostic[] }[] = [];
  const take: EachTable<Verified | undefined, undefined>['take'] = async (verified, { file }, shown) => {
    if (verified === undefined) {
      withoutAml++;
      return undefined;
    }
    const { differences, kept } = verified;
    const identical = differences.length === 0;
    if (args.json) rows.push({ file, identical, diagnostics: [...differences, ...kept] });
    else await report(shown, [...differences, ...kept]);
    return identical;
  };
  const work = { name: 'verify', work: verifyTable, settings: undefined } as const;
  const { tables, bad } = await eachTable(findTables(args.table, io), { io, ...work, take });
  if (withoutAml === 1) say(io, '1 table holds no AML, and is not counted');
  if (withoutAml > 1) say(io, `${withoutAml} tables hold no AML, and are not counted`);
  if (args.json) io.stdout.write(`${toJson({ tables: rows, identical: tables - bad, of: tables }, 2)}\n`);
  else io.stdout.write(`identical ${tables - bad} of ${tables}\n`);
  return bad === 0 && tables > 0 ? EXIT.done : EXIT.findings;
}
