import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  appendTo,
  asl,
  bodyOf,
  declarations,
  decodeAml,
  displayName,
  encodeAml,
  fieldUnits,
  findDeclaration,
  insertAfter,
  insertBefore,
  removeAt,
  replaceTerms,
  type Term,
  withBody,
} from '../../../src/aml/index.js';
import { DiagnosticError, fromHex, toHex } from '../../../src/base/index.js';
import { DSDT_64_BIT_REVISION, encodeTable, requireTable, SDT_HEADER_BYTES } from '../../../src/tables/index.js';
import { acpicaInteger, recompile } from '../../support/acpica.js';
import { effort, someOf } from '../../support/effort.js';
import { needs } from '../../support/oracles.js';
import { projectFolder, readCorpus } from '../../support/shared-material.js';
import { holdersOf, type Splice, splicedTable } from '../decode/spliced-table.js';

/** A table with a revision that is written, which old ones are not. */
function current(bytes: Uint8Array): Uint8Array {
  const { header } = requireTable(bytes);
  const revision = Math.max(header.revision, DSDT_64_BIT_REVISION);
  return encodeTable({ ...header, revision }, bytes.subarray(SDT_HEADER_BYTES));
}

const q35 = current(new Uint8Array(readFileSync(join(projectFolder, 'fixtures/tables/q35/dsdt.aml'))));

const termsOf = (table: Uint8Array) => decodeAml(table, { offset: SDT_HEADER_BYTES }).terms;
/** The table with other terms, as its user writes it again. */
const rewritten = (table: Uint8Array, terms: readonly Term[]) =>
  encodeTable(requireTable(table).header, encodeAml(terms));

const ADDED = asl.Name('NEW0', 0x1234_5678);
const ADDED_BYTES = encodeAml([ADDED]);
const NOTHING = new Uint8Array(0);

/** The first term of each kind in each kind of holder at each depth, but for an If and Else that belong together. */
function kindsOfTerms(terms: readonly Term[], holder = '', seen = new Set<string>()): Term[] {
  return terms.flatMap((term, index) => {
    const kind = `${holder}/${term.op}`;
    const isNew = !seen.has(kind) && term.op !== 'Else' && terms[index + 1]?.op !== 'Else';
    if (isNew) seen.add(kind);
    return [...(isNew ? [term] : []), ...kindsOfTerms(bodyOf(term) ?? [], kind, seen)];
  });
}

type Edit = readonly [what: string, edited: readonly Term[], expected: Splice];

/** Every edit at a term, each with what it does to the bytes. */
function editsAt(terms: readonly Term[], term: Term): Edit[] {
  const { start, end } = term;
  const holders = holdersOf(terms, term) ?? [];
  const replacement = new Map([[term, [ADDED]]]);
  const removed = end - start;
  return [
    ['insertBefore', insertBefore(terms, term, [ADDED]), { holders, at: start, removed: 0, inserted: ADDED_BYTES }],
    ['insertAfter', insertAfter(terms, term, [ADDED]), { holders, at: end, removed: 0, inserted: ADDED_BYTES }],
    ['removeAt', removeAt(terms, term), { holders, at: start, removed, inserted: NOTHING }],
    ['replaceTerms', replaceTerms(terms, replacement), { holders, at: start, removed, inserted: ADDED_BYTES }],
  ];
}

/** Appending to what declares a path. */
function appendingTo(terms: readonly Term[], path: string, holder: Term): Edit {
  const holders = [...(holdersOf(terms, holder) ?? []), holder];
  const expected = { holders, at: holder.end, removed: 0, inserted: ADDED_BYTES };
  return [`appendTo ${path}`, appendTo(terms, displayName(path), [ADDED]), expected];
}

/** Edits whose table is not the one that surgery on the bytes gives. */
function faultsOf(table: Uint8Array, edits: readonly Edit[]): string[] {
  return edits.flatMap(([what, edited, expected]) => {
    const same = Buffer.compare(rewritten(table, edited), splicedTable(table, expected)) === 0;
    return same ? [] : [`${what} at ${expected.at}`];
  });
}

/** Up to `most` of a list, spread over it. */
const spread = <T>(list: readonly T[], most: number): T[] =>
  list.filter((_, index) => index % Math.ceil(list.length / most) === 0);

/** Terms that hold others and are the first to declare their path for certain. */
function certainHolders(terms: readonly Term[]): { path: string; term: Term }[] {
  const first = new Map<string, Term>();
  for (const { path, term, conditional, inMethod } of declarations(terms)) {
    if (!conditional && !inMethod && !first.has(path)) first.set(path, term);
  }
  return [...first].map(([path, term]) => ({ path, term })).filter(({ term }) => bodyOf(term) !== undefined);
}

describe('an edit changes the bytes that it is about, and lengths', () => {
  it('at every kind of place of the q35 DSDT', () => {
    const terms = termsOf(q35);
    const places = kindsOfTerms(terms);
    const deepest = Math.max(...places.map((term) => holdersOf(terms, term)?.length ?? -1));
    expect([places.length, deepest]).toEqual([83, 7]);
    expect(places.flatMap((term) => faultsOf(q35, editsAt(terms, term)))).toEqual([]);
    const holders = certainHolders(terms);
    expect(holders.length).toBe(100);
    expect(holders.flatMap(({ path, term }) => faultsOf(q35, [appendingTo(terms, path, term)]))).toEqual([]);
  });

  it('in every table of the corpus', (context) => {
    const tables = readCorpus(context);
    const faults = someOf(tables, 4).flatMap(({ name, bytes }) => {
      const table = current(bytes);
      const terms = termsOf(table);
      const edits = spread(kindsOfTerms(terms), 2).flatMap((term) => editsAt(terms, term));
      const appended = spread(certainHolders(terms), 2).map(({ path, term }) => appendingTo(terms, path, term));
      return faultsOf(table, [...edits, ...appended]).map((fault) => `${name}: ${fault}`);
    });
    expect(faults).toEqual([]);
    expect(tables.length).toBe(108);
  });

  const noops = 'a3'.repeat(53);
  it.each([
    ['follows', '5b8205 41424344', '5b820f 41424344'],
    ['keeps its width', '5b824700 41424344a3', '5b824101 41424344a3'],
    ['grows wider', `5b823a 41424344${noops}`, `5b824504 41424344${noops}`],
  ])('a length %s', (_, before, after) => {
    const { terms } = decodeAml(fromHex(before));
    const bytes = encodeAml(appendTo(terms, 'ABCD', [ADDED]));
    expect(toHex(bytes)).toBe(after.replace(' ', '') + toHex(ADDED_BYTES));
  });
});

const GATE_VALUE = 0xfeed_f00dn;
const GATE = asl.Name('GATE', GATE_VALUE);

/** Edits of the q35 DSDT, and a path that has the gate's value afterwards. */
const EDITS: readonly (readonly [what: string, edit: (terms: readonly Term[]) => readonly Term[], path: string])[] = [
  ['at the end', (terms) => appendTo(terms, '\\', [GATE]), '\\GATE'],
  ['in a Scope', (terms) => appendTo(terms, '\\_SB', [GATE]), '\\_SB.GATE'],
  ['in a Device', (terms) => appendTo(terms, '\\_SB.PCI0', [GATE]), '\\_SB.PCI0.GATE'],
  ['before a Method', (terms) => insertBefore(terms, '_SB.PCI0._OSC', [GATE]), '\\_SB.PCI0.GATE'],
  ['behind a Name deeper in', (terms) => insertAfter(terms, '\\_SB.LNKA._UID', [GATE]), '\\_SB.LNKA.GATE'],
  [
    'in the place of a Method',
    (terms) => removeAt(insertAfter(terms, '\\_SB.LNKA._STA', [asl.Name('_STA', GATE_VALUE)]), '\\_SB.LNKA._STA'),
    '\\_SB.LNKA._STA',
  ],
  [
    'in a Method',
    (terms) => {
      const method = findDeclaration(terms, '\\_SB.LNKA._STA')?.term as Term;
      return insertBefore(terms, bodyOf(method)?.[0] as Term, [asl.Return(GATE_VALUE)]);
    },
    '\\_SB.LNKA._STA',
  ],
];

describe('the edited q35 DSDT', () => {
  it.for(EDITS)('%s', async ([, edit, path], context) => {
    needs(context, 'iasl', 'acpiexec');
    const bytes = rewritten(q35, edit(termsOf(q35)));
    expect(await acpicaInteger([bytes], path)).toBe(GATE_VALUE);
    const { complaints } = await recompile(bytes);
    expect(complaints.filter((line) => !line.startsWith('Warning'))).toEqual([]);
  });

  it('is loaded by acpiexec without the removed object', async (context) => {
    needs(context, 'acpiexec');
    const bytes = rewritten(q35, removeAt(termsOf(q35), '\\_SB.LNKA._UID'));
    expect(await acpicaInteger([q35], '\\_SB.LNKA._UID')).toBe(0n);
    expect(await acpicaInteger([bytes], '\\_SB.LNKA._UID')).toBeUndefined();
    expect(await acpicaInteger([bytes], '\\_SB.LNKB._UID')).toBe(1n);
  });
});

describe('edited DSDTs of the corpus', () => {
  it('are loaded by acpiexec, with what was appended to a Device', async (context) => {
    needs(context, 'acpiexec');
    const tables = spread(
      readCorpus(context).filter(({ name }) => name.includes('-dsdt-')),
      effort(3, 10),
    );
    const faults: string[] = [];
    for (const { name, bytes } of tables) {
      const table = current(bytes);
      const terms = termsOf(table);
      const device = certainHolders(terms).findLast(({ term }) => term.op === 'Device');
      const path = displayName(device?.path ?? '\\');
      const value = await acpicaInteger([rewritten(table, appendTo(terms, path, [GATE]))], `${path}.GATE`);
      if (value !== GATE_VALUE) faults.push(`${name} ${path}: ${value}`);
    }
    expect([faults, tables.length]).toEqual([[], effort(3, 10)]);
  });
});

const field = asl.Field('REGN', { access: 'ByteAcc' }, fieldUnits([{ name: 'UNIT', lowBit: 0, bits: 8 }]));
const choice = asl.If(1, [asl.Name('TWIN', 1)]);
const otherwise = asl.Else([asl.Name('TWIN', 2)]);
const device = asl.Device('DEV', [asl.Name('ONCE', 1)]);
const method = asl.Method('MTH', {}, [asl.Name('TWIN', 3)]);
const SMALL: readonly Term[] = [choice, otherwise, field, asl.Scope('\\', [device]), asl.Scope('\\DEV', []), method];

describe('finding by path', () => {
  it.each<[path: string, found: Term | undefined]>([
    ['\\DEV.ONCE', bodyOf(device)?.[0]],
    ['DEV.ONCE', bodyOf(device)?.[0]],
    ['\\DEV_.ONCE', bodyOf(device)?.[0]],
    ['DEV', device],
    ['UNIT', field],
    ['MTH', method],
    ['MTH.TWIN', bodyOf(method)?.[0]],
    ['TWIN', bodyOf(choice)?.[0]],
    ['ONCE', undefined],
    ['DEV.DEV', undefined],
  ])('%s', (path, found) => {
    expect(findDeclaration(SMALL, path)?.term).toBe(found);
  });

  it('prefers what is made for certain', () => {
    const certain = asl.Name('TWIN', 4);
    expect(findDeclaration([...SMALL, certain], 'TWIN')?.term).toBe(certain);
    const [maybe, scope] = [asl.If(1, [device]), asl.Scope('DEV', [])];
    expect(appendTo([maybe, scope], 'DEV', [ADDED])).toEqual([maybe, withBody(scope, [ADDED])]);
  });

  it('appends to a Device before a Scope of it, and to the last Scope', () => {
    const [scoped, opened] = [SMALL[3] as Term, SMALL[4] as Term];
    const appended = withBody(device, [...(bodyOf(device) ?? []), ADDED]);
    expect(appendTo(SMALL, 'DEV', [ADDED])[3]).toEqual(withBody(scoped, [appended]));
    const scopes = [opened, opened, withBody(opened, [choice])];
    expect(appendTo(scopes, 'DEV', [ADDED])).toEqual([opened, opened, withBody(opened, [choice, ADDED])]);
  });
});

describe('an edit is refused', () => {
  const rows: readonly (readonly [what: string, edit: () => unknown, code: string])[] = [
    ['at a path that nothing declares', () => insertBefore(SMALL, '\\NONE', [ADDED]), 'AML_NOT_FOUND'],
    ['at what is no path', () => removeAt(SMALL, 'dev'), 'AML_BAD_NAME'],
    ['into nothing', () => appendTo(SMALL, '\\_SB', [ADDED]), 'AML_NOT_FOUND'],
    ['into a Name', () => appendTo(SMALL, 'DEV.ONCE', [ADDED]), 'AML_UNEXPECTED_TERM'],
    ['before an Else', () => insertBefore(SMALL, otherwise, [ADDED]), 'AML_UNEXPECTED_TERM'],
    ['between If and Else', () => insertAfter(SMALL, choice, [ADDED]), 'AML_UNEXPECTED_TERM'],
    ['that leaves an Else without If', () => removeAt(SMALL, choice), 'AML_UNEXPECTED_TERM'],
    ['that removes a Field for its unit', () => removeAt(SMALL, 'UNIT'), 'AML_UNEXPECTED_TERM'],
  ];
  it.each(rows)('%s', (_, edit, code) => {
    expect(edit).toThrow(DiagnosticError);
    expect(edit).toThrow(code);
  });

  it('at a term that an earlier edit made anew', () => {
    const edited = appendTo(SMALL, 'DEV', [ADDED]);
    expect(() => removeAt(edited, device)).toThrow(RangeError);
    expect(removeAt(edited, otherwise)).not.toContain(otherwise);
  });
});
