import { escapeControls } from '../../base/diagnostics.js';
import { formatHex } from '../../base/index.js';
import type { Place } from '../../vocab/index.js';
import type { ChangeDetail, ChangeKind, ObjectChange, SetDiff, TableChange } from './set-diff.js';

/** Colours for what was added, removed and changed. Without colours, each function returns the text as it is. */
export interface DiffPainter {
  readonly added: (text: string) => string;
  readonly removed: (text: string) => string;
  readonly changed: (text: string) => string;
}

const plain = (text: string) => text;
const PLAIN_DIFF: DiffPainter = { added: plain, removed: plain, changed: plain };

const MARKS: Record<ChangeKind, string> = { added: '+', removed: '-', renamed: '~', changed: '~' };

const painted = (kind: ChangeKind, paint: DiffPainter) => paint[kind === 'renamed' ? 'changed' : kind];

function placeText(place: Place | undefined): string {
  if (place?.file === undefined) return '';
  return place.offsetBytes === undefined ? place.file : `${place.file}+${formatHex(place.offsetBytes, 4)}`;
}

/** Where it is, on one side or on both. */
function placesText({ before, after }: { readonly before?: Place; readonly after?: Place }): string {
  const places = [placeText(before), placeText(after)].filter((text) => text !== '');
  return places.length === 0 ? '' : `  (${escapeControls(places.join(', '))})`;
}

/** If longer than this, the two sides are on lines of their own. */
const SIDE_BY_SIDE = 60;

const escaped = (text: string | undefined) => (text === undefined ? undefined : escapeControls(text));

function detailLines(detail: ChangeDetail, paint: DiffPainter): string[] {
  const { aspect } = detail;
  const [before, after] = [escaped(detail.before), escaped(detail.after)];
  const isStatement = aspect.startsWith('statement');
  const length = (before ?? '').length + (after ?? '').length;
  if (!isStatement && before !== undefined && after !== undefined && length <= SIDE_BY_SIDE)
    return [`    ${aspect}: ${before} → ${after}`];
  const nothing = isStatement ? '(nothing more)' : '(none)';
  return [
    `    ${aspect}:`,
    `      ${paint.removed(`- ${before ?? nothing}`)}`,
    `      ${paint.added(`+ ${after ?? nothing}`)}`,
  ];
}

function objectLines(change: ObjectChange, paint: DiffPainter): string[] {
  const { kind, path, type, what, below, details } = change;
  const said = what === undefined ? (type === 'Code' ? 'what runs at load' : type) : what;
  const more = below === 0 ? '' : `, and ${below} ${below === 1 ? 'object' : 'objects'} below it`;
  const head = `${painted(kind, paint)(`${MARKS[kind]} ${path}`)}  ${escapeControls(said)}${more}${placesText(change)}`;
  return [head, ...details.flatMap((detail) => detailLines(detail, paint))];
}

function tableLines(change: TableChange, paint: DiffPainter): string[] {
  const { kind, signature, oemTableId, details } = change;
  const head = painted(kind, paint)(escapeControls(`${MARKS[kind]} table ${signature} "${oemTableId}"`));
  return [`${head}${placesText(change)}`, ...details.flatMap((detail) => detailLines(detail, paint))];
}

/** `3 changes: 1 added, 2 changed`. */
function summary({ tables, objects }: SetDiff): string {
  const all = [...tables, ...objects];
  const kinds: readonly ChangeKind[] = ['added', 'removed', 'renamed', 'changed'];
  const counts = kinds
    .map((kind) => [kind, all.filter((change) => change.kind === kind).length] as const)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${count} ${kind}`);
  return `${all.length} ${all.length === 1 ? 'change' : 'changes'}: ${counts.join(', ')}`;
}

/** A difference as lines for people, with control characters escaped. Empty if there is no difference. */
export function formatDiff(diff: SetDiff, paint: DiffPainter = PLAIN_DIFF): string[] {
  if (diff.same) return [];
  const address = (value: bigint | undefined) => (value === undefined ? '(known at run time)' : formatHex(value));
  const moves = diff.moves.map(({ path, before, after }) => `    ${path}  ${address(before)} → ${address(after)}`);
  return [
    ...diff.tables.flatMap((change) => tableLines(change, paint)),
    ...diff.objects.flatMap((change) => objectLines(change, paint)),
    ...(moves.length === 0 ? [] : ['  Regions that these changes move:', ...moves]),
    summary(diff),
  ];
}
