import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DiagnosticError } from '../../src/base/index.js';
import { uuidBytes } from '../../src/guest/dsm-value.js';
import { EVALUATORS, type Evaluator, openEvaluator } from '../../src/live/index.js';
import { needs } from '../support/oracles.js';
import { fieldValue } from './accesses.js';
import { boardMachine, needsGuest } from './board.js';

const UUID = uuidBytes('33db4d5b-1ff7-401c-9657-7441c03dd766');
const GPU0 = '\\_SB.PC00.PE80';

/** What the interpreter gives, which the others have to give too. */
const expected = openEvaluator('interpreter', boardMachine().machine);

describe.each(EVALUATORS)('%s', (name) => {
  let evaluator: Evaluator | undefined;
  let reason: string | undefined;
  beforeAll(async () => {
    try {
      evaluator = await openEvaluator(name, boardMachine().machine, { with: 'v86', bootMilliseconds: 400_000 });
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
      reason = error.message;
    }
  });
  afterAll(() => evaluator?.close());

  test('gives the resources, the routing, fields and _DSM of the interpreter', async (context) => {
    if (name === 'acpiexec') needs(context, 'acpiexec');
    if (evaluator === undefined) needsGuest(context, reason);
    const evaluated = evaluator as Evaluator;
    const other = await expected;
    for (const path of ['\\VCFG', '\\_SB.PC00._CRS', '\\_SB.PC00._PRT', '\\_SB.MB00._CRS', `${GPU0}._ADR`])
      expect([path, await evaluated.evaluate(path)]).toEqual([path, await other.evaluate(path)]);
    // What a register keeps is the same with and without a device.
    for (const field of evaluated.fields.filter(({ path }) =>
      /\.(CTRL|MODE|RATE|LAST|HEAD|TAIL|RPMS|DIRN)$/.test(path),
    )) {
      await evaluated.writeField(field, fieldValue(field));
      expect([field.path, await evaluated.readField(field)]).toEqual([field.path, fieldValue(field)]);
    }
    for (const value of [7n, 'text', Uint8Array.of(1, 2), [1n, 'two']])
      expect(await evaluated.evaluate(`${GPU0}._DSM`, UUID, 1, 2, value)).toEqual(value);
  });
});
