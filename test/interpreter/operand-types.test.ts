import { describe, expect, it } from 'vitest';
import { AcpiNamespace } from '../../src/interpreter/index.js';
import { effort } from '../support/effort.js';
import { needs } from '../support/oracles.js';
import { compileAsl, evaluateHere, evaluateInAcpiexec } from './asl-cases.js';

/** Objects of every kind, as operands. */
const OBJECTS = {
  device: 'DEV0',
  event: 'EVT0',
  mutex: 'MTX0',
  region: 'REG0',
  power: 'PWR0',
  thermal: 'TZ00',
  package: 'PKG0',
  string: 'STR0',
  emptyString: 'ESTR',
  emptyBuffer: 'EBUF',
  method: 'MTH0',
  reference: 'RefOf (INT0)',
  storedReference: 'Local0',
  element: 'PKG0[4]',
  deviceElement: 'PKG0[3]',
  emptyElement: 'PKG0[5]',
  byte: 'BUF0[1]',
  deviceBehindElement: 'DerefOf (PKG0[3])',
  deviceBehindReference: 'DerefOf (RefOf (DEV0))',
  mutexBehindReference: 'DerefOf (RefOf (MTX0))',
  valueBehindReference: 'DerefOf (Local0)',
  emptyLocal: 'Local5',
} as const;

/** Statements with a place for an object; what they leave in Local7 is compared. */
const STATEMENTS = [
  'Local7 = Add (%, 1)',
  'Local7 = Add (1, %)',
  'Local7 = Concatenate (%, "a")',
  'Local7 = Concatenate (1, %)',
  'Local7 = Concatenate (BUF0, %)',
  'Local7 = Not (%)',
  'Store (%, Local7)',
  'Store (%, INT1) Local7 = INT1',
  'Store (%, STR1) Local7 = STR1',
  'Store (%, BUF1) Local7 = BUF1',
  'Store (%, PKG1) Local7 = PKG1',
  'Store (%, PKG1[0]) Local7 = PKG1',
  'Store (%, FLD0) Local7 = FLD0',
  'Store (%, Debug) Local7 = 1',
  'Store (5, %) Local7 = 1',
  'Add (1, 2, %) Local7 = 1',
  'Concatenate ("x", "y", %) Local7 = 1',
  'ToBuffer ("x", %) Local7 = 1',
  'CopyObject (%, Local7)',
  'CopyObject (%, INT2) Local7 = ObjectType (INT2) CopyObject (5, INT2)',
  'Local7 = DerefOf (%)',
  'Local7 = SizeOf (%)',
  'Local7 = ObjectType (%)',
  'Local7 = ObjectType (Index (%, 0))',
  'Local7 = ObjectType (Index (PKG0, %))',
  'Local7 = LEqual (%, 1)',
  'Local7 = LEqual (1, %)',
  'Local7 = LNot (%)',
  'Local7 = LAnd (%, 1)',
  'If (%) { Local7 = 1 } Else { Local7 = 2 }',
  'While (%) { Local7 = 3 Break }',
  'Local7 = ToBuffer (%)',
  'Local7 = ToInteger (%)',
  'Local7 = ToHexString (%)',
  'Local7 = ToDecimalString (%)',
  'Local7 = FromBCD (%)',
  'Local7 = Mid (%, 0, 1)',
  'Local7 = Mid (BUF0, %, 1)',
  'Local7 = Match (%, MEQ, 1, MTR, 0, 0)',
  'Local7 = Match (PKG0, MEQ, %, MTR, 0, 0)',
  'Local7 = Match (PKG0, MTR, 0, MTR, 0, %)',
  'Local7 = ConcatenateResTemplate (%, BUF2)',
  'Local7 = ConcatenateResTemplate (BUF2, %)',
  'Divide (7, %, Local6, Local7)',
  'Local7 = Acquire (%, 1)',
  'Release (%) Local7 = 1',
  'Signal (%) Local7 = 1',
  'Local7 = Wait (%, 0)',
  'Notify (%, 1) Local7 = 1',
  'Notify (DEV0, %) Local7 = 1',
  'Sleep (%) Local7 = 1',
  'Return (%)',
  'Local7 = ObjectType (RefOf (%))',
  'Local7 = CondRefOf (%)',
  'Local7 = MTT1 (%)',
  'Local7 = MTC1 (%)',
  'Local7 = Buffer (%) {1}',
  'Local6 = Package (%) {1} Local7 = SizeOf (Local6)',
  'CreateByteField (%, 0, CF04) Local7 = CF04',
  'CreateField (BUF0, 0, %, CF03) Local7 = CF03',
  'OperationRegion (OPR1, SystemMemory, %, 1) Local7 = 1',
  'Local7 = FindSetLeftBit (%)',
  'Fatal (1, 2, %) Local7 = 1',
  'DataTableRegion (DTR1, %, "", "") Local7 = 1',
  'Unload (%) Local7 = 1',
  'Local7 = LoadTable (%, "", "", "", "", 0)',
] as const;

const HEAD = `DefinitionBlock ("", "DSDT", 2, "VCFG", "TYPES", 1)
{
  Device (DEV0) { Name (_ADR, 1) }
  Event (EVT0) Mutex (MTX0, 3)
  OperationRegion (REG0, SystemMemory, 0x1000, 0x100)
  Field (REG0, ByteAcc, NoLock, Preserve) { FLD0, 8 }
  PowerResource (PWR0, 1, 2) { Name (PWI, 3) }
  ThermalZone (TZ00) { }
  Name (INT0, 1) Name (STR0, "abc") Name (BUF0, Buffer (4) {0x31, 0x32, 0x33, 0x34}) Name (ESTR, "")
  Name (PKG0, Package (6) {1, "abc", Buffer () {1, 2}, DEV0, Package () {1} }) Name (EBUF, Buffer (0) {})
  Name (INT1, 1) Name (STR1, "abc") Name (BUF1, Buffer (4) {1, 2, 3, 4}) Name (PKG1, Package (3) {1, "abc"})
  Name (INT2, 5) Name (BUF2, Buffer () {0x79, 0})
  Method (MTH0) { Return (5) }
  Method (MTT1, 1) { Return (ObjectType (Arg0)) }
  Method (MTC1, 1) { Local0 = Arg0 Return (ObjectType (Local0)) }
`;

/** Not compiled by iasl, an error inside acpiexec 20200925, or its end: a segmentation fault or a use after free. */
function isLeftOut(statement: string, object: string): boolean {
  if (object === 'BUF0[1]' && /^(?:Store \(%, Local7|CopyObject|Return|Local7 = MTC1)/.test(statement)) return true;
  if (object === 'EBUF' && /BUF1|Unload/.test(statement)) return true;
  if (object === 'PKG0[5]' && /INT2|Unload/.test(statement)) return true;
  if (object === 'RefOf (INT0)' && /RefOf \(%/.test(statement)) return true;
  // AE_AML_INTERNAL there: ACPICA finds that it has gone wrong. Here it is AE_AML_TARGET_TYPE, as for a Device by name.
  if (object === 'DerefOf (PKG0[3])' && /^(?:Store \(5|Add \(1, 2|Concatenate|ToBuffer)/.test(statement)) return true;
  if (object === 'MTH0' && statement.includes('Package (%)')) return true;
  return (
    object === 'PWR0' && /^(?:CopyObject \(%, Local7|Return|Store \(5|Add \(1, 2|Concatenate|ToBuffer)/.test(statement)
  );
}

function tableOf(object: string): { readonly asl: string; readonly statementOf: ReadonlyMap<string, string> } {
  const statementOf = new Map<string, string>();
  STATEMENTS.forEach((statement, at) => {
    if (!isLeftOut(statement, object)) statementOf.set(`T${String(at).padStart(3, '0')}`, statement);
  });
  const before = object.includes('Local0') ? 'Local0 = RefOf (INT0) ' : '';
  const methods = [...statementOf].map(([name, statement]) => {
    return `  Method (${name}) { ${before}${statement.replace('%', object)} Return (Local7) }`;
  });
  return { asl: `${HEAD}${methods.join('\n')}\n}\n`, statementOf };
}

/** The short form compares a part, the long form every kind of object. */
const PART = ['device', 'mutex', 'package', 'deviceElement', 'emptyElement', 'deviceBehindReference', 'emptyLocal'];
const COMPARED = Object.entries(OBJECTS).filter(([name]) => effort(0, 1) === 1 || PART.includes(name));

describe.concurrent('every operator with an operand of every kind gives what acpiexec gives', () => {
  it.for(COMPARED)('%s', async ([, object], context) => {
    needs(context, 'iasl', 'acpiexec');
    const { asl, statementOf } = tableOf(object);
    const table = await compileAsl(asl);
    const acpi = AcpiNamespace.load([table], { simulateRegions: true });
    const paths = [...statementOf.keys()].filter((path) => acpi.exists(`\\${path}`));
    const ours = paths.map((path) => `${statementOf.get(path)}: ${evaluateHere(acpi, `\\${path}`)}`);
    const theirs = await evaluateInAcpiexec(table, paths);
    expect(ours).toEqual(paths.map((path, at) => `${statementOf.get(path)}: ${theirs[at]}`));
    expect(ours.length).toBeGreaterThan(50);
  });
});
