import { opcodeRow } from '../../aml/grammar/opcodes.js';
import { bodyOf, childTerms, displayName, joinPath, type Op, type Path, type Term } from '../../aml/index.js';
import { formatHex } from '../../base/index.js';
import { windowLengthBytes } from '../../guest/index.js';
import { FOUR_GIB } from '../../platform/layout.js';
import { SDT_OFFSET } from '../../tables/index.js';
import type { Diagnostic, Place } from '../../vocab/index.js';
import type { Finding } from '../rules/rule.js';
import type { CheckedMachine } from '../subject/checked-machine.js';
import { type Declared, integerOf, isNamedVcfg, placeOf, ROOT_VCFG } from '../subject/machine-names.js';
import { perSubject } from '../subject/per-subject.js';
import { placeIn, type SubjectTable } from '../subject/subject-table.js';
import { describeDifference, valueMistakes } from './explain-difference.js';

const BASE_MULTIPLE = BigInt(windowLengthBytes(1));

/** Whether an object is always made while its table loads. */
const isCertain = ({ conditional, inMethod }: Declared): boolean => !conditional && !inMethod;

/** A use of `\VCFG` that runs while a table loads. */
interface Use {
  readonly table: SubjectTable;
  readonly term: Path;
  /** The scope that it is used in. */
  readonly path: string;
}

/** Uses of the name VCFG in code that runs while a table loads. Names in methods and packages are looked up later. */
function* usesIn(table: SubjectTable, terms: Iterable<Term>, scope: string): Generator<Use> {
  for (const term of terms) {
    if (term.op === 'Path' && isNamedVcfg(term.operands[0])) yield { table, term, path: scope };
    if (term.op === 'Method' || term.op === 'Package' || term.op === 'VarPackage') continue;
    const named = bodyOf(term) === undefined ? -1 : (opcodeRow(term.op)?.operands.indexOf('NameString') ?? -1);
    const inside = named < 0 ? scope : joinPath(scope, term.operands[named] as string);
    yield* usesIn(table, childTerms(term), inside);
  }
}

function usesOf({ loaded, names }: CheckedMachine): Use[] {
  const all = loaded.flatMap((table) => [...usesIn(table, table.terms, '\\')]);
  return all.filter(({ term, path }) => {
    const found = names.find(term.operands[0], path);
    return found === undefined || found.path === ROOT_VCFG;
  });
}

const placeOfUse = ({ table, term, path }: Use): Place => placeIn(table, term.start, displayName(path));

const places = (count: number) => (count === 1 ? '1 place uses it' : `${count} places use it`);

/** The first finding that says that part of a table could not be decoded; undefined if all of it was. */
function undecodedPart({ reading }: CheckedMachine, table: SubjectTable): Diagnostic | undefined {
  return reading.find(
    ({ code, severity, place }) => severity === 'error' && code.startsWith('AML_') && place.file === table.file,
  );
}

export function* missing(subject: CheckedMachine): Generator<Finding> {
  const { loaded, dsdt, window } = subject;
  const [first] = loaded;
  const isSomewhere = window.root !== undefined || window.named.some((declared) => isMisplaced(subject, declared));
  if (isSomewhere || first === undefined) return;
  const uses = usesOf(subject);
  const used =
    uses.length === 0 ? '' : ` ${places(uses.length)}, and Linux leaves out the regions there (AE_NOT_FOUND).`;
  const [use] = uses;
  const lost = dsdt && undecodedPart(subject, dsdt);
  const where = lost?.place.offsetBytes === undefined ? '' : ` at ${formatHex(lost.place.offsetBytes)}`;
  const perhaps = lost && ` It may be in the part that could not be decoded: see ${lost.code}${where}.`;
  yield {
    place: placeIn(dsdt ?? first, -1, ROOT_VCFG),
    ...(use === undefined ? {} : { other: placeOfUse(use), explains: uses.map(placeOfUse) }),
    ...(dsdt === undefined ? { severity: 'warning', cure: 'Give the DSDT too: VCFG belongs there.' } : {}),
    ...(lost === undefined ? {} : { other: lost.place, cure: 'Repair the table first: generate it or dump it again.' }),
    message: `${dsdt === undefined ? 'No table that was given has' : 'The DSDT does not have'} VCFG at the root, so a driver cannot find the window.${used}${perhaps ?? ''}`,
  };
}

export function* notInteger({ window: { root, written, expected } }: CheckedMachine): Generator<Finding> {
  if (root === undefined || written !== undefined) return;
  const what = root.term.op === 'Name' ? 'does not hold an Integer' : `is declared by ${root.term.op}`;
  yield {
    place: placeOf(root),
    message: `VCFG ${what}, but a driver reads an Integer there.`,
    cure: `Write Name (VCFG, ${expected === undefined ? 'the base of the window' : formatHex(expected)}).`,
  };
}

/** The uses of VCFG in an expression, by name. */
function* vcfgNames(term: Term): Generator<string> {
  if (term.op === 'Path' && isNamedVcfg(term.operands[0])) yield term.operands[0];
  for (const child of childTerms(term)) yield* vcfgNames(child);
}

/** Objects named VCFG by whose value a region is placed. */
const regionBases = perSubject(({ regions, names }: CheckedMachine): ReadonlySet<Declared> => {
  const bases = new Set<Declared>();
  for (const { declared } of regions) {
    const address = (declared.term as Op<'OperationRegion'>).operands[2];
    for (const name of vcfgNames(address)) {
      const found = names.find(name, declared.scope);
      if (found !== undefined) bases.add(found);
    }
  }
  return bases;
});

/**
 * Whether an object named VCFG that is not at the root is meant as the window's base: a region is placed by it, or the
 * root has none and its value could be a base. Vendors have objects of that name for purposes of their own.
 */
function isMisplaced(subject: CheckedMachine, declared: Declared): boolean {
  if (regionBases(subject).has(declared)) return true;
  const value = integerOf(declared);
  const { root, expected } = subject.window;
  if (root !== undefined || value === undefined || value === 0n) return false;
  return expected === undefined ? value % BASE_MULTIPLE === 0n : value === expected;
}

export function* notAtRoot(subject: CheckedMachine): Generator<Finding> {
  const { named, root } = subject.window;
  for (const declared of named) {
    if (declared.path === ROOT_VCFG) continue;
    const { scope } = declared;
    if (!isMisplaced(subject, declared)) {
      yield {
        place: placeOf(declared),
        severity: 'note',
        message: `An object below ${displayName(scope)} is named VCFG too. No region is placed by it, so it is probably unrelated to the window.`,
        cure: 'Nothing has to be done. Code within that scope has to write \\VCFG to reach the base of the window.',
      };
      continue;
    }
    yield {
      place: placeOf(declared),
      ...(root === undefined ? {} : { other: placeOf(root) }),
      message:
        root === undefined
          ? 'VCFG is not at the root, where a driver looks for it.'
          : `There is a second VCFG here: within ${scope} the name means this one, not \\VCFG.`,
    };
  }
}

export function* duplicate({ window: { named } }: CheckedMachine): Generator<Finding> {
  const [first, ...others] = named.filter((declared) => declared.path === ROOT_VCFG && isCertain(declared));
  if (first === undefined) return;
  for (const declared of others) {
    yield {
      place: placeOf(declared),
      other: placeOf(first),
      explains: [placeOf(declared)],
      message: `VCFG is defined again; the first is in ${first.table.file} at ${formatHex(first.term.start)}. Linux keeps that one and reports this (AE_ALREADY_EXISTS).`,
    };
  }
}

export function* inSsdt({ dsdt, platform, window: { named, root } }: CheckedMachine): Generator<Finding> {
  if (dsdt === undefined || root === undefined || root.table === dsdt) return;
  // A platform for a machine with tables of its own puts it there.
  if (platform?.host !== undefined) return;
  if (named.some(({ path, table }) => path === ROOT_VCFG && table === dsdt)) return;
  yield {
    place: placeOf(root),
    message: `VCFG is in ${root.table.header.signature} ${root.table.file}, not in the DSDT.`,
  };
}

export function* conditional({ window: { named } }: CheckedMachine): Generator<Finding> {
  const roots = named.filter(({ path }) => path === ROOT_VCFG);
  if (roots.some(isCertain)) return;
  for (const declared of roots) {
    yield { place: placeOf(declared), message: 'VCFG exists only if the If or While around it runs.' };
  }
}

export function* usedEarly(subject: CheckedMachine): Generator<Finding> {
  const { loaded, window } = subject;
  const { root } = window;
  if (root === undefined) return;
  const early = usesOf(subject).filter(({ table, term }) => {
    const order = loaded.indexOf(table) - loaded.indexOf(root.table);
    return order < 0 || (order === 0 && term.start < root.term.start);
  });
  const [first] = early;
  if (first === undefined) return;
  const count = early.length === 1 ? 'It is used' : `It is used in ${early.length} places`;
  yield {
    place: placeOf(root),
    other: placeOfUse(first),
    explains: early.map(placeOfUse),
    message: `${count} before this defines it, first in ${first.table.file} at ${formatHex(first.term.start)}: Linux finds no VCFG there (AE_NOT_FOUND) and makes no region.`,
  };
}

export function* leftover({ platform, window: { named } }: CheckedMachine): Generator<Finding> {
  if (!platform?.vcfg.absent) return;
  for (const declared of named) {
    const value = integerOf(declared);
    if (value === 0n) continue;
    const shown = value === undefined ? 'declared' : formatHex(value);
    yield {
      place: placeOf(declared),
      message: `${displayName(declared.path)} is ${shown}, but the platform has no window.`,
    };
  }
}

export function* zero({ window: { root, written, expected } }: CheckedMachine): Generator<Finding> {
  if (root === undefined || written !== 0n || expected === 0n) return;
  yield { place: placeOf(root), message: 'VCFG is 0, which means that there is no window.' };
}

export function* unaligned({ window: { root, written } }: CheckedMachine): Generator<Finding> {
  if (root === undefined || written === undefined || written % BASE_MULTIPLE === 0n) return;
  const below = written - (written % BASE_MULTIPLE);
  const near = [below, below + BASE_MULTIPLE].filter((base) => base > 0n && base < 1n << 64n);
  yield {
    place: placeOf(root),
    message: `VCFG is ${formatHex(written)}, which is not a multiple of 2 MiB.`,
    cure: `The nearest ${near.length === 1 ? 'multiple is' : 'multiples are'} ${near.map((base) => formatHex(base)).join(' and ')}.`,
  };
}

export function* truncated({ dsdt, integerBits, window }: CheckedMachine): Generator<Finding> {
  const { root, written, seen, buses, lengthBytes } = window;
  if (dsdt === undefined || integerBits === 64) return;
  if (root === undefined || written === undefined || seen === undefined) return;
  const why = `the DSDT has revision ${dsdt.header.revision}, so integers have 32 bits in all tables`;
  const constant = (root.term as Op<'Name'>).operands[1];
  const explains = [placeIn(root.table, constant.start, displayName(root.scope))];
  const at = { place: placeOf(root), other: placeIn(dsdt, SDT_OFFSET.revision), explains };
  if (seen !== written) {
    yield { ...at, message: `VCFG is ${formatHex(written)}, but the OS sees ${formatHex(seen)}: ${why}.` };
  } else if (buses !== undefined && written + lengthBytes > FOUR_GIB) {
    const end = written + lengthBytes - 1n;
    yield {
      ...at,
      message: `The window ends at ${formatHex(end)}, but AML cannot compute addresses above 0xffffffff: ${why}.`,
    };
  }
}

export function* wrongBase({ window: { root, written, expected } }: CheckedMachine): Generator<Finding> {
  if (root === undefined || written === undefined || written === 0n) return;
  if (expected === undefined || written === expected) return;
  const difference = describeDifference(written, expected, 'whoever wrote it', valueMistakes(written, expected));
  yield {
    place: placeOf(root),
    message: `VCFG is ${formatHex(written)}, but should be ${formatHex(expected)}: ${difference}.`,
  };
}
