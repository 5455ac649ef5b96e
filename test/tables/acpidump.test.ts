import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAcpidump, readAcpidump } from '../../src/tables/index.js';
import { dumpText } from '../support/dump-text.js';
import { inScratchFolder, needs, run } from '../support/oracles.js';
import { projectFolder, readCorpus, readTables } from '../support/shared-material.js';

describe('a text from acpidump', () => {
  it('gives the bytes back, of any tables, with either line end', () => {
    const table = fc.tuple(
      fc.constantFrom('DSDT', 'SSDT', 'FACP', 'RSDP'),
      fc.uint8Array({ minLength: 1, maxLength: 70 }),
      fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn }),
    );
    fc.assert(
      fc.property(fc.array(table, { minLength: 1, maxLength: 4 }), fc.boolean(), (tables, dos) => {
        const text = tables.map(([signature, bytes, address]) => dumpText(signature, bytes, address)).join('');
        const read = readAcpidump(dos ? text.replaceAll('\n', '\r\n') : text);
        expect(read.diagnostics).toEqual([]);
        expect(read.tables.map(({ signature, bytes, address }) => [signature, bytes, address])).toEqual(tables);
        expect(isAcpidump(text)).toBe(true);
      }),
    );
  });

  it('is read as acpidump itself writes it', (context) => {
    needs(context, 'acpidump');
    const tables = [...readTables(join(projectFolder, 'fixtures/tables/q35')), ...readCorpus(context)]
      .filter(({ name, bytes }) => bytes.length < 200_000 && !name.startsWith('facs'))
      .filter((_, index) => index % 9 === 0 || index < 4);
    expect(tables.length).toBeGreaterThan(10);
    return inScratchFolder((folder) => {
      const files = tables.map(({ bytes }, index) => {
        writeFileSync(join(folder, `${index}`), bytes);
        return `${index}`;
      });
      const said = files.map((file) => run('acpidump', ['-f', file], { cwd: folder }).stdout).join('');
      const read = readAcpidump(said);
      expect(read.diagnostics).toEqual([]);
      expect(read.tables.map(({ bytes }) => Buffer.from(bytes).toString('hex'))).toEqual(
        tables.map(({ bytes }) => Buffer.from(bytes).toString('hex')),
      );
    });
  });

  const good = 'FACP @ 0x0\n    0000: 46 41 43 50  FACP\n';
  const rows: [what: string, text: string, code: string, line: number, column: number][] = [
    ['words in a table', 'DSDT @ 0x10\n    0000: 44 53\n  -- cut --\n', 'TABLE_DUMP_ROW', 3, 3],
    ['half a byte', 'DSDT @ 0x10\n    0000: 44 5\n', 'TABLE_DUMP_ROW', 2, 5],
    ['seventeen bytes', `DSDT @ 0x10\n    0000:${' 00'.repeat(17)}\n`, 'TABLE_DUMP_ROW', 2, 5],
    ['a lost row', 'DSDT @ 0x10\n    0000: 44 53\n    0010: 00\n', 'TABLE_DUMP_OFFSET', 3, 5],
    ['a row in front lost', 'DSDT @ 0x10\n    0010: 44 53\n', 'TABLE_DUMP_OFFSET', 2, 5],
    ['no rows', 'DSDT @ 0x10\n\n', 'TABLE_DUMP_ROW', 1, 1],
  ];
  it.each(rows)('with %s says where, once, and keeps the other tables', (_what, text, code, line, column) => {
    const { tables, diagnostics } = readAcpidump(`${text}    0020: xx\n${good}`);
    expect(diagnostics.map((found) => [found.code, found.place])).toEqual([[code, { line, column }]]);
    expect(tables.map(({ signature }) => signature)).toEqual(['FACP']);
  });

  it('may have words between its tables', () => {
    const { tables, diagnostics } = readAcpidump(`# acpidump\n\n${good}\nand another\n\n${good}`);
    expect(diagnostics).toEqual([]);
    expect(tables.map(({ line }) => line)).toEqual([3, 8]);
    expect(tables[0]?.bytes).toEqual(Uint8Array.from([0x46, 0x41, 0x43, 0x50]));
  });

  it('may be any text without a fault', () => {
    const line = fc.oneof(
      fc.string(),
      fc.constantFrom('DSDT @ 0x10', '    0000: 44 53', '    0002: 44', '', '    0000:'),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        const { tables, diagnostics } = readAcpidump(lines.join('\n'));
        const heads = lines
          .join('\n')
          .split('\n')
          .filter((each) => /^DSDT @ 0x10\s*$/.test(each)).length;
        expect(tables.length + diagnostics.length).toBeGreaterThanOrEqual(heads);
      }),
    );
  });

  it('is told from other texts', () => {
    expect(isAcpidump(`words\n${good}`)).toBe(true);
    for (const text of ['', 'DSDT', 'vcfg: { base: auto }\n', 'see DSDT @ 0x10 there\n']) {
      expect(isAcpidump(text), text).toBe(false);
    }
  });
});
