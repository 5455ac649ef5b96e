import { expect, it } from 'vitest';
import { AcpiNamespace } from '../../src/interpreter/index.js';
import { needs } from '../support/oracles.js';
import { compileAsl, evaluateHere, evaluateInAcpiexec } from './asl-cases.js';

const ASL = `DefinitionBlock ("", "DSDT", 2, "VCFG", "WINDOWS", 1)
{
  Name (INT0, 1)
  Method (LOCL) { Local0 = 0x64 Local1 = RefOf (Local0) Local1 = 0x65 Return (Local0) }
  Method (NAMD) { INT0 = 1 Local1 = RefOf (INT0) Local1 = 7 Return (INT0) }
  Method (COPY) { INT0 = 1 Local1 = RefOf (INT0) CopyObject (7, Local1) Return (INT0) }
  Method (DEEP) { Local0 = 0x55 Local1 = RefOf (Local0) Local2 = RefOf (Local1) Return (DerefOf (Local2) + 1) }
  Method (THRU) { INT0 = 1 Local0 = RefOf (INT0) DerefOf (Local0) = 9 Return (INT0) }
}
`;

/** By method: what ACPICA gives, and what Windows gives as docs/interpreter.md says. */
const ROWS: readonly (readonly [path: string, acpica: string, windows: string])[] = [
  ['\\LOCL', 'int => 0x64', 'int => 0x65'],
  ['\\NAMD', 'int => 0x1', 'int => 0x7'],
  ['\\COPY', 'int => 0x1', 'int => 0x1'],
  ['\\DEEP', 'error => AE_AML_OPERAND_TYPE', 'int => 0x56'],
  ['\\THRU', 'error => AE_AML_OPERAND_TYPE', 'int => 0x9'],
];

it('follows references where Windows does, and not where ACPICA does not', async (context) => {
  needs(context, 'iasl', 'acpiexec');
  const table = await compileAsl(ASL);
  const paths = ROWS.map(([path]) => path);
  const given = (semantics: 'acpica' | 'windows') => {
    const acpi = AcpiNamespace.load([table], { semantics });
    return paths.map((path) => evaluateHere(acpi, path));
  };
  expect(given('acpica')).toEqual(ROWS.map(([, acpica]) => acpica));
  expect(await evaluateInAcpiexec(table, paths)).toEqual(ROWS.map(([, acpica]) => acpica));
  expect(given('windows')).toEqual(ROWS.map(([, , windows]) => windows));
});
