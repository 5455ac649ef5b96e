import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { difference } from '../../docs/difference.js';
import { projectFolder, readCorpus } from '../../support/shared-material.js';
import { countFindings, writeFindingsPage } from './findings-page.js';
import { JUDGEMENTS } from './judgements.js';

const page = join(projectFolder, 'docs/aml-findings.md');

/** Set to write docs/aml-findings.md anew where it is out of date; what changes is printed. */
const WRITE = 'VCFG_WRITE_FINDINGS';

describe('the rules over real tables', () => {
  it('find what docs/aml-findings.md says, at most 5 % of it false', (context) => {
    const tables = readCorpus(context);
    const counts = countFindings(tables);
    const written = writeFindingsPage(tables.length, counts);
    const changed = difference(readFileSync(page, 'utf8'), written);
    if (process.env[WRITE] && changed.length > 0) {
      writeFileSync(page, written);
      console.log(changed.join('\n'));
    } else expect(changed, `judge what is new, and write the page with ${WRITE}=1`).toEqual([]);

    const found = counts.filter(({ findings }) => findings > 0);
    expect(Object.keys(JUDGEMENTS).sort()).toEqual(found.map(({ code }) => code).sort());
    const [findings, wrong] = [
      found.reduce((sum, count) => sum + count.findings, 0),
      found.reduce((sum, { code }) => sum + (JUDGEMENTS[code]?.falseAlarms ?? 0), 0),
    ];
    expect(findings).toBeGreaterThan(1000);
    expect(wrong / findings).toBeLessThanOrEqual(0.05);
  });
});
