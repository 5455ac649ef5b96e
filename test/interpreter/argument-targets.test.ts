import { describe, expect, it } from 'vitest';
import { AcpiNamespace } from '../../src/interpreter/index.js';
import { effort } from '../support/effort.js';
import { needs } from '../support/oracles.js';
import { compileAsl, evaluateHere, evaluateInAcpiexec } from './asl-cases.js';

const HEAD = `DefinitionBlock ("", "DSDT", 2, "VCFG", "ARGS", 1)
{
  Device (DEV0) { Name (_ADR, 1) }
  Event (EVT0) Mutex (MTX0, 3)
  OperationRegion (REG0, SystemMemory, 0x1000, 0x100)
  Field (REG0, ByteAcc, NoLock, Preserve) { FLD0, 8 }
  PowerResource (PWR0, 1, 2) { Name (PWI, 3) }
  Processor (CPU0, 1, 0x410, 6) { Name (CPI, 3) }
  ThermalZone (TZ00) { }
  Name (INT0, 1) Name (PKG0, Package () {1, "abc"}) Name (BFS, Buffer (4) {1, 2, 3, 4})
  CreateWordField (BFS, 1, BF16)
  Name (QI, 1) Name (QS, "abc") Name (QB, Buffer (4) {1, 2, 3, 4}) Name (QP, Package (3) {1, "q", Buffer () {1}})
  Method (MTH0) { Return (5) }
  Method (RST0) {
    CopyObject (1, QI) CopyObject ("abc", QS) CopyObject (Buffer (4) {1, 2, 3, 4}, QB)
    CopyObject (Package (3) {1, "q", Buffer () {1}}, QP)
  }
  Method (S001, 2) { Arg0 = Arg1 Return (ObjectType (Arg0)) }
  Method (S002, 2) { Arg0 = Arg1 Return (Arg0) }
  Method (S003, 2) { CopyObject (Arg1, Arg0) Return (ObjectType (Arg0)) }
  Method (S004, 2) { DerefOf (Arg0) = Arg1 Return (1) }
  Method (S005, 2) { Arg0 [0] = Arg1 Return (1) }
  Method (S006, 2) { DerefOf (Arg0) [0] = Arg1 Return (1) }
  Method (S007, 2) { Local0 = Arg0 Local0 = Arg1 Return (ObjectType (Local0)) }
  Method (S008, 2) { Local0 = Arg0 DerefOf (Local0) = Arg1 Return (1) }
  Method (S009, 2) { Return (S002 (RefOf (Arg0), Arg1)) }
  Method (S010, 2) { S002 (RefOf (Arg0), Arg1) Return (Arg0) }
  Method (S011, 2) { S002 (Arg0, Arg1) Return (Arg0) }
  Method (U001, 1) { Add (1, 2, Arg0) Return (ObjectType (Arg0)) }
  Method (U002, 1) { Concatenate ("z", "y", Arg0) Return (ObjectType (Arg0)) }
  Method (U003, 1) { ToBuffer ("z", Arg0) Return (ObjectType (Arg0)) }
  Method (U004, 1) { Arg0++ Return (ObjectType (Arg0)) }
  Method (U005, 1) { Return (SizeOf (Arg0)) }
  Method (U006, 1) { Return (DerefOf (Arg0) + 1) }
  Method (U007, 1) { Return (Arg0 + 1) }
  Method (U008, 1) { CreateByteField (Arg0, 0, XBF) XBF = 0x77 Return (XBF) }
  Method (U009, 1) { CreateByteField (DerefOf (Arg0), 0, XBF) XBF = 0x77 Return (XBF) }
  Method (U010, 1) { Return (RefOf (Arg0)) }
  Method (U011, 1) { Return (DerefOf (RefOf (Arg0))) }
  Method (U012, 1) { Return (ObjectType (DerefOf (Arg0))) }
  Method (U013, 1) { If (CondRefOf (Arg0, Local0)) { Return (ObjectType (Local0)) } Return ("no") }
`;
const TWO = Array.from({ length: 11 }, (_, at) => `S${String(at + 1).padStart(3, '0')}`);
const ONE = Array.from({ length: 13 }, (_, at) => `U${String(at + 1).padStart(3, '0')}`);

/** What is passed: a statement before the call, the argument, and what may have been changed through it. */
const ARGUMENTS: Readonly<Record<string, readonly [before: string, argument: string, changed: string]>> = {
  integer: ['', 'QI', 'QI'],
  refInteger: ['', 'RefOf (QI)', 'QI'],
  refString: ['', 'RefOf (QS)', 'QS'],
  refBuffer: ['', 'RefOf (QB)', 'QB'],
  refPackage: ['', 'RefOf (QP)', 'QP'],
  refField: ['', 'RefOf (FLD0)', 'FLD0'],
  refBufferField: ['', 'RefOf (BF16)', 'BFS'],
  refDevice: ['', 'RefOf (DEV0)', '1'],
  refMutex: ['', 'RefOf (MTX0)', '1'],
  refEvent: ['', 'RefOf (EVT0)', '1'],
  refProcessor: ['', 'RefOf (CPU0)', '1'],
  refPower: ['', 'RefOf (PWR0)', '1'],
  refThermal: ['', 'RefOf (TZ00)', '1'],
  refMethod: ['', 'RefOf (MTH0)', '1'],
  element: ['', 'QP [1]', 'QP'],
  refLocal: ['Local0 = 5', 'RefOf (Local0)', 'Local0'],
  refLocalPackage: ['Local0 = Package () {9}', 'RefOf (Local0)', 'Local0'],
  refRefLocal: ['Local0 = 5 Local1 = RefOf (Local0)', 'RefOf (Local1)', 'Local0'],
  refRefName: ['Local1 = RefOf (QS)', 'RefOf (Local1)', 'QS'],
  localRefName: ['Local1 = RefOf (QS)', 'Local1', 'QS'],
  refEmptyLocal: ['', 'RefOf (Local5)', 'Local5'],
  localElement: ['Local0 = QP [1]', 'Local0', 'QP'],
};

const VALUES = [
  '0x55',
  '"12"',
  'Buffer () {0x35, 0x36}',
  'Package () {7, 8}',
  'RefOf (INT0)',
  'PKG0 [1]',
  'DEV0',
  'FLD0',
  '0x1122334455667788',
];
/** Values that are looked at once more in what was changed. */
const DATA = 4;

function statementsOf([before, argument, changed]: readonly [string, string, string]): string[] {
  const start = `RST0 () ${before}`;
  return [
    ...TWO.flatMap((method) => VALUES.map((value) => `${start} Return (${method} (${argument}, ${value}))`)),
    ...TWO.flatMap((method) =>
      VALUES.slice(0, DATA).map((value) => `${start} ${method} (${argument}, ${value}) Return (${changed})`),
    ),
    ...ONE.map((method) => `${start} Return (${method} (${argument}))`),
    ...ONE.map((method) => `${start} ${method} (${argument}) Return (${changed})`),
  ];
}

/** The short form compares a part. */
const PART = ['refInteger', 'refPackage', 'refDevice', 'refEmptyLocal'];
const COMPARED = Object.entries(ARGUMENTS).filter(([name]) => effort(0, 1) === 1 || PART.includes(name));

describe.concurrent('stores through an argument of every kind give what acpiexec gives', () => {
  it.for(COMPARED)('%s', async ([, passed], context) => {
    needs(context, 'iasl', 'acpiexec');
    const statementOf = new Map(statementsOf(passed).map((text, at) => [`T${String(at).padStart(3, '0')}`, text]));
    const methods = [...statementOf].map(([name, text]) => `  Method (${name}) { ${text} }`);
    const table = await compileAsl(`${HEAD}${methods.join('\n')}\n}\n`);
    const acpi = AcpiNamespace.load([table], { simulateRegions: true });
    const paths = [...statementOf.keys()];
    const ours = paths.map((path) => `${statementOf.get(path)}: ${evaluateHere(acpi, `\\${path}`)}`);
    const theirs = await evaluateInAcpiexec(table, paths);
    expect(ours).toEqual(paths.map((path, at) => `${statementOf.get(path)}: ${theirs[at]}`));
    expect(ours).toHaveLength(169);
  });
});
