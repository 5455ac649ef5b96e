import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { someOf } from '../../support/effort.js';
import { inScratchFolder, needs, run } from '../../support/oracles.js';
import { GUARD_FIXTURES } from './guard-fixtures.js';
import { NAME_FIXTURES } from './name-fixtures.js';
import { OBJECT_FIXTURES } from './object-fixtures.js';
import { OPERAND_FIXTURES } from './operand-fixtures.js';

/** A row of fixtures, and the number under which iasl says what its rule finds. */
interface Witnessed {
  readonly code: string;
  readonly of?: string;
  readonly number: number;
  /** iasl says it of the right table too: it does not see loops, or that a call has effects. */
  readonly blunt?: true;
}

const WITNESSED: readonly Witnessed[] = [
  { code: 'AML_NAME_USED_EARLY', number: 6142 },
  { code: 'AML_METHOD_NOT_SERIALIZED', number: 2120 },
  { code: 'AML_LOCAL_UNSET', number: 6066, blunt: true },
  { code: 'AML_ACQUIRE_UNCHECKED', number: 3130 },
  { code: 'AML_NO_EFFECT', number: 6114, blunt: true },
  { code: 'AML_OUTSIDE_LOOP', number: 6081 },
  { code: 'AML_VALUE_OF_NOTHING', number: 6080 },
  { code: 'AML_PREDEFINED_TYPE', number: 6105 },
  { code: 'AML_PREDEFINED_TYPE', of: 'that a method returns', number: 6105 },
  { code: 'AML_PREDEFINED_ARGUMENTS', number: 3101 },
  { code: 'AML_RETURN_MISSING', number: 3107 },
  { code: 'AML_PREDEFINED_PACKAGE', number: 6106 },
  { code: 'AML_PACKAGE_SHORT', number: 2063 },
  { code: 'AML_STRING_BYTES', number: 3055 },
  { code: 'AML_FIELD_RANGE', number: 6031 },
  { code: 'AML_FIELD_ACCESS_RANGE', number: 6030 },
  { code: 'AML_HID_AND_ADR', number: 3073 },
  { code: 'AML_ID_FORM', number: 6136 },
  { code: 'AML_RESOURCE_VALUE', number: 6050 },
];

/** The numbers of everything that iasl says of its own text for a table. */
function saidOf(table: Uint8Array): Promise<number[]> {
  return inScratchFolder((folder) => {
    writeFileSync(join(folder, 'table.aml'), table);
    run('iasl', ['-d', 'table.aml'], { cwd: folder });
    const { stdout, stderr } = run('iasl', ['-oa', '-p', 'again', 'table.dsl'], { cwd: folder });
    return [...`${stdout}${stderr}`.matchAll(/^(?:Error|Warning|Remark)\s+(\d+) /gm)].map(([, number]) =>
      Number(number),
    );
  });
}

describe('iasl says the same', () => {
  it.for(someOf(WITNESSED, 3))('$code $of $number', async ({ code, of, number, blunt }, context) => {
    needs(context, 'iasl');
    const row = [...NAME_FIXTURES, ...GUARD_FIXTURES, ...OBJECT_FIXTURES, ...OPERAND_FIXTURES].find(
      (each) => each.code === code && each.of === of,
    );
    const [wrong, right] = [row?.wrong[0]?.bytes, row?.right[0]?.bytes];
    if (wrong === undefined || right === undefined) throw new RangeError(`no such row: ${code}`);
    expect(await saidOf(wrong)).toContain(number);
    if (!blunt) expect(await saidOf(right)).not.toContain(number);
  });
});
