import { type Declaration, displayName, type Term } from '../../aml/index.js';
import type { Reference, References } from './references.js';
import { type ShownResource, shownResources } from './resource-text.js';

/** What the details pane shows of an object, apart from its row in the tree. */
export interface ObjectDetails {
  readonly resources: readonly ShownResource[];
  /** Objects whose code or value names this one, each once. */
  readonly users: readonly Reference[];
  /** What its code or value names, each once. */
  readonly uses: readonly Reference[];
  /** Users beyond those that are listed. */
  readonly moreUsers: number;
}

/** Most rows of a list. */
const MOST_LISTED = 200;

const RESOURCE_NAMES = new Set(['_CRS', '_PRS', '_DMA']);

/** Buffers of constants in a term: a template itself, or what a method returns. */
function* constantBuffers(term: Term): Generator<Uint8Array> {
  if (term.op === 'Buffer') {
    const bytes = term.operands[1];
    if (bytes.length > 0) yield bytes;
    return;
  }
  if (term.op === 'Name') yield* constantBuffers(term.operands[1] as Term);
  if (term.op === 'Return') yield* constantBuffers(term.operands[0] as Term);
  if (term.op === 'Method') for (const each of term.operands[2]) yield* constantBuffers(each);
}

function resourcesOf({ path, term }: Declaration): readonly ShownResource[] {
  const isResource = RESOURCE_NAMES.has(path.slice(-4)) || term.op === 'Name';
  if (!isResource) return [];
  for (const bytes of constantBuffers(term)) {
    // An end tag closes every template; other buffers are data.
    if (bytes.at(-2) !== 0x79 && !RESOURCE_NAMES.has(path.slice(-4))) continue;
    const found = shownResources(bytes);
    if (found.length > 0) return found;
  }
  return [];
}

function each<Key extends 'from' | 'to'>(references: readonly Reference[], key: Key): Reference[] {
  const seen = new Set<string>();
  return references.filter((one) => !seen.has(one[key]) && seen.add(one[key]));
}

/** Describes the object of a path, as ASL shows it. */
export function describeObject(
  declared: ReadonlyMap<string, Declaration>,
  references: References,
  path: string,
): ObjectDetails {
  const found = declared.get(path);
  const users = each(references.to(path), 'from');
  const uses = each(references.from(path), 'to');
  return {
    resources: found === undefined ? [] : resourcesOf(found),
    users: users.slice(0, MOST_LISTED),
    uses: uses.slice(0, MOST_LISTED),
    moreUsers: Math.max(0, users.length - MOST_LISTED),
  };
}

/** The declarations of all tables by their paths as ASL shows them, the first of each. */
export function declarationsByPath(all: Iterable<Declaration>): Map<string, Declaration> {
  const found = new Map<string, Declaration>();
  for (const declaration of all) {
    const path = displayName(declaration.path);
    if (!found.has(path)) found.set(path, declaration);
  }
  return found;
}
