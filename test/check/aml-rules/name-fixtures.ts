import { asl, buffer, type Term } from '../../../src/aml/index.js';
import { fromHex } from '../../../src/base/index.js';
import { dsdt, fadt, type RuleFixture, ssdt } from './table-bytes.js';

const { Local, Arg } = asl;
const method = (name: string, body: readonly Term[], options = {}) => asl.Method(name, options, body);
const serialized = { serialized: true };

const ASKS = method('ASKS', [asl.If(asl.CondRefOf('\\_SB.GONE'), [asl.Notify('\\_SB.GONE', 0)])]);

/** Rows about names, methods and what runs in them. */
export const NAME_FIXTURES: readonly RuleFixture[] = [
  {
    code: 'AML_NAME_TWICE',
    wrong: [dsdt([asl.Device('DEV0', [asl.Name('_ADR', 1)])]), ssdt([asl.Name('DEV0', 1)])],
    right: [dsdt([asl.Device('DEV0', [asl.Name('_ADR', 1)])]), ssdt([asl.Scope('DEV0', [asl.Name('DEV0', 1)])])],
    path: '\\DEV0',
    says: '\\DEV0 is made here and already in dsdt.aml, by Device.',
  },
  {
    code: 'AML_NAME_TWICE',
    of: 'in tables that are not the same',
    wrong: [dsdt([]), ssdt([asl.Name('ONCE', 1)]), ssdt([asl.Name('ONCE', 2)])],
    right: [dsdt([]), ssdt([asl.Name('ONCE', 1)]), ssdt([asl.Name('ONCE', 1)])],
    says: '\\ONCE is made here and already in ssdt.aml, by Name.',
  },
  {
    code: 'AML_NAME_TWICE',
    of: 'in one method',
    wrong: [dsdt([method('MTHD', [asl.Name('ONCE', 1), asl.Name('ONCE', 2)], serialized)])],
    right: [
      dsdt([
        method('MTHD', [asl.If(Arg(0), [asl.Name('ONCE', 1)]), asl.Else([asl.Name('ONCE', 2)])], {
          ...serialized,
          args: 1,
        }),
      ]),
    ],
    path: '\\MTHD.ONCE',
    says: 'already further up, by Name',
  },
  {
    code: 'AML_NAME_IN_LOOP',
    wrong: [
      dsdt([
        method(
          'MTHD',
          [asl.Store(0, Local(0)), asl.While(asl.LLess(Local(0), 4), [asl.Name('EACH', 1), asl.Increment(Local(0))])],
          serialized,
        ),
      ]),
    ],
    // As compilers write Switch: the loop never comes round.
    right: [
      dsdt([
        method('MTHD', [asl.While(1, [asl.Name('_T_0', 1), asl.If(Arg(0), [asl.Return(1)]), asl.Break()])], {
          ...serialized,
          args: 1,
        }),
      ]),
    ],
    path: '\\MTHD',
    says: 'Name makes EACH in a While',
  },
  {
    code: 'AML_NAME_IN_LOOP',
    of: 'behind a Continue, and not before a Break',
    wrong: [
      dsdt([
        method(
          'MTHD',
          [
            asl.While(Arg(0), [
              asl.If(Arg(1), [asl.CreateDWordField(Arg(2), 0, 'FLD0'), asl.Continue()]),
              asl.Else([asl.CreateDWordField(Arg(2), 4, 'FLD1')]),
              asl.Break(),
            ]),
          ],
          { ...serialized, args: 3 },
        ),
      ]),
    ],
    right: [
      dsdt([
        method('MTHD', [asl.While(Arg(0), [asl.If(Arg(1), [asl.CreateDWordField(Arg(2), 0, 'FLD0'), asl.Break()])])], {
          ...serialized,
          args: 3,
        }),
      ]),
    ],
    says: 'CreateDWordField makes FLD0',
  },
  {
    code: 'AML_NAME_USED_EARLY',
    wrong: [dsdt([method('MTHD', [asl.Store(1, 'LATE'), asl.Name('LATE', 0)], serialized)])],
    right: [dsdt([asl.Name('LATE', 7), method('MTHD', [asl.Store(1, 'LATE'), asl.Name('LATE', 0)], serialized)])],
    path: '\\MTHD.LATE',
    says: 'LATE is used here, and Name makes it further down',
  },
  {
    code: 'AML_NAME_USED_EARLY',
    of: 'in a While, whose earlier round may have made it',
    also: ['AML_NAME_IN_LOOP'],
    wrong: [dsdt([method('MTHD', [asl.If(Arg(0), [asl.Store(1, 'LATE')]), asl.Name('LATE', 0)], { args: 1 })])],
    right: [
      dsdt([
        method('MTHD', [asl.While(Arg(0), [asl.If(Arg(1), [asl.Store(1, 'LATE')]), asl.Name('LATE', 0)])], { args: 2 }),
      ]),
    ],
    says: 'LATE is used here',
  },
  {
    code: 'AML_SCOPE_EARLY',
    wrong: [dsdt([asl.Scope('\\_SB.DEV0', [asl.Name('ABCD', 1)]), asl.Device('\\_SB.DEV0', [asl.Name('_ADR', 1)])])],
    right: [dsdt([asl.Device('\\_SB.DEV0', [asl.Name('_ADR', 1)]), asl.Scope('\\_SB.DEV0', [asl.Name('ABCD', 1)])])],
    path: '\\_SB.DEV0',
    says: 'Scope opens \\_SB.DEV0, but Device makes it further down',
  },
  {
    code: 'AML_SCOPE_EARLY',
    of: 'from an earlier table',
    wrong: [dsdt([asl.Scope('\\_SB.DEV0', [])]), ssdt([asl.Device('\\_SB.DEV0', [asl.Name('_ADR', 1)])])],
    right: [dsdt([asl.Device('\\_SB.DEV0', [asl.Name('_ADR', 1)])]), ssdt([asl.Scope('\\_SB.DEV0', [])])],
    says: 'in ssdt.aml, which is loaded later',
  },
  {
    code: 'AML_NAME_MISSING',
    severity: 'error',
    wrong: [
      dsdt([]),
      ssdt([asl.OperationRegion('VREG', 'SystemMemory', asl.Add(asl.path('\\VCFG'), 0x4_0000), 4096)]),
      fadt(),
    ],
    right: [
      dsdt([asl.Name('VCFG', 0x1_0000_0000n)]),
      ssdt([asl.OperationRegion('VREG', 'SystemMemory', asl.Add(asl.path('\\VCFG'), 0x4_0000), 4096)]),
      fadt(),
    ],
    says: '\\VCFG is used here, but none of the 3 tables given declares it',
  },
  {
    code: 'AML_NAME_MISSING',
    of: 'in a method, asked for by CondRefOf or not',
    severity: 'warning',
    wrong: [dsdt([method('MTHD', [asl.Store(1, '\\_SB.GONE')])]), fadt()],
    right: [dsdt([method('MTHD', [asl.If(asl.CondRefOf('\\_SB.GONE'), [asl.Store(1, '\\_SB.GONE')])])]), fadt()],
    says: 'when this runs',
  },
  {
    code: 'AML_NAME_MISSING',
    of: 'in the handler of an event, asked for elsewhere or there',
    severity: 'warning',
    wrong: [dsdt([ASKS, method('\\_GPE._E00', [asl.Notify('\\_SB.GONE', 1)])]), fadt()],
    right: [
      dsdt([
        ASKS,
        method('MTHD', [asl.Notify('\\_SB.GONE', 1)]),
        method('\\_GPE._E00', [asl.If(asl.CondRefOf('\\_SB.GONE'), [asl.Notify('\\_SB.GONE', 1)])]),
      ]),
      fadt(),
    ],
    says: '\\_SB.GONE is used here, but none of the 2 tables given declares it',
  },
  {
    code: 'AML_NAME_MISSING',
    of: 'notified by the handler of an event, in a DSDT alone',
    severity: 'note',
    wrong: [dsdt([method('\\_GPE._E00', [asl.Notify('\\_SB.GONE', 1)])])],
    right: [
      dsdt([
        asl.External('\\_SB.ELSE', 6, 0),
        asl.External('\\ROOT', 6, 0),
        asl.External('\\_GPE.NEAR', 6, 0),
        asl.Device('\\_SB.HERE', []),
        method('\\_GPE._L01', [asl.Notify('ROOT', 1), asl.Notify('NEAR', 1)]),
        method('MTHD', [asl.Notify('\\_SB.GONE', 1)]),
        method('\\_GPE._E00', [
          asl.Notify('\\_SB.HERE', 1),
          asl.Notify('\\_SB.ELSE', 1),
          asl.If(asl.CondRefOf('\\_SB.GONE'), [asl.Notify('\\_SB.GONE', 1)]),
        ]),
      ]),
    ],
    path: '\\_GPE._E00',
    says: '\\_GPE._E00 notifies \\_SB.GONE, which this table does not declare. If no SSDT declares it either',
  },
  {
    code: 'AML_METHOD_NOT_SERIALIZED',
    severity: 'note',
    wrong: [dsdt([method('MTHD', [asl.Name('TEMP', 1)])])],
    right: [dsdt([method('MTHD', [asl.Name('TEMP', 1)], serialized), method('NONE', [asl.Store(1, Local(0))])])],
    path: '\\MTHD',
    says: 'It is not Serialized but makes TEMP.',
  },
  {
    code: 'AML_METHOD_NOT_SERIALIZED',
    of: 'that waits in what it calls',
    wrong: [dsdt([method('WAIT', [asl.Sleep(10)]), method('MTHD', [asl.Name('TEMP', 1), asl.Call('WAIT')])])],
    right: [dsdt([method('WAIT', [asl.Sleep(10)]), method('MTHD', [asl.Call('WAIT')])])],
    says: 'lets a second caller in',
  },
  {
    code: 'AML_METHOD_NOT_SERIALIZED',
    of: 'that holds a mutex meanwhile, or waits before',
    severity: 'note',
    wrong: [
      dsdt([
        asl.Mutex('MTX0', 0),
        method('MTHD', [asl.Acquire('MTX0', 0xffff), asl.Name('TEMP', 1), asl.Sleep(1), asl.Release('MTX0')]),
        method('MTH2', [asl.Sleep(1), asl.Name('TEMP', 1)]),
      ]),
    ],
    right: [dsdt([asl.Mutex('MTX0', 0), method('MTHD', [asl.Acquire('MTX0', 0xffff), asl.Release('MTX0')])])],
    says: 'It is not Serialized but makes TEMP.',
    count: 2,
  },
  {
    code: 'AML_METHOD_RECURSIVE',
    wrong: [
      dsdt([
        method('MTHD', [asl.Name('TEMP', 1), asl.Call('MTHD', asl.Subtract(Arg(0), 1))], { ...serialized, args: 1 }),
      ]),
    ],
    right: [
      dsdt([
        method('MTHD', [asl.Store(1, Local(0)), asl.Call('MTHD', asl.Subtract(Arg(0), 1))], { ...serialized, args: 1 }),
      ]),
    ],
    says: 'It calls itself here, after creating TEMP.',
  },
  {
    code: 'AML_METHOD_RECURSIVE',
    of: 'in any case',
    wrong: [dsdt([method('MTHD', [asl.Name('TEMP', 1), asl.If(Local(0), [asl.Call('MTHD')])], serialized)])],
    right: [
      dsdt([method('MTHD', [asl.If(Local(0), [asl.Name('TEMP', 1)]), asl.Else([asl.Call('MTHD')])], serialized)]),
    ],
    says: 'It calls itself here',
  },
  {
    code: 'AML_ARGUMENT_UNSET',
    wrong: [dsdt([method('MTHD', [asl.Return(Arg(6))])])],
    right: [dsdt([method('MTHD', [asl.Store(1, Arg(6)), asl.Return(Arg(6))])])],
    path: '\\MTHD',
    says: 'Arg6 is read, but the method is declared with 0 arguments.',
  },
  {
    code: 'AML_LOCAL_UNSET',
    wrong: [dsdt([method('MTHD', [asl.Return(asl.Add(Local(1), 1))])])],
    right: [
      dsdt([
        method('MTHD', [asl.While(Arg(0), [asl.Add(Local(1), 1, Local(2)), asl.Store(1, Local(1))])], { args: 1 }),
      ]),
    ],
    says: 'Local1 is read, but nothing in the method sets it.',
  },
  {
    code: 'AML_LOCAL_UNSET',
    of: 'that is set by reference, or only later',
    severity: 'note',
    wrong: [dsdt([method('MTHD', [asl.Store(Local(0), Local(0))])])],
    right: [dsdt([method('MTHD', [asl.Store(asl.RefOf(Local(0)), Local(1)), asl.Return(Local(0))])])],
    says: 'it is set only further down',
  },
  {
    code: 'AML_LOCAL_UNSET',
    of: 'whose type alone is asked for',
    wrong: [dsdt([method('MTHD', [asl.Return(asl.SizeOf(Local(0)))])])],
    right: [dsdt([method('MTHD', [asl.Return(asl.ObjectType(Local(0)))])])],
    says: 'Local0 is read',
  },
  {
    code: 'AML_MUTEX_LEVEL',
    wrong: [dsdt(Uint8Array.of(0x5b, 0x01, 0x4d, 0x54, 0x58, 0x30, 0x10))],
    right: [dsdt([asl.Mutex('MTX0', 15)])],
    path: '\\MTX0',
    says: 'Its sync level byte is 16; the OS uses only the low four bits, 0.',
  },
  {
    code: 'AML_MUTEX_ORDER',
    wrong: [
      dsdt([
        asl.Mutex('HIGH', 5),
        asl.Mutex('LOWM', 2),
        method('MTHD', [asl.Acquire('HIGH', 0xffff), asl.Acquire('LOWM', 0xffff)]),
      ]),
    ],
    right: [
      dsdt([
        asl.Mutex('HIGH', 5),
        asl.Mutex('LOWM', 2),
        method('MTHD', [
          asl.Acquire('HIGH', 0xffff),
          asl.Release('HIGH'),
          asl.Acquire('LOWM', 0xffff),
          asl.Acquire('HIGH', 0xffff),
        ]),
      ]),
    ],
    says: 'It acquires \\LOWM of sync level 2 while it holds \\HIGH of level 5.',
  },
  {
    code: 'AML_MUTEX_ORDER',
    of: 'of a method’s own level',
    wrong: [
      dsdt([asl.Mutex('LOWM', 2), method('MTHD', [asl.Acquire('LOWM', 0xffff)], { ...serialized, syncLevel: 3 })]),
    ],
    right: [
      dsdt([asl.Mutex('LOWM', 2), method('MTHD', [asl.Acquire('LOWM', 0xffff)], { ...serialized, syncLevel: 2 })]),
    ],
    says: 'It acquires \\LOWM of sync level 2 while it holds \\MTHD of level 3.',
  },
  {
    code: 'AML_ACQUIRE_UNCHECKED',
    wrong: [dsdt([asl.Mutex('MTX0', 0), method('MTHD', [asl.Acquire('MTX0', 100), asl.Release('MTX0')])])],
    right: [
      dsdt([
        asl.Mutex('MTX0', 0),
        method('MTHD', [asl.If(asl.Acquire('MTX0', 100), [asl.Return(1)]), asl.Acquire('MTX0', 0xffff)]),
      ]),
    ],
    says: 'It waits 100 ms for MTX0 but does not check whether it got it.',
  },
  {
    code: 'AML_STALL_LONG',
    severity: 'error',
    wrong: [dsdt([method('MTHD', [asl.Stall(1000)])])],
    right: [dsdt([method('MTHD', [asl.Stall(100), asl.Stall(Arg(0))], { args: 1 })])],
    says: 'It stalls for 1000 µs, which Linux refuses',
  },
  {
    code: 'AML_STALL_LONG',
    of: 'that Linux runs',
    severity: 'note',
    wrong: [dsdt([method('MTHD', [asl.Stall(255)])])],
    right: [dsdt([method('MTHD', [asl.Sleep(255)])])],
    says: 'over the 100 that are allowed',
  },
  {
    code: 'AML_NO_EFFECT',
    wrong: [dsdt([asl.Name('CAPB', 1), method('MTHD', [asl.And(asl.path('CAPB'), 0xfe)])])],
    right: [
      dsdt([
        asl.Name('CAPB', 1),
        method('CALL', [asl.Return(1)]),
        method('MTHD', [asl.And(asl.path('CAPB'), 0xfe, 'CAPB'), asl.And(asl.Call('CALL'), 1)]),
      ]),
    ],
    says: 'The result of And is not used.',
  },
  {
    code: 'AML_NO_EFFECT',
    of: 'where nothing has to be guessed',
    wrong: [dsdt([method('KNOW', [asl.Return(1)]), method('MTHD', [asl.Call('KNOW'), asl.LNot(Local(0))])])],
    right: [dsdt([method('MTHD', [asl.Store(asl.path('UNKN'), Local(0)), asl.LNot(Local(0))])])],
    says: 'The result of LNot is not used.',
  },
  {
    code: 'AML_UNREACHABLE',
    severity: 'warning',
    wrong: [
      dsdt([
        asl.Mutex('MTX0', 0),
        method(
          'MTHD',
          [
            asl.Acquire('MTX0', 0xffff),
            asl.If(Arg(0), [asl.Return(1)]),
            asl.Else([asl.Return(0)]),
            asl.Release('MTX0'),
          ],
          { args: 1 },
        ),
      ]),
    ],
    right: [
      dsdt([
        asl.Mutex('MTX0', 0),
        method(
          'MTHD',
          [
            asl.Acquire('MTX0', 0xffff),
            asl.If(Arg(0), [asl.Release('MTX0'), asl.Return(1)]),
            asl.Release('MTX0'),
            asl.Return(0),
          ],
          { args: 1 },
        ),
      ]),
    ],
    says: 'A Release is among them, so that the mutex stays held.',
  },
  {
    code: 'AML_UNREACHABLE',
    of: 'behind an endless While',
    severity: 'note',
    wrong: [
      dsdt([method('MTHD', [asl.While(1, [asl.If(Arg(0), [asl.Return(1)])]), asl.Store(1, Local(0))], { args: 1 })]),
    ],
    right: [
      dsdt([method('MTHD', [asl.While(1, [asl.If(Arg(0), [asl.Break()])]), asl.Store(1, Local(0))], { args: 1 })]),
    ],
    says: 'This Store and everything after it is never reached: the statement before it always leaves.',
  },
  {
    code: 'AML_ENDLESS_LOOP',
    wrong: [dsdt([method('MTHD', [asl.While(1, [asl.Sleep(10)])])])],
    right: [dsdt([method('MTHD', [asl.While(1, [asl.Sleep(10), asl.If(Arg(0), [asl.Break()])])], { args: 1 })])],
    says: 'The condition of this While is constant, and nothing inside leaves the loop.',
  },
  {
    code: 'AML_OUTSIDE_LOOP',
    wrong: [dsdt([method('MTHD', [asl.If(Arg(0), [asl.Break()])], { args: 1 })])],
    right: [dsdt([method('MTHD', [asl.While(Arg(0), [asl.If(Arg(0), [asl.Break()])])], { args: 1 })])],
    says: 'Break is not inside a While.',
  },
  {
    code: 'AML_VALUE_OF_NOTHING',
    wrong: [dsdt([method('NONE', [asl.Store(1, Local(0))]), method('MTHD', [asl.Store(asl.Call('NONE'), Local(0))])])],
    right: [
      dsdt([
        method('GIVE', [asl.Return(1)]),
        method('MTHD', [asl.Store(asl.Call('GIVE'), Local(0)), asl.Call('GIVE')]),
      ]),
    ],
    path: '\\MTHD',
    says: 'The value of NONE is used here, but the method returns none.',
  },
  {
    code: 'AML_STRING_BYTES',
    severity: 'warning',
    wrong: [dsdt(fromHex('08 54455854 0d 636166 80ff 00'))],
    right: [dsdt(fromHex('08 54455854 0d 636166 017f 00'))],
    says: 'The String has the byte 0x80 as character 3, and 1 more like it.',
  },
  {
    code: 'AML_STRING_BYTES',
    of: 'of a package in a method',
    severity: 'warning',
    wrong: [dsdt(fromHex('14 11 4d544844 00 a4 12 09 02 01 0d 3230 b0 43 00'))],
    right: [dsdt(fromHex('14 11 4d544844 00 a4 12 09 02 01 0d 3230 20 43 00'))],
    path: '\\MTHD',
    says: 'The String has the byte 0xb0 as character 2.',
  },
  {
    code: 'AML_SWAPPED_OPCODE',
    wrong: [dsdt(Uint8Array.of(0x84, 0x5b, 0x08, 0x50, 0x52, 0x49, 0x43, 0x00, 0x00, 0x00))],
    right: [dsdt([asl.PowerResource('PRIC', 0, 0, [])])],
    says: 'It begins 0x84 0x5b: the two bytes of PowerResource, 0x5b 0x84, in the wrong order.',
  },
  {
    code: 'AML_SWAPPED_OPCODE',
    of: 'whose length makes an operation of it',
    // 0x5b 0x12 is CondRefOf, so that everything decodes.
    wrong: [dsdt(fromHex('845b12 50524943 00 0000 14065f4f4e5f00 a3a3a3'))],
    right: [dsdt(fromHex('5b8412 50524943 00 0000 14065f4f4e5f00 a3a3a3'))],
    says: 'the two bytes of PowerResource',
  },
  {
    code: 'AML_NAME_VALUE',
    wrong: [dsdt(Uint8Array.of(0x08, 0x56, 0x43, 0x46, 0x47, 0x72, 0x00, 0x01, 0x00))],
    right: [dsdt([asl.Name('VCFG', buffer(Uint8Array.of(1)))])],
    path: '\\VCFG',
    says: 'The value of Name is Add, which is not a constant.',
  },
  {
    code: 'AML_UNKNOWN_OPCODE',
    wrong: [dsdt(Uint8Array.of(0x08, 0x56, 0x43, 0x46, 0x47, 0x0c, 0, 0, 0, 1, 0x02))],
    right: [dsdt(Uint8Array.of(0x08, 0x56, 0x43, 0x46, 0x47, 0x0c, 0, 0, 0, 1))],
    says: '0x02 is not an AML opcode.',
  },
  {
    code: 'AML_UNKNOWN_OPCODE',
    of: 'behind a String with a NUL in it',
    wrong: [dsdt(fromHex('08 54455854 0d 6162 00 3b3c 00'))],
    right: [dsdt(fromHex('08 54455854 0d 6162 3b3c 00'))],
    says: 'A String ends right before it: does it have a NUL too early?',
  },
  {
    code: 'AML_UNEXPECTED_TERM',
    wrong: [dsdt(Uint8Array.of(0x70, 0x08, 0x41, 0x42, 0x43, 0x44, 0x00, 0x60))],
    right: [dsdt([asl.Store(0, Local(0))])],
    says: 'Name is not a value, and a value is expected here.',
  },
  {
    code: 'AML_TRUNCATED',
    wrong: [dsdt(Uint8Array.of(0x08, 0x56, 0x43, 0x46, 0x47, 0x0c, 0, 0))],
    right: [dsdt(Uint8Array.of(0x08, 0x56, 0x43, 0x46, 0x47, 0x0c, 0, 0, 0, 0))],
    says: 'bytes are kept as they are.',
  },
  {
    code: 'AML_PKG_LENGTH',
    wrong: [dsdt(Uint8Array.of(0x10, 0x07, 0x5f, 0x53, 0x42, 0x5f, 0x12, 0x08, 0x01))],
    right: [dsdt([asl.Scope('_SB', [])])],
    says: 'bytes are kept as they are.',
    count: 1,
  },
  {
    code: 'AML_BAD_NAME',
    wrong: [dsdt(Uint8Array.of(0x08, 0x76, 0x63, 0x66, 0x67, 0x01))],
    right: [dsdt(Uint8Array.of(0x08, 0x56, 0x43, 0x46, 0x47, 0x01))],
    says: 'bytes are kept as they are.',
  },
  {
    code: 'AML_UNTERMINATED_STRING',
    wrong: [dsdt(Uint8Array.of(0x08, 0x56, 0x43, 0x46, 0x47, 0x0d, 0x41, 0x42))],
    right: [dsdt(Uint8Array.of(0x08, 0x56, 0x43, 0x46, 0x47, 0x0d, 0x41, 0x42, 0))],
    says: 'bytes are kept as they are.',
  },
  {
    code: 'AML_TOO_DEEP',
    wrong: [dsdt([method('MTHD', [asl.Return(nested(500))])])],
    right: [dsdt([method('MTHD', [asl.Return(nested(100))])])],
    says: 'nested more than',
  },
];

function nested(depth: number): ReturnType<typeof asl.LNot> | ReturnType<typeof asl.integer> {
  let term: ReturnType<typeof asl.LNot> | ReturnType<typeof asl.integer> = asl.integer(1);
  for (let level = 0; level < depth; level++) term = asl.LNot(term);
  return term;
}
