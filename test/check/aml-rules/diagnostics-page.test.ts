import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatDiagnostic } from '../../../src/base/index.js';
import { AML_RULES, TABLE_RULES } from '../../../src/check/aml-rules/index.js';
import { subjectOf } from '../../../src/check/rules/check-set.js';
import { diagnosticOf } from '../../../src/check/rules/rule.js';
import { codesOf } from '../../docs/codes.js';
import { projectFolder } from '../../support/shared-material.js';
import { DATA_FIXTURES } from '../table-rules/data-fixtures.js';
import { GUARD_FIXTURES } from './guard-fixtures.js';
import { NAME_FIXTURES } from './name-fixtures.js';
import { OBJECT_FIXTURES } from './object-fixtures.js';
import { OPERAND_FIXTURES } from './operand-fixtures.js';

const path = join(projectFolder, 'docs/diagnostics.md');
let page = readFileSync(path, 'utf8');
const FIXTURES = [...NAME_FIXTURES, ...GUARD_FIXTURES, ...OBJECT_FIXTURES, ...OPERAND_FIXTURES, ...DATA_FIXTURES];

/** The entry of a rule: what it says of itself, and of the first table that it finds something in. */
function entryOf(code: string): string {
  const rule = [...TABLE_RULES, ...AML_RULES].find((each) => each.code === code);
  const row = FIXTURES.find((each) => each.code === code);
  if (rule === undefined || row === undefined) throw new RangeError(`no rule or no table for ${code}`);
  const [found] = rule.find(subjectOf(row.wrong, 'options' in row ? row.options : {}));
  if (found === undefined) throw new RangeError(`${code} finds nothing`);
  const severity = rule.severity === 'error' ? '' : ` _(${rule.severity})_`;
  return `### \`${code}\`\n\n${rule.what}${severity}\n\n    ${formatDiagnostic(diagnosticOf(rule, found))}\n`;
}

/** Set to write the entries anew that are out of date; which ones is printed. */
const WRITE = 'VCFG_WRITE_DIAGNOSTICS';

/** The page with the entries of some codes as their rules have them; a new entry goes after that of the code before. */
function rewritten(codes: readonly string[]): string {
  let text = page;
  for (const [index, code] of codes.entries()) {
    const entry = entryOf(code);
    if (text.includes(entry)) continue;
    console.log(`docs/diagnostics.md: ${code}`);
    const entryIn = (each: string) => new RegExp(`### \`${each}\`\n.*?(?=\n#|$)`, 's');
    if (entryIn(code).test(text)) text = text.replace(entryIn(code), () => entry);
    else text = text.replace(entryIn(codes[index - 1] as string), (last) => `${last}\n${entry}`);
  }
  return text;
}

describe('docs/diagnostics.md', () => {
  if (process.env[WRITE]) {
    page = rewritten(codesOf('AmlRuleCode'));
    writeFileSync(path, page);
  }

  it.each(codesOf('AmlRuleCode'))('says of %s what its rule says', (code) => {
    expect(page).toContain(entryOf(code));
  });
});
