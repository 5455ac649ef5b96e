import { asl, fieldUnits, type Term } from '../../../src/aml/index.js';
import { dsdt, fadt, type RuleFixture, ssdt } from './table-bytes.js';

const { Local } = asl;
const FLAG = asl.path('\\FLAG');
const UNITS = fieldUnits(['AAAA', 'BBBB', 'CCCC'].map((name, index) => ({ name, lowBit: 8 * index, bits: 8 })));
const GONE = '\\_SB.GONE';
const asks = (name = GONE) => asl.CondRefOf(name);
const use = asl.Notify(GONE, 1);
const method = (name: string, body: readonly Term[], options = {}) => asl.Method(name, options, body);

/** Bodies of one event handler: in the first the missing name is used, in the second its absence is provided for. */
const HANDLERS: readonly (readonly [of: string, wrong: readonly Term[], right: readonly Term[]])[] = [
  ['guarded by its own name, or used after that', [asl.If(asks(), [use]), use], [asl.If(asks(), [use])]],
  [
    'in the Else of its absence, or of its presence',
    [asl.If(asks(), []), asl.Else([use])],
    [asl.If(asl.LNot(asks()), []), asl.Else([use])],
  ],
  [
    'guarded by LNot of LNot, or by LNot',
    [asl.If(asl.LNot(asks()), [use])],
    [asl.If(asl.LNot(asl.LNot(asks())), [use])],
  ],
  ['guarded with LAnd, or with LOr', [asl.If(asl.LOr(asks(), FLAG), [use])], [asl.If(asl.LAnd(FLAG, asks()), [use])]],
  [
    'guarded by LOr of two missing names, or of one that exists',
    [asl.If(asl.LOr(asks(), asks('\\_SB.HERE')), [use])],
    [asl.If(asl.LOr(asks(), asks('\\_SB.NONE')), [use])],
  ],
  ['compared with One, or with Zero', [asl.If(asl.LEqual(asks(), 0), [use])], [asl.If(asl.LEqual(asks(), 1), [use])]],
  [
    'after a Return in its absence, or in its presence',
    [asl.If(asks(), [asl.Return(0)]), use],
    [asl.If(asl.LNot(asks()), [asl.Return(0)]), use],
  ],
  [
    'in a While of its presence, or of its absence',
    [asl.While(asl.LNot(asks()), [use, asl.Break()])],
    [asl.While(asks(), [use])],
  ],
  [
    'guarded by a Local, or by one that was changed',
    [asl.Store(asks(), Local(0)), asl.Store(1, Local(0)), asl.If(Local(0), [use])],
    [asl.Store(asks(), Local(0)), asl.If(Local(0), [use])],
  ],
  [
    'guarded by a Local in a While, or by one that the loop changes',
    [asl.Store(asks(), Local(0)), asl.While(FLAG, [asl.If(Local(0), [use]), asl.Increment(Local(0))])],
    [asl.Store(asks(), Local(0)), asl.While(FLAG, [asl.If(Local(0), [use])])],
  ],
  [
    'guarded by a Local that one branch sets, or both',
    [asl.Store(asks(), Local(0)), asl.If(FLAG, [asl.Store(1, Local(0))]), asl.If(Local(0), [use])],
    [
      asl.If(FLAG, [asl.Store(asks(), Local(0))]),
      asl.Else([asl.Store(asks('\\_SB.NONE'), Local(0))]),
      asl.If(Local(0), [use]),
    ],
  ],
  [
    'guarded by a named flag, or by one that was changed',
    [asl.Store(asks(), '\\FLAG'), asl.Store(1, '\\FLAG'), asl.If(asl.path('\\FLAG'), [use])],
    [asl.Store(asks(), '\\FLAG'), asl.If(asl.path('\\FLAG'), [use])],
  ],
  [
    'guarded by its child, or by a child of another',
    [asl.If(asks('\\_SB.HERE'), [use])],
    [asl.If(asks('\\_SB.GONE._STA'), [use])],
  ],
  [
    'guarded by another missing name, or by one that exists',
    [asl.If(asks('\\FLAG'), [use])],
    [asl.If(asks('\\_SB.NONE'), [use])],
  ],
  [
    'guarded by a method that asks, or by one that returns something else',
    [asl.If(asl.Call('\\SAYS'), [use])],
    [asl.If(asl.Call('\\HAVE'), [use])],
  ],
  ['in a method called from there, guarded or not', [asl.Call('\\BARE')], [asl.If(asks(), [asl.Call('\\SAFE')])]],
  [
    'through an Alias of something missing, or of what exists',
    [asl.Notify('\\ALIA.NONE', 1)],
    [asl.Notify('\\ALIA.SUBD', 1)],
  ],
];

const REST: readonly Term[] = [
  asl.Name('FLAG', 0),
  asl.Device('\\_SB.HERE', [asl.Device('SUBD', [])]),
  asl.Alias('\\_SB.HERE', 'ALIA'),
  method('HAVE', [asl.Return(asks())]),
  method('SAYS', [asl.Return(asl.path('FLAG'))]),
];

/** What methods that handlers call would do: outside of handlers, a name that any code asks for is provided for. */
const CALLED: Readonly<Record<string, readonly Term[]>> = {
  BARE: [asl.Notify('\\_SB.PURE', 1)],
  SAFE: [asl.Notify('\\_SB.PURE', 1)],
};

function setOf(handler: readonly Term[]): RuleFixture['wrong'] {
  const text = JSON.stringify(handler, (_, value: unknown) => (typeof value === 'bigint' ? `${value}` : value));
  const called = Object.entries(CALLED).flatMap(([name, body]) => (text.includes(name) ? [method(name, body)] : []));
  return [dsdt([...REST, ...called, method('\\_GPE._L01', handler)]), fadt()];
}

/** Rows about names that no table declares, and what is asked of them. */
export const GUARD_FIXTURES: readonly RuleFixture[] = [
  ...HANDLERS.map(
    ([of, wrong, right]): RuleFixture => ({
      code: 'AML_NAME_MISSING',
      of,
      severity: 'warning',
      wrong: setOf(wrong),
      right: setOf(right),
      says: 'is used here, but none of the 2 tables given declares it',
    }),
  ),
  {
    code: 'AML_NAME_MISSING',
    of: 'once for its highest missing parent',
    severity: 'warning',
    wrong: [
      dsdt([
        asl.Device('\\_SB.HERE', []),
        method('MTHD', [
          asl.Notify('\\_SB.HERE.PORT.DISK', 1),
          asl.Notify('\\_SB.HERE.PORT', 1),
          asl.Store(1, '\\_SB.HERE.PORT.FLAG'),
        ]),
      ]),
      fadt(),
    ],
    right: [
      dsdt([asl.Device('\\_SB.HERE', [asl.Device('PORT', [asl.Name('FLAG', 0), asl.Device('DISK', [])])])]),
      fadt(),
    ],
    says: '\\_SB.HERE.PORT.DISK is used here, but none of the 2 tables given declares \\_SB.HERE.PORT: the OS does not find it when this runs. 2 more uses need \\_SB.HERE.PORT.',
  },
  {
    code: 'AML_NAME_MISSING',
    of: 'once, whether it is written relative or absolute',
    severity: 'warning',
    wrong: [
      dsdt([
        asl.External('\\_SB.FUNC', 8, 0),
        asl.Scope('\\_SB', [method('MTHD', [asl.Call('FUNC'), asl.Call('\\_SB.FUNC')])]),
      ]),
      fadt(),
    ],
    right: [
      dsdt([asl.Scope('\\_SB', [method('MTHD', [asl.Call('FUNC'), asl.Call('\\_SB.FUNC')]), method('FUNC', [])])]),
      fadt(),
    ],
    says: '1 more use needs \\_SB.FUNC.',
  },
  {
    code: 'AML_NAME_MISSING',
    of: 'as an element of a Package, which stays empty',
    severity: 'warning',
    wrong: [dsdt([asl.Name('PACK', asl.Package([asl.path(GONE)]))]), fadt()],
    right: [dsdt([asl.Device(GONE, []), asl.Name('PACK', asl.Package([asl.path(GONE)]))]), fadt()],
    says: '\\_SB.GONE is used here',
  },
  {
    code: 'AML_NAME_TWICE',
    of: 'and not the children of what is twice',
    wrong: [
      dsdt([asl.Device('DEV0', [asl.Name('_ADR', 1), asl.Device('SUBD', [asl.Name('_ADR', 1)])])]),
      ssdt([asl.Device('DEV0', [asl.Name('_ADR', 1), asl.Device('SUBD', [asl.Name('_ADR', 1)])])]),
    ],
    right: [dsdt([asl.Device('DEV0', [asl.Name('_ADR', 1)])]), ssdt([asl.Scope('DEV0', [asl.Device('SUBD', [])])])],
    path: '\\DEV0',
    says: '\\DEV0 is made here and already in dsdt.aml, by Device.',
  },
  {
    code: 'AML_NAME_TWICE',
    of: 'and not in branches that exclude each other, nor by two methods',
    wrong: [dsdt([method('MTH0', [asl.Name('\\ONCE', 1), asl.Name('\\ONCE', 2)])])],
    right: [
      dsdt([
        asl.If(asks(), [asl.Name('\\SAME', 1)]),
        asl.Else([asl.Name('\\SAME', 2)]),
        method('MTH0', [asl.Name('\\ONCE', 1)]),
        method('MTH1', [asl.Name('\\ONCE', 2)]),
      ]),
    ],
    says: '\\ONCE is made here and already further up, by Name.',
  },
  {
    code: 'AML_NAME_TWICE',
    of: 'by the units of one Field, once',
    wrong: [
      dsdt([asl.OperationRegion('REGN', 'SystemMemory', 0, 16), asl.Field('REGN', { access: 'ByteAcc' }, UNITS)]),
      ssdt([asl.Field('REGN', { access: 'ByteAcc' }, UNITS)]),
    ],
    right: [
      dsdt([asl.OperationRegion('REGN', 'SystemMemory', 0, 16), asl.Field('REGN', { access: 'ByteAcc' }, UNITS)]),
    ],
    says: 'The same holds for BBBB and CCCC.',
  },
  {
    code: 'AML_SCOPE_EARLY',
    of: 'in tables whose order is not known',
    severity: 'note',
    options: { loadOrderKnown: false },
    wrong: [
      dsdt([]),
      { ...ssdt([asl.Scope('\\_SB.DEV0', [])]), file: 'ssdt10.aml' },
      ssdt([asl.Device('\\_SB.DEV0', [])]),
    ],
    right: [
      dsdt([]),
      ssdt([asl.Device('\\_SB.DEV0', [])]),
      { ...ssdt([asl.Scope('\\_SB.DEV0', [])]), file: 'ssdt10.aml' },
    ],
    says: 'this fails if ssdt10.aml is loaded before it, and the order of the tables is not known',
  },
  {
    code: 'AML_SCOPE_EARLY',
    of: 'in tables whose order is known',
    wrong: [
      dsdt([]),
      { ...ssdt([asl.Scope('\\_SB.DEV0', [])]), file: 'ssdt10.aml' },
      ssdt([asl.Device('\\_SB.DEV0', [])]),
    ],
    right: [
      dsdt([]),
      ssdt([asl.Device('\\_SB.DEV0', [])]),
      { ...ssdt([asl.Scope('\\_SB.DEV0', [])]), file: 'ssdt10.aml' },
    ],
    says: 'Scope opens \\_SB.DEV0, but Device makes it in ssdt.aml, which is loaded later.',
  },
];
