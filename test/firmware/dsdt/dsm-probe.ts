import {
  asl,
  bodyOf,
  buffer,
  encodeAml,
  findDeclaration,
  type Op,
  replaceTerms,
  type Term,
  uuid,
} from '../../../src/aml/index.js';
import { dsdtTerms } from '../../../src/firmware/index.js';
import type { DsmValue } from '../../../src/guest/index.js';
import { platformFromObject, VFIO_MAILBOX_RESULT } from '../../../src/platform/index.js';
import { encodeTable } from '../../../src/tables/index.js';

/** A machine with one function that has a `_DSM`, and its path. */
export const platform = platformFromObject({ functions: [{ address: '00:03.0', name: 'GPU0', profile: 'vfio' }] });
export const GPU0 = '\\_SB.PC00.PE18';

export const UUID = 'e5c937d0-3553-4d7a-9117-ea4d19c3434d';
export const REVISION = 0x0102_0304_0506_0708n;
export const FUNCTION_INDEX = 7n;

const identity = { revision: 2, oemId: 'TEST', oemRevision: 1, creatorId: 'TEST', creatorRevision: 1 };

export function tableOf(signature: 'DSDT' | 'SSDT', terms: readonly Term[]): Uint8Array {
  return encodeTable({ ...identity, signature, oemTableId: `TEST${signature}` }, encodeAml(terms));
}

/** A value as AML holds it. */
function termOf(value: DsmValue): Op<'Buffer' | 'String' | 'Package' | 'VarPackage'> | bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'string') return asl.String(value);
  if (value instanceof Uint8Array) return buffer(value);
  const elements = value.map(termOf);
  return elements.length < 256 ? asl.Package(elements) : asl.VarPackage(elements.length, elements);
}

/** A call of `_DSM` with a value, or with a term for what is no value, as its fourth argument. */
export function callDsm(argument: DsmValue | Op<'Package'>): Op<'Path'> {
  const given = typeof argument === 'object' && 'op' in argument ? argument : termOf(argument);
  return asl.Call(`${GPU0}._DSM`, uuid(UUID), REVISION, FUNCTION_INDEX, given);
}

const nameOf = (letter: string, index: number) => `${letter}${index.toString(16).toUpperCase().padStart(3, '0')}`;

/** Paths of the methods that {@link probeTable} makes for a row. */
export const valueMethod = (index: number): string => `\\${nameOf('V', index)}`;
export const pageMethod = (index: number): string => `\\${nameOf('P', index)}`;

/** The shared page as one field beside those that the function has. */
const WHOLE_PAGE = asl.Scope(GPU0, [
  asl.Field('SHAM', { access: 'DWordAcc' }, [{ kind: 'NamedField', name: 'PAGE', bits: 0x8000, lengthWidth: 0 }]),
]);

/** A table whose methods V… call `_DSM` with an argument each and give what it gives, and whose methods P… give the page. */
export function probeTable(calls: readonly Op<'Path'>[]): Uint8Array {
  return tableOf('SSDT', [
    WHOLE_PAGE,
    ...calls.flatMap((call, index) => [
      asl.Method(nameOf('V', index), { serialized: true }, [asl.Return(call)]),
      asl.Method(nameOf('P', index), { serialized: true }, [
        asl.Store(call, asl.Local(0)),
        asl.Return(asl.path(`${GPU0}.PAGE`)),
      ]),
    ]),
  ]);
}

/** A method's body with a term behind the ones that are looked for. Throws if there is none. */
function withBehind(
  terms: readonly Term[],
  path: string,
  isWanted: (term: Term) => boolean,
  behind: Term,
): readonly Term[] {
  const found: Term[] = [];
  const look = (within: readonly Term[]): void => {
    for (const term of within) {
      if (isWanted(term)) found.push(term);
      look(bodyOf(term) ?? []);
    }
  };
  look(bodyOf(findDeclaration(terms, path)?.term as Term) ?? []);
  if (found.length === 0) throw new Error(`${path} has no such term.`);
  return replaceTerms(terms, new Map(found.map((term) => [term, [term, behind]])));
}

const isStoreTo = (name: string) => (term: Term) =>
  term.op === 'Store' && term.operands[1].op === 'Path' && term.operands[1].operands[0] === name;

/** The DSDT, its `_DSM` changed so that `\HOST` runs when it has told the host: that is when a host would. */
export function dsdtWithHost(): Uint8Array {
  return tableOf('DSDT', withBehind(dsdtTerms(platform), `${GPU0}._DSM`, isStoreTo('PDSM'), asl.Call('\\HOST')));
}

/** The DSDT, its event handler changed so that `\NEXT` runs with each notification that it passes on. */
export function dsdtWithQueue(): Uint8Array {
  return tableOf(
    'DSDT',
    withBehind(dsdtTerms(platform), '\\_GPE._E00', (term) => term.op === 'Notify', asl.Call('\\NEXT', asl.Local(0))),
  );
}

const RESULT_OFFSET_BITS = VFIO_MAILBOX_RESULT[0]?.offsetBits as number;
const RESULT_BITS = VFIO_MAILBOX_RESULT.reduce((bits, { widthBits }) => bits + widthBits, 0);

/** A table with a host that leaves given bytes as the result; method V… has it leave those at an index. */
export function hostTable(results: readonly Uint8Array[]): Uint8Array {
  const fields = asl.Field('SHAM', { access: 'DWordAcc' }, [
    { kind: 'ReservedField', bits: RESULT_OFFSET_BITS, lengthWidth: 0 },
    { kind: 'NamedField', name: 'LEFT', bits: RESULT_BITS, lengthWidth: 0 },
  ]);
  return tableOf('SSDT', [
    asl.Scope(GPU0, [fields]),
    asl.Name('\\LEAV', buffer(new Uint8Array(1))),
    asl.Method('\\HOST', {}, [asl.Store(asl.path('\\LEAV'), `${GPU0}.LEFT`)]),
    ...results.map((bytes, index) =>
      asl.Method(nameOf('V', index), { serialized: true }, [
        asl.CopyObject(buffer(bytes), asl.path('\\LEAV')),
        asl.Return(callDsm([])),
      ]),
    ),
  ]);
}
