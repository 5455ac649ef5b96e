import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDiagnostic } from '../../../src/base/index.js';
import { RULES } from '../../../src/check/index.js';
import { countText, formatReport, sarifLog } from '../../../src/check/report/index.js';
import { wrapText } from '../../../src/check/report/report-text.js';
import type { Diagnostic, Place } from '../../../src/vocab/index.js';
import { sarifFaults } from './sarif-schema.js';

const FIELD: Diagnostic = {
  code: 'VCFG_FIELD_OFFSET',
  severity: 'error',
  place: { file: 'dsdt.aml', offsetBytes: 0x1f3, path: '\\_SB.PC00.PE20.STAT' },
  message:
    "AML says 0x100040004, the driver 0x100020004: bits 17 and 18 differ, so the driver uses ECAM's shifts (device << 15) and not VCFG's (device << 16).",
  cure: 'Generate the header again, from the platform file that the table is made from.',
  function: { bus: 0, device: 4, function: 0 },
  other: { file: 'vcfg.h', line: 77, column: 9 },
};
const WINDOW: Diagnostic = {
  code: 'VCFG_NOT_RESERVED',
  severity: 'warning',
  place: { file: 'dsdt.aml', offsetBytes: 0x24, path: '\\VCFG' },
  message: 'No PNP0C02 device reserves the window.',
  cure: 'Add one.',
};
const FIRST: Diagnostic = {
  ...FIELD,
  code: 'VCFG_FIELD_WIDTH',
  severity: 'note',
  function: { bus: 0, device: 3, function: 0 },
  message: 'It has 16 bits.',
  cure: 'Look.',
};

const place = fc.record(
  {
    file: fc.oneof(
      fc.constantFrom(
        'dsdt.aml',
        '/sys/firmware/acpi/tables/DSDT',
        'acpi.txt#SSDT2',
        '<stdin>',
        'C:\\a b\\t.aml',
        '../ä #1%.aml',
      ),
      fc.string({ minLength: 1 }),
    ),
    line: fc.integer({ min: 1, max: 9999 }),
    column: fc.integer({ min: 1, max: 200 }),
    offsetBytes: fc.nat(),
    path: fc.constantFrom('\\', '\\VCFG', '\\_SB_.PC00.PE20', '\\_SB.PC00', 'functions[1].name', ''),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Place>;
const diagnostic = fc.record(
  {
    code: fc.constantFrom(...RULES.map(({ code }) => code), 'COMMAND_FILE_MISSING' as const, 'TABLE_LENGTH' as const),
    severity: fc.constantFrom('error' as const, 'warning' as const, 'note' as const),
    place,
    message: fc.string({ minLength: 1 }).map((text) => `${text}.`),
    cure: fc.string({ minLength: 1 }).map((text) => `${text}.`),
    function: fc.record({ bus: fc.nat(255), device: fc.nat(31), function: fc.nat(7) }),
    other: place,
  },
  { requiredKeys: ['code', 'severity', 'place', 'message', 'cure'] },
) as fc.Arbitrary<Diagnostic>;

describe('findings as text', () => {
  it('are grouped by function, after what to fix first', () => {
    const text = formatReport([FIELD, WINDOW, FIRST], {
      platform: { functions: [{ address: { bus: 0, device: 4, function: 0 }, name: 'SENS' }] as never },
    }).join('\n');
    expect(text).toBe(String.raw`What to fix, in this order:
  1. VCFG_FIELD_OFFSET: dsdt.aml+0x01f3 \_SB.PC00.PE20.STAT: AML says 0x100040004, the driver 0x100…
  2. VCFG_NOT_RESERVED: dsdt.aml+0x0024 \VCFG: No PNP0C02 device reserves the window.

VCFG_NOT_RESERVED  warning  dsdt.aml+0x0024  \VCFG
  No PNP0C02 device reserves the window. Add one.

00:03.0

VCFG_FIELD_WIDTH  note  dsdt.aml+0x01f3  \_SB.PC00.PE20.STAT
  It has 16 bits. Look.
  compare vcfg.h:77:9

00:04.0 SENS

VCFG_FIELD_OFFSET  error  dsdt.aml+0x01f3  \_SB.PC00.PE20.STAT
  AML says 0x100040004, the driver 0x100020004: bits 17 and 18 differ, so the driver uses ECAM's
  shifts (device << 15) and not VCFG's (device << 16). Generate the header again, from the platform
  file that the table is made from.
  compare vcfg.h:77:9`);
  });

  it('are not all shown where one thing is wrong in many places', () => {
    const text = formatReport([...Array(30).fill(WINDOW), FIRST, ...Array(3).fill(FIELD)], { mostOfCode: 2 });
    const heads = text.filter((line) => /^[A-Z]/.test(line)).map((line) => line.split('  ').slice(0, 2));
    expect(heads).toEqual([
      ...Array(2).fill(['VCFG_NOT_RESERVED', 'warning']),
      ['VCFG_NOT_RESERVED', '28 more'],
      ['VCFG_FIELD_WIDTH', 'note'],
      ...Array(2).fill(['VCFG_FIELD_OFFSET', 'error']),
      ['VCFG_FIELD_OFFSET', '1 more'],
    ]);
  });

  it('are one where notes say the same of several places', () => {
    const note = (offsetBytes: number, path: string, file = 'dsdt.aml'): Diagnostic => ({
      code: 'AML_METHOD_NOT_SERIALIZED',
      severity: 'note',
      place: { file, offsetBytes, path },
      message: 'It makes PRRI.',
      cure: 'Use Locals.',
    });
    const all = [
      note(1, '\\A'),
      note(2, '\\B'),
      FIRST,
      note(3, '\\C', 'ssdt.aml'),
      { ...note(4, '\\D'), message: 'It makes CDW1.' },
    ];
    const report = formatReport(all, { columns: 60 }).join('\n');
    expect(report).toContain(`AML_METHOD_NOT_SERIALIZED  note  3 places
  It makes PRRI. Use Locals.
  dsdt.aml+0x0001 \\A, +0x0002 \\B, ssdt.aml+0x0003 \\C

`);
    expect(report).toContain('AML_METHOD_NOT_SERIALIZED  note  dsdt.aml+0x0004  \\D\n  It makes CDW1. Use Locals.');
    const many = formatReport(
      Array.from({ length: 30 }, (_, index) => note(index, '\\A')),
      { mostOfCode: 3 },
    );
    expect(many).toEqual([
      'AML_METHOD_NOT_SERIALIZED  note  30 places',
      '  It makes PRRI. Use Locals.',
      '  dsdt.aml+0x0000 \\A, +0x0001 \\A, +0x0002 \\A, 27 more',
    ]);
    // What is left out is counted finding by finding, not by what is joined.
    const pairs = Array.from({ length: 20 }, (_, index) => ({
      ...note(index, '\\A'),
      message: `It makes ${index >> 1}.`,
    }));
    expect(formatReport(pairs, { mostOfCode: 4 }).at(-1)).toBe('AML_METHOD_NOT_SERIALIZED  12 more');
    // A line ends between places, not within one.
    expect(
      formatReport(
        [1, 2, 3].map((offset) => note(offset, '\\A')),
        { columns: 40 },
      ).slice(2),
    ).toEqual(['  dsdt.aml+0x0001 \\A, +0x0002 \\A,', '  +0x0003 \\A']);
    // What has to be fixed keeps a block of its own each, and so does a note with another place to compare.
    const blocks = (row: Diagnostic) => formatReport([row, row]).filter((line) => line.startsWith(row.code)).length;
    expect(blocks({ ...note(1, '\\A'), severity: 'warning' })).toBe(2);
    expect(blocks({ ...note(1, '\\A'), other: { file: 'x' } })).toBe(2);
  });

  it('are counted by severity', () => {
    expect(countText([])).toBe('0 findings');
    expect(countText([FIELD])).toBe('1 finding: 1 error');
    expect(countText([FIELD, FIELD, WINDOW, FIRST])).toBe('4 findings: 2 errors, 1 warning, 1 note');
  });

  it('are painted where there are colours', () => {
    const paint = {
      heading: (text: string) => `<${text}>`,
      severity: (severity: string, text: string) => `{${severity} ${text}}`,
    };
    const lines = formatReport([FIELD], { paint });
    expect(lines[0]).toBe('<00:04.0>');
    expect(lines[2]).toContain('{error error}');
  });

  it('escape control characters of files, and of their names', () => {
    const foreign = '\x1b[2J\n\x7f\u009b1m';
    const shown = String.raw`\x1b[2J\x0a\x7f\x9b1m`;
    const found: Diagnostic = {
      ...FIELD,
      place: { file: foreign, path: foreign },
      message: `"${foreign}".`,
      other: { file: foreign },
    };
    expect(formatDiagnostic(found)).toBe(
      `${shown} (${shown}): "${shown}". Generate the header again, from the platform file that the table is made from. [VCFG_FIELD_OFFSET]`,
    );
    expect(formatReport([found])).toEqual([
      '00:04.0',
      '',
      `VCFG_FIELD_OFFSET  error  ${shown}  ${shown}`,
      `  "${shown}". Generate the header again, from the platform file that the table is made`,
      '  from.',
      `  compare ${shown}`,
    ]);
  });

  it('are wrapped between words, and lose none', () => {
    fc.assert(
      fc.property(fc.lorem({ maxCount: 60 }), fc.integer({ min: 1, max: 100 }), (text, columns) => {
        const lines = wrapText(text, columns);
        expect(lines.join(' ')).toBe(text.split(/\s+/).join(' '));
        for (const line of lines) expect(line.length <= columns || !line.includes(' ')).toBe(true);
      }),
    );
  });
});

describe('findings as SARIF', () => {
  it('are valid, whatever they say', () => {
    fc.assert(
      fc.property(fc.array(diagnostic, { maxLength: 6 }), (findings) => {
        const log = sarifLog(findings, { version: '1.2.3' });
        expect(sarifFaults(log)).toEqual([]);
        const [{ results, tool }] = log.runs;
        expect(new Set(tool.driver.rules.map(({ id }) => id)).size).toBe(tool.driver.rules.length);
        expect(results.map(({ ruleIndex }) => tool.driver.rules[ruleIndex]?.id)).toEqual(
          findings.map(({ code }) => code),
        );
        for (const { locations } of results) {
          const uri = locations[0]?.physicalLocation?.artifactLocation.uri;
          if (uri !== undefined) expect(() => new URL(uri, 'file:///base/')).not.toThrow();
        }
      }),
    );
  });

  it('are not valid where a rule, a level or a region is none', () => {
    const [run] = sarifLog([FIELD], { version: '1.2.3' }).runs;
    const [result] = run.results;
    const faults = (change: object) =>
      sarifFaults({ version: '2.1.0', runs: [{ ...run, results: [{ ...result, ...change }] }] });
    expect(faults({})).toEqual([]);
    for (const change of [
      { ruleIndex: 'first' },
      { level: 'fatal' },
      { message: undefined },
      { locations: [{ region: 1 }] },
    ])
      expect(faults(change)).not.toEqual([]);
  });

  it('say where they are, in the file and in the namespace, and what they are compared with', () => {
    const [{ results }] = sarifLog([FIELD], { version: '1.2.3' }).runs;
    expect(results).toEqual([
      {
        ruleId: 'VCFG_FIELD_OFFSET',
        ruleIndex: expect.any(Number),
        level: 'error',
        message: { text: `${FIELD.message} ${FIELD.cure}` },
        locations: [
          {
            physicalLocation: { artifactLocation: { uri: 'dsdt.aml' }, region: { byteOffset: 0x1f3, byteLength: 1 } },
            logicalLocations: [{ name: 'STAT', fullyQualifiedName: '\\_SB.PC00.PE20.STAT' }],
          },
        ],
        relatedLocations: [
          {
            id: 1,
            message: { text: 'What it is compared with.' },
            physicalLocation: { artifactLocation: { uri: 'vcfg.h' }, region: { startLine: 77, startColumn: 9 } },
          },
        ],
        partialFingerprints: { 'vcfgFinding/v1': 'VCFG_FIELD_OFFSET|dsdt.aml|\\_SB.PC00.PE20.STAT' },
        properties: { pciFunction: '00:04.0' },
      },
    ]);
  });

  const files: [file: string, uri: string][] = [
    ['build/my dsdt.aml', 'build/my%20dsdt.aml'],
    ['/sys/firmware/acpi/tables/DSDT', 'file:///sys/firmware/acpi/tables/DSDT'],
    ['C:\\fw\\dsdt.aml', 'file:///C:/fw/dsdt.aml'],
    ['../a#b.aml', '../a%23b.aml'],
    ['acpi.txt#SSDT2', 'acpi.txt'],
  ];
  it.each(files)('name %s as %s', (file, uri) => {
    const [{ results }] = sarifLog([{ ...WINDOW, place: { file, offsetBytes: 1 } }], { version: '1.2.3' }).runs;
    expect(results[0]?.locations[0]?.physicalLocation?.artifactLocation.uri).toBe(uri);
  });

  it('give no offset in a text for one in a table that it holds, but say it', () => {
    const [{ results }] = sarifLog([{ ...WINDOW, place: { file: 'acpi.txt#SSDT2', offsetBytes: 0x123 } }], {
      version: '1.2.3',
    }).runs;
    expect(results[0]?.locations).toEqual([
      { message: { text: 'SSDT2+0x0123' }, physicalLocation: { artifactLocation: { uri: 'acpi.txt' } } },
    ]);
  });

  it('are about a file that was given where they name none', () => {
    const uris = (about?: string) =>
      sarifLog([{ ...WINDOW, place: {} }, WINDOW], {
        version: '1.2.3',
        ...(about !== undefined && { about }),
      }).runs[0].results.map(({ locations }) => locations[0]?.physicalLocation?.artifactLocation.uri);
    expect(uris()).toEqual([undefined, 'dsdt.aml']);
    expect(uris('hub.yaml')).toEqual(['hub.yaml', 'dsdt.aml']);
  });

  it('come with what every rule says of itself', () => {
    const [{ tool }] = sarifLog([], { version: '1.2.3' }).runs;
    expect(tool.driver.rules.map(({ id }) => id)).toEqual(RULES.map(({ code }) => code));
    const row = RULES.find(({ code }) => code === 'VCFG_MISSING');
    const { id, shortDescription, fullDescription, help, defaultConfiguration } =
      tool.driver.rules.find((rule) => rule.id === 'VCFG_MISSING') ?? {};
    expect({ id, shortDescription, fullDescription, defaultConfiguration }).toEqual({
      id: row?.code,
      shortDescription: { text: row?.what },
      fullDescription: { text: row?.why },
      defaultConfiguration: { level: row?.severity },
    });
    expect(help?.text).toContain(row?.cure);
  });
});
