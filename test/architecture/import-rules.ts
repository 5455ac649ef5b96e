import { type ImportFound, readExportedNames, readImports, resolveSpecifier } from './imports.js';
import { describeRoom, type RoomRule, roomOf } from './rooms.js';

/** Source text by its path below src, with `/`: `aml/index.ts`. */
export type Sources = ReadonlyMap<string, string>;

const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

const withoutEnding = (path: string): string => path.replace(/\.[^./]+$/, '');

/** Names exported by files that a room must not import, with the file: another file may export them again. */
function forbiddenNames(rule: RoomRule, sources: Sources): Map<string, string> {
  const names = new Map<string, string>();
  for (const file of rule.exceptFiles ?? []) {
    for (const name of readExportedNames(file, sources.get(`${file}.ts`) ?? '')) names.set(name, file);
  }
  return names;
}

/** Why a relative import is not allowed, or undefined if it is. */
function faultOfRelative(
  found: ImportFound,
  from: string,
  rule: RoomRule,
  rules: readonly RoomRule[],
  sources: Sources,
) {
  const specifier = found.specifier as string;
  if (!specifier.endsWith('.js')) return 'A relative import ends in .js.';
  const target = resolveSpecifier(from, specifier);
  const targetRoom = roomOf(target, rules)?.room;
  if (targetRoom === undefined) return `It leads out of the rooms of src (${target}).`;
  if (targetRoom === rule.room) return undefined;
  if (!rule.rooms.includes(targetRoom)) return describeRoom(rule);
  if (rule.exceptFiles?.includes(withoutEnding(target))) return describeRoom(rule);
  if (rule.typesOnlyFrom?.includes(targetRoom) && !found.typesOnly)
    return `Only "import type" here: ${describeRoom(rule)}`;
  const exceptFile = rule.exceptFiles?.find((file) => roomOf(file, rules)?.room === targetRoom);
  if (exceptFile === undefined) return undefined;
  if (found.names === '*') return `Import single names here, not everything: ${describeRoom(rule)}`;
  const forbidden = forbiddenNames(rule, sources);
  const name = found.names.find((taken) => forbidden.has(taken));
  return name === undefined ? undefined : `${name} is from ${forbidden.get(name)}: ${describeRoom(rule)}`;
}

function faultOf(found: ImportFound, from: string, rule: RoomRule, rules: readonly RoomRule[], sources: Sources) {
  const { specifier } = found;
  if (specifier === undefined && rule.userFiles) return undefined;
  if (specifier === undefined) return 'An import names its module as a literal, so that this test can read it.';
  if (specifier.startsWith('.')) return faultOfRelative(found, from, rule, rules, sources);
  const allowed = specifier.startsWith('node:')
    ? rule.nodeBuiltins === true
    : (rule.packages?.includes(packageOf(specifier)) ?? false);
  return allowed ? undefined : describeRoom(rule);
}

/** Every import that the rows do not allow: the file, the line, the import, the rule. */
export function findForbiddenImports(sources: Sources, rules: readonly RoomRule[]): string[] {
  const faults: string[] = [];
  for (const [path, text] of sources) {
    const rule = roomOf(path, rules);
    if (rule === undefined) {
      faults.push(`src/${path}: is not in a room of the table. Add a row with what it may import, or move it.`);
      continue;
    }
    for (const found of readImports(path, text)) {
      const fault = faultOf(found, path, rule, rules, sources);
      if (fault !== undefined) faults.push(`src/${path}:${found.line}: "${found.specifier ?? '…'}": ${fault}`);
    }
  }
  return faults;
}

/** Every circle of imports, each once, as `a.ts > b.ts > a.ts`. Imports of types count: a reader follows them too. */
export function findImportCircles(sources: Sources): string[] {
  const targets = new Map<string, string[]>();
  for (const [path, text] of sources) {
    const relative = readImports(path, text).filter((found) => found.specifier?.startsWith('.'));
    const found = relative.map(({ specifier }) => resolveSpecifier(path, specifier as string));
    targets.set(
      path,
      found.map((target) => (sources.has(`${target}x`) ? `${target}x` : target)),
    );
  }
  const circles: string[] = [];
  const finished = new Set<string>();
  const visit = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path);
    if (at >= 0) circles.push([...trail.slice(at), path].join(' > '));
    if (at >= 0 || finished.has(path)) return;
    for (const target of targets.get(path) ?? []) visit(target, [...trail, path]);
    finished.add(path);
  };
  for (const path of targets.keys()) visit(path, []);
  return circles;
}
