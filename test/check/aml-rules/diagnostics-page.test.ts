import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatDiagnostic } from '../../../src/base/index.js';
import { AML_RULES, TABLE_RULES } from '../../../src/check/aml-rules/index.js';
import { subjectOf } from '../../../src/check/rules/check-set.js';
import { diagnosticOf } from '../../../src/check/rules/rule.js';
import { codesOf } from '../../docs/codes.js';
import { projectFolder } from '../../support/shared-material.js';
import { NAME_FIXTURES } from './name-fixtures.js';
import { OBJECT_FIXTURES } from './object-fixtures.js';

const page = readFileSync(join(projectFolder, 'docs/diagnostics.md'), 'utf8');
const FIXTURES = [...NAME_FIXTURES, ...OBJECT_FIXTURES];

/** The entry of a rule: what it says of itself, and of the first table that it finds something in. */
function entryOf(code: string): string {
  const rule = [...TABLE_RULES, ...AML_RULES].find((each) => each.code === code);
  const row = FIXTURES.find((each) => each.code === code);
  if (rule === undefined || row === undefined) throw new RangeError(`no rule or no table for ${code}`);
  const [found] = rule.find(subjectOf(row.wrong, row.options));
  if (found === undefined) throw new RangeError(`${code} finds nothing`);
  const severity = rule.severity === 'error' ? '' : ` _(${rule.severity})_`;
  return `### \`${code}\`\n\n${rule.what}${severity}\n\n    ${formatDiagnostic(diagnosticOf(rule, found))}\n`;
}

describe('docs/diagnostics.md', () => {
  it.each(codesOf('AmlRuleCode'))('says of %s what its rule says', (code) => {
    expect(page).toContain(entryOf(code));
  });
});
