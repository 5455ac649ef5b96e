import { acpiexec, complaintsIn } from './acpica.js';

/** A value from ACPICA. A reference to a device or another object without data is its name in `<>`. */
export type AcpicaValue = bigint | string | Uint8Array | readonly AcpicaValue[];

/** The result of an evaluation: undefined if there is no value, or if ACPICA gave up, which is then among the complaints. */
export interface Evaluation {
  readonly value: AcpicaValue | undefined;
  /** Errors and warnings of ACPICA while it evaluated. */
  readonly complaints: readonly string[];
}

interface Lines {
  readonly list: readonly string[];
  at: number;
}

const ROW = /^\s*([0-9A-F]{4}): ((?:[0-9A-F]{2} ){1,16})/;

/** Rows of a dump; the first may follow the word Length. */
function readBuffer(length: number, first: string, lines: Lines): Uint8Array {
  const bytes: number[] = [];
  let row = ROW.exec(first);
  if (row === null && length > 0) row = ROW.exec(lines.list[lines.at++] ?? '');
  while (row !== null && bytes.length < length) {
    bytes.push(
      ...(row[2] as string)
        .trim()
        .split(' ')
        .map((digits) => Number.parseInt(digits, 16)),
    );
    row = bytes.length < length ? ROW.exec(lines.list[lines.at++] ?? '') : null;
  }
  if (bytes.length !== length) throw new Error(`ACPICA shows ${bytes.length} of ${length} bytes.`);
  return Uint8Array.from(bytes);
}

/** The value that begins on the current line, as acpiexec prints it. */
function readValue(lines: Lines): AcpicaValue {
  const line = lines.list[lines.at++] ?? '';
  const [, kind, rest = ''] = /^\s*\[([\w ]+)\] (.*)$/.exec(line) ?? [];
  if (kind === 'Integer') return BigInt(`0x${rest.slice(2)}`);
  if (kind === 'String') return /^Length [0-9A-F]+ = "(.*)"$/.exec(rest)?.[1] ?? '';
  if (kind === 'Buffer') {
    const [, length = '', first = ''] = /^Length ([0-9A-F]+) =(.*)$/.exec(rest) ?? [];
    return readBuffer(Number.parseInt(length, 16), first, lines);
  }
  if (kind === 'Package') {
    const count = Number(/^Contains (\d+) Elements/.exec(rest)?.[1]);
    return Array.from({ length: count }, () => readValue(lines));
  }
  if (kind === 'Object Reference') return `<${/Name (\w{4})/.exec(rest)?.[1]}>`;
  throw new Error(`ACPICA shows a value that is not understood: ${line}`);
}

function readEvaluation(said: string): Evaluation {
  const list = said.split('\n');
  const found = list.findIndex((line) => /^Evaluation of .* returned object/.test(line));
  const complaints = complaintsIn(said);
  return { value: found < 0 ? undefined : readValue({ list, at: found + 1 }), complaints };
}

/** Evaluates paths one after the other in one ACPICA, in which regions keep what is written. */
export async function evaluateInAcpica(
  tables: readonly Uint8Array[],
  paths: readonly string[],
): Promise<readonly Evaluation[]> {
  const said = await acpiexec(
    tables,
    paths.map((path) => `evaluate ${path}`),
  );
  const parts = said.split(/^Evaluating /m).slice(1);
  if (parts.length !== paths.length) throw new Error(`ACPICA evaluated ${parts.length} of ${paths.length}: ${said}`);
  return parts.map(readEvaluation);
}

/** One access to memory. */
export type AcpicaAccess = readonly [kind: 'read' | 'write', address: bigint, widthBytes: number, value: bigint];

/** Debug output of field accesses: ACPI_LV_BFIELD. */
const SHOW_ACCESSES = ['-x', '0x1000'];

/** Every access to regions while a path is evaluated, in order. The path must not notify devices: ACPICA's output about that interleaves. */
export async function accessesInAcpica(tables: readonly Uint8Array[], path: string): Promise<readonly AcpicaAccess[]> {
  const said = await acpiexec(tables, [`evaluate ${path}`], SHOW_ACCESSES);
  const accesses: AcpicaAccess[] = [];
  let pending: readonly ['read' | 'write', bigint, number] | undefined;
  for (const line of said.slice(said.search(/^Evaluating /m)).split('\n')) {
    const [, kind, width, address] = /\[(READ|WRITE)\] Region \[.*\], Width (\w+),.* at ([0-9A-F]+)$/.exec(line) ?? [];
    if (kind !== undefined) pending = [kind === 'READ' ? 'read' : 'write', BigInt(`0x${address}`), Number(width)];
    const [, value] = /Value (?:Read|Written) ([0-9A-F]+), Width/.exec(line) ?? [];
    if (value === undefined || pending === undefined) continue;
    accesses.push([...pending, BigInt(`0x${value}`)]);
    pending = undefined;
  }
  return accesses;
}
