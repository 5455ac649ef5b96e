import { decodeToTape } from '../../aml/decode/decode.js';
import { type DecodeOptions, decodeAml, encodeAml, makeTerm, type NamespaceNode } from '../../aml/index.js';
import { errorAt, SDT_HEADER_BYTES, SDT_OFFSET } from '../../base/index.js';
import type { Diagnostic } from '../../vocab/index.js';
import { TermCompiler } from '../compile/compiler.js';
import { type AmlFault, fail } from '../objects/fault.js';
import type { Machine } from '../objects/machine.js';
import type { AmlNode } from '../objects/node.js';
import type { Frame } from '../objects/objects.js';
import { AmlPackage } from '../objects/objects.js';
import { resolvePackage } from '../objects/resolve.js';
import { TableLevel } from './table-level.js';

/** A table, and what to call it in diagnostics. */
export interface TableSource {
  readonly bytes: Uint8Array;
  readonly file: string;
}

export interface TableHeader {
  readonly signature: string;
  readonly revision: number;
  readonly oemId: string;
  readonly oemTableId: string;
  readonly length: number;
}

/** A table's header; undefined if there are not enough bytes. */
export function readHeader(bytes: Uint8Array): TableHeader | undefined {
  if (bytes.length < SDT_HEADER_BYTES) return undefined;
  const text = (at: number, length: number) => String.fromCharCode(...bytes.subarray(at, at + length));
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return {
    signature: text(0, 4),
    revision: bytes[SDT_OFFSET.revision] as number,
    oemId: text(SDT_OFFSET.oemId, 6),
    oemTableId: text(SDT_OFFSET.oemTableId, 8),
    length: view.getUint32(SDT_OFFSET.length, true),
  };
}

/** A fault as a finding, with the methods that were running. */
export function diagnosticOf(machine: Machine, fault: AmlFault, path: string): Diagnostic {
  const [at, ...outer] = fault.calls;
  const file = at === undefined ? undefined : machine.tables[at.table]?.file;
  const where = outer.map((call) => `${call.path || 'the table'}+0x${call.offsetBytes.toString(16)}`);
  const stack = where.length === 0 ? '' : ` Called from ${where.join(', from ')}.`;
  const place = {
    ...(file === undefined ? {} : { file }),
    ...(at === undefined || at.offsetBytes < 0 ? {} : { offsetBytes: at.offsetBytes }),
    path: at?.path || path,
  };
  return errorAt(fault.code, place, fault.message + stack, fault.cure);
}

/** The bytes of a table that its header counts. */
function wholeBytes({ bytes }: TableSource): Uint8Array {
  const length = Math.min(readHeader(bytes)?.length ?? SDT_HEADER_BYTES, bytes.length);
  return bytes.subarray(0, Math.max(SDT_HEADER_BYTES, length));
}

/** How tables are decoded, with the names that others declare; bodies of methods are left as bytes. */
const optionsOf = (namespace: NamespaceNode): DecodeOptions => ({
  offset: SDT_HEADER_BYTES,
  namespace,
  methodBodies: 'skip',
});

/** Notes what tables declare, so that calls of methods in later tables are decoded right. */
export function declareTables(sources: readonly TableSource[], namespace: NamespaceNode): void {
  if (sources.length < 2) return;
  for (const source of sources)
    decodeToTape(wholeBytes(source), { ...optionsOf(namespace), guessBudgetBytes: 0 }).tape.release();
}

/** Runs a table's terms in a scope. Gives the table's index. */
export function runTable(machine: Machine, source: TableSource, namespace: NamespaceNode, scope: AmlNode): number {
  const header = readHeader(source.bytes);
  if (header === undefined) fail('AE_BAD_HEADER', `${source.file} has fewer bytes than a table's header.`);
  const table = machine.tables.length;
  machine.tables.push({ ...header, file: source.file, bytes: source.bytes, isLoaded: true });
  // A copy, since methods and packages are decoded from it later.
  const { tape, diagnostics } = decodeToTape(new Uint8Array(wholeBytes(source)), optionsOf(namespace));
  const note = (diagnostics: readonly Diagnostic[], shift: number) => {
    for (const { place, ...found } of diagnostics) {
      const offset = place.offsetBytes === undefined ? {} : { offsetBytes: place.offsetBytes + shift };
      machine.diagnostics.push({ ...found, place: { file: source.file, ...place, ...offset } });
    }
  };
  note(diagnostics, 0);
  const compiler = new TermCompiler(
    machine,
    table,
    (fault, frame) => machine.diagnostics.push(diagnosticOf(machine, fault, frame.scope.path)),
    (path, raw) => {
      // In its scope, so that relative names of methods are known and the arguments of their calls are read.
      const scoped = encodeAml([makeTerm('Scope', [path, [raw]])]);
      const shift = raw.start + raw.operands[0].length - scoped.length;
      const { terms, diagnostics: found } = decodeAml(scoped, { namespace });
      note(found, shift);
      const [scope] = terms;
      return { body: scope?.op === 'Scope' ? scope.operands[1] : terms, shift };
    },
  );
  const frame: Frame = {
    slots: new Array(15).fill(undefined),
    scope,
    result: undefined,
    implicit: undefined,
    created: undefined,
    isTable: true,
  };
  try {
    new TableLevel(tape, namespace, compiler, frame).run();
  } finally {
    tape.release();
  }
  return table;
}

/** Looks the names in packages up, as an OS does once a table is loaded. */
export function resolvePackages(machine: Machine, node: AmlNode): void {
  if (node.object instanceof AmlPackage && node.object.unresolved) resolvePackage(machine, node.object);
  if (node.children.size > 0) for (const child of node.children.values()) resolvePackages(machine, child);
}

/** Removes what a table declared. */
export function unloadTable(machine: Machine, table: number): void {
  const loaded = machine.tables[table];
  if (loaded === undefined || !loaded.isLoaded) fail('AE_NOT_EXIST', 'The table is not loaded.');
  loaded.isLoaded = false;
  const remove = (node: AmlNode): void => {
    for (const child of [...node.children.values()]) {
      if (child.table === table) machine.tree.remove(child);
      else remove(child);
    }
  };
  remove(machine.tree.root);
}
