import { displayName } from '../../../aml/index.js';
import { formatHex, formatPciAddress, inFile } from '../../../base/index.js';
import { toJson } from '../../../base/json.js';
import {
  outlineTable,
  type Placed,
  type ShownObject,
  type TableOutline,
} from '../../../check/subject/table-outline.js';
import { locate, windowLengthBytes } from '../../../guest/address.js';
import { MOST_BUSES } from '../../../platform/layout.js';
import { decodeDataTable, decodeFacs, decodeRsdp } from '../../../tables/index.js';
import type { Diagnostic } from '../../../vocab/index.js';
import { EXIT } from '../../command.js';
import type { Io } from '../../io.js';
import { dataTableLines } from '../../tables/data-table-lines.js';
import { type EachTable, eachTable, saySummary, type TableWork } from '../../tables/each-table.js';
import { findingsOf, type LoadedTable } from '../../tables/machines.js';
import { findTables, hasHeader, signatureOf, type TableInput } from '../../tables/read-tables.js';
import { counted, report } from '../../write/report.js';

interface ShowArgs {
  readonly table: readonly string[];
  readonly external: readonly string[];
  readonly json: boolean;
}

/** Of each segment of a path, with its padding. ACPI 6.5 §20.2.2 */
const SEGMENT_CHARACTERS = 4;

/** Which register of the VCFG window something in memory begins at; undefined outside it. */
function registerAt(placed: Partial<Placed>, vcfg: bigint | undefined): string | undefined {
  const { space, address } = placed;
  if (vcfg === undefined || space !== 'SystemMemory' || address === undefined) return undefined;
  if (address < vcfg || address >= vcfg + BigInt(windowLengthBytes(MOST_BUSES))) return undefined;
  const found = locate(vcfg, address);
  return `${formatPciAddress(found.address)} ${found.page} register ${found.register}`;
}

const addressText = (address: bigint | undefined) =>
  address === undefined ? '(known at run time)' : formatHex(address);

function regionText(object: ShownObject, vcfg: bigint | undefined): string {
  const { region } = object;
  if (region === undefined) return '';
  const length =
    region.lengthBytes === undefined ? '' : `, ${region.lengthBytes} ${region.lengthBytes === 1n ? 'byte' : 'bytes'}`;
  const register = registerAt(region, vcfg);
  return `${region.space} ${addressText(region.address)}${length}${register === undefined ? '' : `, ${register}`}`;
}

function fieldText(object: ShownObject, vcfg: bigint | undefined): string {
  const { field } = object;
  if (field === undefined) return '';
  const bits = field.bits === 1 ? `bit ${field.lowBit}` : `bits ${field.lowBit}..${field.lowBit + field.bits - 1}`;
  const register = registerAt(field, vcfg);
  const at = field.address === undefined ? '' : ` at ${formatHex(field.address)}`;
  const where = register === undefined ? '' : `, ${register}`;
  const scope = object.path.slice(0, -SEGMENT_CHARACTERS);
  const region = field.region.startsWith(scope) ? field.region.slice(scope.length) : field.region;
  return `${displayName(region)} ${bits}${at}${where}, ${field.access}`;
}

/** Types that are not named, since their values show them. */
const UNNAMED_TYPES: ReadonlySet<string> = new Set(['Buffer', 'Package']);
/** Types whose size is shown. */
const SIZED_TYPES: ReadonlySet<string> = new Set(['Device', 'Method', 'Processor', 'ThermalZone', 'PowerResource']);

function objectText(object: ShownObject, vcfg: bigint | undefined): string {
  const said = object.value ?? (regionText(object, vcfg) || fieldText(object, vcfg));
  const value = object.type === 'Reference' ? displayName(said) : said;
  const type = UNNAMED_TYPES.has(object.type) ? '' : `${object.type} `;
  const size = SIZED_TYPES.has(object.type) ? `${value === '' ? '' : ', '}${object.sizeBytes} bytes` : '';
  return `${type}${value}${size}${object.conditional ? ' (conditional)' : ''}`.trim();
}

/** The objects as an indented tree; segments that only lead to others have a line of their own. */
function treeLines({ objects, vcfg }: TableOutline): string[] {
  const lines: string[] = [];
  let open: string[] = [];
  let scope = '';
  let indent = '';
  for (const object of objects) {
    const own = object.path.slice(scope.length);
    if (scope !== '' && object.path.startsWith(scope) && own.length === SEGMENT_CHARACTERS) {
      // Beside the object before it, as most are.
      const name = displayName(own);
      lines.push(`${indent}${name.padEnd(SEGMENT_CHARACTERS)}  ${objectText(object, vcfg)}`);
      open[open.length - 1] = name;
      continue;
    }
    scope = object.path.slice(0, -SEGMENT_CHARACTERS);
    const segments = displayName(object.path).slice(1).split('.');
    let shared = 0;
    while (shared < segments.length - 1 && segments[shared] === open[shared]) shared++;
    for (let depth = shared; depth < segments.length - 1; depth++)
      lines.push(`${'  '.repeat(depth + 2)}${segments[depth]}`);
    indent = '  '.repeat(segments.length + 1);
    lines.push(`${indent}${(segments.at(-1) as string).padEnd(SEGMENT_CHARACTERS)}  ${objectText(object, vcfg)}`);
    open = segments;
  }
  return lines;
}

function headerLines({ file, table, decoded }: LoadedTable, outline: TableOutline): string[] {
  const { header } = table;
  const quoted = (text: string) => JSON.stringify(text.replace(/[\0 ]+$/, ''));
  const lines = [
    file,
    `  ${header.signature}, revision ${header.revision}, ${header.length} bytes, checksum ${formatHex(header.checksum, 2)}`,
    `  OEM ${quoted(header.oemId)} ${quoted(header.oemTableId)} ${formatHex(header.oemRevision)}, creator ${quoted(header.creatorId)} ${formatHex(header.creatorRevision)}`,
  ];
  if (decoded === undefined) {
    const data = decodeDataTable(table);
    return [...lines, ...(data === undefined ? ['  holds no AML'] : dataTableLines(data.value))];
  }
  const counts = [
    ['Device', 'device'],
    ['Method', 'method'],
    ['OperationRegion', 'region'],
    ['FieldUnit', 'field unit'],
  ] as const;
  const found = new Map<string, number>();
  for (const { type } of outline.objects) found.set(type, (found.get(type) ?? 0) + 1);
  const parts = counts.map(([type, word]) => counted(found.get(type) ?? 0, word)).join(', ');
  return [...lines, `  ${outline.integerBits}-bit integers; ${counted(outline.objects.length, 'object')}: ${parts}`];
}

/** What `--json` gives of a table. Addresses and AML integers are hex strings. */
function jsonOf(loaded: LoadedTable, { integerBits, vcfg, objects }: TableOutline): object {
  const rows = objects.map((object) => {
    const register = registerAt(object.field ?? object.region ?? {}, vcfg);
    return { ...object, ...(register !== undefined && { register }) };
  });
  const { file, table } = loaded;
  const fields = decodeDataTable(table)?.value;
  return { file, header: table.header, integerBits, vcfg, fields, objects: rows, diagnostics: allFindings(loaded) };
}

/** What was found in a table, and in what a table of data says. */
function allFindings(loaded: LoadedTable): Diagnostic[] {
  return [...findingsOf(loaded), ...inFile(loaded.file, decodeDataTable(loaded.table)?.diagnostics ?? [])];
}

/** What a FACS or an RSDP says, which begin with a header of their own kind. */
function showHeaderless({ file, bytes }: TableInput) {
  const signature = signatureOf({ bytes }) === 'FACS' ? 'FACS' : 'RSDP';
  const { value, diagnostics: found } = signature === 'FACS' ? decodeFacs(bytes) : decodeRsdp(bytes);
  const diagnostics = inFile(file, found);
  const lines = [file, `  ${signature}, ${bytes.length} bytes`, ...dataTableLines(value)];
  return { row: { file, header: { signature, length: bytes.length }, fields: value, diagnostics }, lines, diagnostics };
}

/** A table as it is shown: a row of JSON, or lines of text. */
interface Shown {
  readonly row?: object;
  readonly text?: string;
  readonly findings: readonly Diagnostic[];
  readonly isGood: boolean;
}

type Form = Pick<ShowArgs, 'json'>;

const inForm = ({ json }: Form, row: () => object, lines: () => readonly string[]) =>
  json ? { row: row() } : { text: `${lines().join('\n')}\n` };

export const showTable: TableWork<Shown, Form> = ({ input, load, others }, form) => {
  if (!hasHeader(input)) {
    const { row, lines, diagnostics } = showHeaderless(input);
    const shown = inForm(
      form,
      () => row,
      () => lines,
    );
    return { ...shown, findings: diagnostics, isGood: diagnostics.length === 0 };
  }
  const loaded = load();
  const outline = outlineTable(loaded, loaded.decoded === undefined ? [] : others());
  const shown = inForm(
    form,
    () => jsonOf(loaded, outline),
    () => [...headerLines(loaded, outline), ...treeLines(outline)],
  );
  const findings = allFindings(loaded);
  return { ...shown, findings, isGood: findings.every(({ severity }) => severity !== 'error') };
};

/** `vcfg show`: what tables hold. */
export async function runShow(args: ShowArgs, io: Io): Promise<number> {
  const paths = findTables(args.table, io);
  const rows: object[] = [];
  const take: EachTable<Shown, Form>['take'] = async ({ row, text, findings, isGood }, _, shown) => {
    await report(shown, findings);
    if (row !== undefined) rows.push(row);
    if (text !== undefined) shown.stdout.write(text);
    return isGood;
  };
  const work = { name: 'show', work: showTable, settings: { json: args.json } } as const;
  const run = await eachTable(paths, { io, external: args.external, ...work, take });
  if (args.json) io.stdout.write(`${toJson({ tables: rows }, 2)}\n`);
  saySummary(run, io);
  return run.bad === 0 ? EXIT.done : EXIT.findings;
}
