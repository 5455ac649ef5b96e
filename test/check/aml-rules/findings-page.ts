import { AML_RULES, TABLE_RULES } from '../../../src/check/aml-rules/index.js';
import { subjectOf } from '../../../src/check/rules/check-set.js';
import { FOUND_BEFORE, JUDGEMENTS } from './judgements.js';

interface NamedBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What one rule finds in tables, each taken alone. */
export interface RuleCount {
  readonly code: string;
  readonly severities: ReadonlyMap<string, number>;
  readonly findings: number;
  readonly tables: number;
}

const RULES = [...TABLE_RULES, ...AML_RULES];

/** How often each rule finds something in tables, each taken alone, in the order of the rules. */
export function countFindings(tables: readonly NamedBytes[]): RuleCount[] {
  const counts = RULES.map(({ code }) => ({ code, severities: new Map<string, number>(), findings: 0, tables: 0 }));
  for (const { name, bytes } of tables) {
    const subject = subjectOf([{ file: name, bytes }]);
    for (const [index, rule] of RULES.entries()) {
      const count = counts[index] as (typeof counts)[number];
      let here = 0;
      for (const { severity = rule.severity } of rule.find(subject)) {
        here++;
        count.severities.set(severity, (count.severities.get(severity) ?? 0) + 1);
      }
      count.findings += here;
      if (here > 0) count.tables++;
    }
  }
  return counts;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
const SEVERITIES = ['error', 'warning', 'note'];

function severityText({ severities }: RuleCount): string {
  const given = SEVERITIES.filter((severity) => severities.has(severity));
  return given.map((severity) => `${severities.get(severity)} ${severity}`).join(', ');
}

/** The page docs/aml-findings.md. */
export function writeFindingsPage(tableCount: number, counts: readonly RuleCount[]): string {
  const found = counts.filter(({ findings }) => findings > 0);
  const silent = counts.filter(({ findings }) => findings === 0);
  const total = sum(found.map(({ findings }) => findings));
  const wrong = sum(found.map(({ code }) => JUDGEMENTS[code]?.falseAlarms ?? 0));
  const of = (severity: string) => sum(found.map(({ severities }) => severities.get(severity) ?? 0));
  const lines = [
    '# AML findings',
    '',
    'For engineers who want to know whether a finding of `vcfg check` on their firmware matters, and for those who change a rule: how',
    `often each rule of the families _table_ and _aml_ finds something in ${tableCount} real DSDTs and SSDTs of many makers, each taken`,
    'alone, and what each kind of finding turned out to be. A test repeats the count. The tables are not part of the project; see',
    '[diagnostics](diagnostics.md) for what each code says.',
    '',
    `There are ${total} findings of ${found.length} kinds, ${wrong} of them false alarms. A finding is _true_ if what it says is so. Where that does no`,
    `harm on nearly every machine, it is a note, so that errors and warnings are worth reading: 67 errors became ${of('error')}, and 606`,
    `warnings ${of('warning')}, when the severities were last reviewed. The second witness is iasl 20200925: it disassembled each table and`,
    'compiled the text. In 15 tables it cannot read its own text, so its output for them is missing or wrong.',
    '',
    '_Before_ is what the rule found in the same tables before that review; no kind of finding was lost by it.',
    '',
    '| code | findings | before | tables | false | judgement |',
    '| --- | --- | --- | --- | --- | --- |',
    ...found.map((count) => {
      const { falseAlarms, text } = JUDGEMENTS[count.code] ?? { falseAlarms: Number.NaN, text: 'Not judged yet.' };
      const before = FOUND_BEFORE[count.code] ?? '0';
      const cells = [`\`${count.code}\``, severityText(count), before, count.tables, falseAlarms, text];
      return `| ${cells.join(' | ')} |`;
    }),
    '',
    '## Kinds without a finding',
    '',
    `These ${silent.length} find nothing in any of the tables, because makers test with interpreters that refuse such mistakes. They are for`,
    'generated, injected and edited tables, and for sets. A pair of tables tests each: one in which it finds',
    'something, and one as similar as possible in which it does not.',
    '',
    silent.map(({ code }) => `\`${code}\``).join(', '),
  ];
  return `${lines.join('\n')}\n`;
}
