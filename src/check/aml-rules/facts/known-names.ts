import { joinPath, lookUp } from '../../../aml/index.js';
import { isLoneName } from '../../../aml/namespace/namespace.js';
import type { Declared } from '../../subject/machine-names.js';
import { perSubject } from '../../subject/per-subject.js';
import { surveyOf } from './survey.js';

/** What ACPI itself defines. ACPI 6.5 §5.3.1, §5.7 */
const PREDEFINED = new Set([
  '\\',
  '\\_SB_',
  '\\_GPE',
  '\\_PR_',
  '\\_TZ_',
  '\\_SI_',
  '\\_GL_',
  '\\_REV',
  '\\_OS_',
  '\\_OSI',
]);

/** Aliases of aliases that are followed; more are a circle. */
const MOST_ALIASES = 8;

/** The path that holds another: of `\_SB_.PCI0` that is `\_SB_`, of the root the root. */
export const parentOf = (path: string): string => (path.includes('.') ? path.slice(0, path.lastIndexOf('.')) : '\\');

/** What the tables given together know of names. */
export interface KnownNames {
  /** Whether something of that path exists, at least after some code ran: declared, predefined, or below an Alias. */
  has(path: string): boolean;
  /** Whether a name finds something in a scope. */
  finds(name: string, scope: string): boolean;
  /** What is declared under a name, whether it is written directly or through an Alias. */
  declared(name: string, scope: string): Declared | undefined;
  /**
   * The paths that a name which is not found can mean: the one that an External gives it, else of a lone segment that in
   * each scope, from the innermost.
   */
  meant(name: string, scope: string): readonly string[];
  /** The shortest path among those from the root to this one that does not exist. */
  highestMissing(path: string): string;
}

export const knownNames = perSubject((subject): KnownNames => {
  const { names } = subject;
  const survey = surveyOf(subject);
  const aliases = new Map(
    survey
      .visits('Alias')
      .map(({ term: { operands }, site: { scope } }) => [joinPath(scope, operands[1]), { source: operands[0], scope }]),
  );
  const externals = new Map(
    survey.visits('External').map(({ term: { operands }, site: { scope } }) => {
      const path = joinPath(scope, operands[0]);
      return [path, path] as const;
    }),
  );

  /** The path with its longest aliased part replaced; undefined if no part of it is an Alias. */
  const unaliased = (path: string): string | undefined => {
    if (aliases.size === 0) return undefined;
    for (let at = path; at !== '\\'; at = parentOf(at)) {
      const alias = aliases.get(at);
      if (alias === undefined) continue;
      const source = names.find(alias.source, alias.scope)?.path ?? joinPath(alias.scope, alias.source);
      return source + path.slice(at.length);
    }
    return undefined;
  };

  const at = (path: string): Declared | undefined => {
    let next: string | undefined = path;
    for (let rounds = 0; next !== undefined && rounds <= MOST_ALIASES; rounds++) {
      const [first] = names.at(next);
      if (first !== undefined && first.term.op !== 'Alias') return first;
      const through = unaliased(next);
      if (through === undefined || through === next) return first;
      next = through;
    }
    return undefined;
  };

  const has = (path: string): boolean => PREDEFINED.has(path) || names.at(path).length > 0 || at(path) !== undefined;
  const candidates = (name: string, scope: string): string[] => {
    const paths: string[] = [];
    for (let within = scope; ; within = parentOf(within)) {
      paths.push(joinPath(within, name));
      if (within === '\\') return paths;
    }
  };
  const declared = (name: string, scope: string): Declared | undefined => {
    const direct = names.find(name, scope);
    if (direct !== undefined && direct.term.op !== 'Alias') return direct;
    if (aliases.size === 0) return direct;
    return direct === undefined
      ? isLoneName(name)
        ? undefined
        : at(joinPath(scope, name))
      : (at(direct.path) ?? direct);
  };

  return {
    has,
    declared,
    finds: (name, scope) =>
      name === '' ||
      declared(name, scope) !== undefined ||
      (isLoneName(name) ? PREDEFINED.has(`\\${name}`) : has(joinPath(scope, name))),
    meant: (name, scope) => {
      if (!isLoneName(name)) return [joinPath(scope, name)];
      const external = lookUp(externals, scope, name);
      return external === undefined ? candidates(name, scope) : [external];
    },
    highestMissing: (path) => {
      let highest = path;
      for (let above = parentOf(path); above !== '\\' && !has(above); above = parentOf(above)) highest = above;
      return highest;
    },
  };
});
