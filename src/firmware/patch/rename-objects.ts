import {
  createNamespace,
  declarations,
  decodeResources,
  displayName,
  isNameSeg,
  joinPath,
  normalizeName,
  padNameSeg,
  type Term,
} from '../../aml/index.js';
import { DiagnosticError, errorAt } from '../../base/index.js';
import type { Diagnostic } from '../../vocab/index.js';
import { type NameUse, rewriteNames, visitTerms } from './rewrite-names.js';

/**
 * An object's new name. `from` is one NameSeg, for every object of that name and every use of it, or the absolute path
 * of one object. `to` is a NameSeg, or a path that differs from `from` in its last NameSeg.
 */
export interface Rename {
  readonly from: string;
  readonly to: string;
}

/** A name of an object that the table itself does not declare. */
export interface ForeignName {
  /** Absolute path, segments padded. */
  readonly path: string;
  readonly offsetBytes: number;
}

export interface RenamedTerms {
  readonly terms: readonly Term[];
  /** New names of objects that are declared elsewhere, each path once: it has to be declared under that name there. */
  readonly foreign: readonly ForeignName[];
  /** How many names were changed by each rename, in their order. */
  readonly counts: readonly number[];
  readonly diagnostics: readonly Diagnostic[];
}

/** A rename with padded names. */
interface ReadRename {
  /** Absolute path of the object; undefined for all of a NameSeg. */
  readonly path: string | undefined;
  readonly from: string;
  readonly to: string;
}

const lastOf = (path: string) => path.slice(-4);
const parentOf = (path: string) => path.slice(0, -4);

function refuse(code: Diagnostic['code'], place: Diagnostic['place'], message: string, cure: string): never {
  throw new DiagnosticError([errorAt(code, place, message, cure)]);
}

/** What every namespace has before a table is loaded. ACPI 6.5 §5.3.1, §5.7 */
const PREDEFINED: ReadonlyMap<string, boolean> = new Map(
  createNamespace().children.map((node) => [node.path(), node.kind === 'method']),
);
/** Those of them that tables only open. */
const OPENED = new Set(['_SB_', '_GPE', '_PR_', '_TZ_', '_SI_']);

function readRename({ from, to }: Rename): ReadRename {
  if (typeof from !== 'string' || typeof to !== 'string')
    throw new TypeError('A rename has two names as text, from and to.');
  const isSegment = isNameSeg(from);
  const path = isSegment ? undefined : joinPath('\\', normalizeName(from));
  if (path === '\\' || OPENED.has(path === undefined ? padNameSeg(from) : PREDEFINED.has(path) ? lastOf(path) : '')) {
    refuse(
      'FIRMWARE_BAD_RENAME',
      { path: from },
      `${from} cannot be renamed: it is there before any table is loaded.`,
      'Rename an object of the table.',
    );
  }
  if (path === undefined) return { path, from: padNameSeg(from), to: padNameSeg(to) };
  if (isNameSeg(to)) return { path, from: lastOf(path), to: padNameSeg(to) };
  const wanted = joinPath('\\', normalizeName(to));
  if (parentOf(wanted) !== parentOf(path)) {
    refuse(
      'FIRMWARE_BAD_RENAME',
      { path: from },
      `${from} cannot become ${to}: a rename changes the last NameSeg and leaves the object where it is.`,
      'Give the new name alone, four letters.',
    );
  }
  return { path, from: lastOf(path), to: lastOf(wanted) };
}

const ROOT_PREFIX = /^(?:\\|\^*)/;

/** The segments of an absolute path, after a rename. */
function mapPath(path: string, { path: only, from, to }: ReadRename): string {
  if (only !== undefined)
    return path === only || path.startsWith(`${only}.`) ? only.slice(0, -4) + to + path.slice(only.length) : path;
  const segments = path.slice(1).split('.');
  return `\\${segments.map((segment) => (segment === from ? to : segment)).join('.')}`;
}

/** Absolute paths of everything that terms declare, Externals included. */
function declaredPaths(terms: readonly Term[]): Map<string, Term> {
  const paths = new Map<string, Term>();
  rewriteNames(terms, (name, scope, use, term) => {
    const path = joinPath(scope, name);
    if (use === 'declares' && !paths.has(path)) paths.set(path, term);
    return name;
  });
  return paths;
}

/** The absolute path that a name means; for one that nothing declares, where it points without a search. */
function resolve(name: string, scope: string, use: NameUse, paths: ReadonlyMap<string, Term>): string {
  const direct = joinPath(scope, name);
  if (use !== 'refers' || paths.has(direct)) return direct;
  if (name.length !== 4 || name.startsWith('^')) return direct;
  for (let at = scope; at !== '\\'; ) {
    at = at.includes('.') ? at.slice(0, at.lastIndexOf('.')) : '\\';
    const found = at === '\\' ? `\\${name}` : `${at}.${name}`;
    if (paths.has(found)) return found;
  }
  return direct;
}

/** A name as it is spelled, with the segments that its path has after a rename. */
function respell(name: string, path: string, renamed: string): string {
  const prefix = ROOT_PREFIX.exec(name)?.[0] ?? '';
  const spelled = name.slice(prefix.length);
  if (spelled === '' || path === renamed) return name;
  return prefix + renamed.slice(renamed.length - spelled.length);
}

/** Whether a rename changes the last segment of a path, not one of a Device above it. */
const isNewName = (path: string, renamed: string) => lastOf(path) !== lastOf(renamed);

/** What each name in terms means, in the order of their bytes. */
function meanings(terms: readonly Term[]): { path: string; term: Term }[] {
  const paths = declaredPaths(terms);
  const found: { path: string; term: Term }[] = [];
  rewriteNames(terms, (name, scope, use, term) => {
    found.push({ path: resolve(name, scope, use, paths), term });
    return name;
  });
  return found;
}

/** Refuses a new name that an object beside it has already. */
function findTaken(terms: readonly Term[], rename: ReadRename): void {
  const all = declarations(terms);
  const kept = new Map(all.filter(({ path }) => mapPath(path, rename) === path).map((each) => [each.path, each.term]));
  for (const { path } of all) {
    const renamed = mapPath(path, rename);
    if (renamed === path) continue;
    const holder = kept.get(renamed);
    if (holder === undefined && !PREDEFINED.has(renamed)) continue;
    const how = holder === undefined ? 'is predefined' : 'is declared here';
    refuse(
      'FIRMWARE_NAME_TAKEN',
      { ...(holder && { offsetBytes: holder.start }), path: displayName(renamed) },
      `${displayName(path)} cannot be renamed: ${displayName(renamed)} ${how}.`,
      'Give it a name that is free, or rename the other object first.',
    );
  }
}

/** Texts that hold the old name: the OS resolves some of them, such as a resource's source, and they stay as they are. */
function findTexts(terms: readonly Term[], { from }: ReadRename): Diagnostic[] {
  const word = new RegExp(`(?:^|[\\\\^.])${from.replace(/_+$/, '')}_*(?:$|\\.)`);
  const found: Diagnostic[] = [];
  visitTerms(terms, (term) => {
    const texts =
      term.op === 'String'
        ? [term.operands[0]]
        : term.op === 'Buffer'
          ? decodeResources(term.operands[1]).descriptors.flatMap((each) =>
              'resourceSource' in each && each.resourceSource !== undefined ? [each.resourceSource] : [],
            )
          : [];
    for (const text of texts) {
      if (!word.test(text)) continue;
      found.push({
        code: 'FIRMWARE_NAME_IN_TEXT',
        severity: 'warning',
        place: { offsetBytes: term.start },
        message: `The text "${text}" has the name ${displayName(from)}; a rename does not change texts.`,
        cure: 'Change it in the source if an OS looks the object up by it.',
      });
    }
  });
  return found;
}

function renameOnce(
  terms: readonly Term[],
  rename: ReadRename,
  given: Rename,
): { terms: readonly Term[]; count: number; foreign: ForeignName[] } {
  findTaken(terms, rename);
  const paths = declaredPaths(terms);
  const own = new Set(declarations(terms).map(({ path }) => path));
  const foreign = new Map<string, ForeignName>();
  let count = 0;
  const renamed = rewriteNames(terms, (name, scope, use, { start }) => {
    const path = resolve(name, scope, use, paths);
    const target = mapPath(path, rename);
    const next = respell(name, path, target);
    if (next === name) return name;
    count++;
    if (isNewName(path, target) && !own.has(path) && !foreign.has(target))
      foreign.set(target, { path: target, offsetBytes: start });
    return next;
  });
  if (count === 0) {
    refuse(
      'FIRMWARE_NO_OBJECT',
      { path: given.from },
      `Nothing here is named ${given.from}.`,
      'Names are as vcfg disassemble prints them. Does another table declare it?',
    );
  }
  const [before, after] = [meanings(terms), meanings(renamed)];
  for (const [index, { path, term }] of before.entries()) {
    const meant = mapPath(path, rename);
    const means = after[index]?.path;
    if (means === undefined || means === meant) continue;
    refuse(
      'FIRMWARE_NAME_TAKEN',
      { offsetBytes: term.start, path: displayName(means) },
      `With this rename a name here would mean ${displayName(means)} instead of ${displayName(meant)}.`,
      'Choose a name that no object in a scope around it has.',
    );
  }
  return { terms: renamed, count, foreign: [...foreign.values()] };
}

/**
 * Renames objects one after the other: where they are declared, and in every name that means them or something below
 * them. Throws a DiagnosticError for an object that is not there, for a new name that is taken, or if a name would mean
 * another object than before; texts that hold a name stay, with a warning.
 */
export function renameObjects(terms: readonly Term[], renames: readonly Rename[]): RenamedTerms {
  const counts: number[] = [];
  const diagnostics: Diagnostic[] = [];
  const foreign: ForeignName[] = [];
  let current = terms;
  for (const given of renames) {
    const rename = readRename(given);
    diagnostics.push(...findTexts(current, rename));
    const next = renameOnce(current, rename, given);
    current = next.terms;
    counts.push(next.count);
    foreign.push(...next.foreign);
  }
  return { terms: current, counts, foreign, diagnostics };
}
