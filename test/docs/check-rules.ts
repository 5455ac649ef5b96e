import { RULES, type Rule, type RuleFamily } from '../../src/check/index.js';

/** What a family is of, for the page: its heading and its opening lines. */
const FAMILIES: readonly (readonly [family: RuleFamily, heading: string, opening: string])[] = [
  [
    'table',
    'Tables',
    'Tables as containers (header, checksum, each there once), and what the FADT, MADT, MCFG, RSDP, XSDT, RSDT and FACS ' +
      'say. Each finding is at the byte that is wrong.',
  ],
  [
    'vcfg',
    'VCFG and its window',
    'The object `VCFG`, and what else stands where the window is. What stands there is known from the platform, from the ' +
      "memory map, from MCFG, and from the _CRS of devices where that is constant. The window's length is that of the " +
      "platform or of `--buses`, else twice ECAM's as in crosvm, else what the regions in AML need.",
  ],
  [
    'field',
    'Regions, fields and devices',
    "What AML says of a function's two pages, against the platform; without one, against the header of the driver, and " +
      'against the `_ADR` of the Device that a region is declared in. A wrong base is one finding and not one for each ' +
      'region: they are placed as if it were right.',
  ],
  ['aml', 'AML', 'AML whatever it is for. Where a rule above explains the same place, these say nothing of it.'],
  [
    'driver',
    "The driver's header",
    "The constants of the generated header, read from its text: against the platform, else against its own function's " +
      'address and against the tables. Where there is a C compiler, the command compiles it too.',
  ],
];

const MARKS: Readonly<Record<Rule['severity'], string>> = { error: '', warning: ' _(warning)_', note: ' _(note)_' };

function entry({ code, severity, what, why, cure, source }: Rule): string[] {
  return [
    `### \`${code}\`${MARKS[severity]}`,
    '',
    what,
    '',
    `- Why it bites: ${why}`,
    `- Cure: ${cure}`,
    `- Source: ${source}.`,
    '',
  ];
}

/** The page that lists every rule of the check. */
export function writeCheckRules(): string {
  const lines = [
    '# Rules of the check',
    '',
    'Written by `npm run docs` from the rows in `src/check`. `vcfg check` asks all of them of the tables that it is given,',
    'as of one machine: the DSDT with its SSDTs, and other tables for what they say of addresses. `--rule` takes the codes',
    'and the families below. Findings are errors where _(warning)_ or _(note)_ does not stand; a row says where one is',
    'milder. [Diagnostics](diagnostics.md) has an example of each.',
    '',
    '| family | rules | of what |',
    '| --- | --- | --- |',
    ...FAMILIES.map(([family, heading]) => {
      const count = RULES.filter((rule) => rule.family === family).length;
      return `| \`${family}\` | ${count} | ${heading} |`;
    }),
    '',
    ...FAMILIES.flatMap(([family, heading, opening]) => [
      `## ${heading}`,
      '',
      `Family \`${family}\`. ${opening}`,
      '',
      ...RULES.filter((rule) => rule.family === family).flatMap(entry),
    ]),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}
