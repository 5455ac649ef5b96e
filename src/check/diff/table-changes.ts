import { formatHex } from '../../base/index.js';
import { DSDT_64_BIT_REVISION, SDT_HEADER_BYTES, type SdtHeader } from '../../tables/index.js';
import type { Place } from '../../vocab/index.js';
import type { CheckedMachine } from '../subject/checked-machine.js';
import type { SubjectTable } from '../subject/subject-table.js';
import type { ChangeDetail, TableChange } from './set-diff.js';

const trimmed = (text: string) => text.replace(/[\0 ]+$/, '');
const quoted = (text: string) => JSON.stringify(trimmed(text));

/** Fields of a header that say something by themselves: length and checksum follow from the rest. */
const FIELDS: readonly { readonly name: keyof SdtHeader; readonly show: (header: SdtHeader) => string }[] = [
  { name: 'revision', show: revisionText },
  { name: 'oemId', show: ({ oemId }) => quoted(oemId) },
  { name: 'oemTableId', show: ({ oemTableId }) => quoted(oemTableId) },
  { name: 'oemRevision', show: ({ oemRevision }) => formatHex(oemRevision) },
  { name: 'creatorId', show: ({ creatorId }) => quoted(creatorId) },
  { name: 'creatorRevision', show: ({ creatorRevision }) => formatHex(creatorRevision) },
];

function revisionText({ signature, revision }: SdtHeader): string {
  if (signature !== 'DSDT') return `${revision}`;
  return `${revision} (integers of ${revision < DSDT_64_BIT_REVISION ? 32 : 64} bits)`;
}

function headerDetails(before: SdtHeader, after: SdtHeader): ChangeDetail[] {
  return FIELDS.map(({ name, show }) => ({ aspect: name, before: show(before), after: show(after) })).filter(
    (detail) => detail.before !== detail.after,
  );
}

/** Where the bytes after two headers first differ, and in how many places. */
function byteDetails(before: Uint8Array, after: Uint8Array): ChangeDetail[] {
  const length = Math.max(before.length, after.length);
  const differing: number[] = [];
  for (let at = SDT_HEADER_BYTES; at < length; at++) if (before[at] !== after[at]) differing.push(at);
  const [first] = differing;
  if (first === undefined) return [];
  const show = (bytes: Uint8Array) => (bytes[first] === undefined ? undefined : formatHex(bytes[first] as number, 2));
  const lengths = { aspect: 'length', before: `${before.length} bytes`, after: `${after.length} bytes` };
  const more = differing.length === 1 ? '' : `, and ${differing.length - 1} more`;
  return [
    ...(before.length === after.length ? [] : [lengths]),
    { aspect: `byte ${formatHex(first)}${more}`, before: show(before), after: show(after) },
  ];
}

const placeOf = ({ file }: SubjectTable): Place => ({ file });

/** A change of a table; what its AML says is compared object by object, across all tables of a machine. */
function compareTables(before: SubjectTable, after: SubjectTable, isCompared: boolean): TableChange | undefined {
  const details = [
    ...headerDetails(before.header, after.header),
    ...(isCompared ? [] : byteDetails(before.bytes, after.bytes)),
  ];
  if (details.length === 0) return undefined;
  const { signature, oemTableId } = after.header;
  const places = { before: placeOf(before), after: placeOf(after) };
  return { kind: 'changed', signature, oemTableId: trimmed(oemTableId), ...places, details };
}

/** Tables of two machines that are the same one: of one signature, first by their own name, then in their order. */
function pair(
  before: readonly SubjectTable[],
  after: readonly SubjectTable[],
): [SubjectTable | undefined, SubjectTable | undefined][] {
  const left = new Set(before);
  const right = new Set(after);
  const pairs: [SubjectTable | undefined, SubjectTable | undefined][] = [];
  const match = (isSame: (a: SdtHeader, b: SdtHeader) => boolean) => {
    for (const one of left) {
      const other = [...right].find((each) => isSame(one.header, each.header));
      if (other === undefined) continue;
      pairs.push([one, other]);
      left.delete(one);
      right.delete(other);
    }
  };
  match((a, b) => a.signature === b.signature && trimmed(a.oemTableId) === trimmed(b.oemTableId));
  match((a, b) => a.signature === b.signature);
  for (const one of left) pairs.push([one, undefined]);
  for (const other of right) pairs.push([undefined, other]);
  return pairs;
}

/** Tables that came or went, headers that changed, and tables without AML whose bytes did. */
export function tableChanges(before: CheckedMachine, after: CheckedMachine): TableChange[] {
  const changes = pair(before.tables, after.tables).flatMap(([one, other]): TableChange[] => {
    if (one !== undefined && other !== undefined) {
      const isCompared = before.loaded.includes(one) && after.loaded.includes(other);
      return [compareTables(one, other, isCompared) ?? []].flat();
    }
    const table = (one ?? other) as SubjectTable;
    const { signature, oemTableId } = table.header;
    const side = one === undefined ? { after: placeOf(table) } : { before: placeOf(table) };
    const kind = one === undefined ? 'added' : 'removed';
    return [{ kind, signature, oemTableId: trimmed(oemTableId), ...side, details: [] }];
  });
  const key = ({ signature, oemTableId, kind }: TableChange) => `${signature} ${oemTableId} ${kind}`;
  return changes.sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** Header fields that identify a table's maker, not its contents. */
const IDENTITY: ReadonlySet<string> = new Set(FIELDS.map(({ name }) => name).filter((name) => name !== 'revision'));

/** Like {@link tableChanges}, but ignores the makers, and only for tables that both sides have. */
export function contentChanges(before: CheckedMachine, after: CheckedMachine): TableChange[] {
  return tableChanges(before, after).flatMap((change) => {
    const details = change.details.filter(({ aspect }) => !IDENTITY.has(aspect));
    return details.length === 0 ? [] : [{ ...change, details }];
  });
}
