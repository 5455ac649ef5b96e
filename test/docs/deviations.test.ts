import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { outcomeLine } from '../conformance/outcome.js';
import { RECORDINGS } from '../conformance/recordings.js';
import { projectFolder, readVectors } from '../support/shared-material.js';
import { CODE_UNIONS, codesOf } from './codes.js';

const page = readFileSync(join(projectFolder, 'docs/deviations.md'), 'utf8');
const headings = [...page.matchAll(/^### `(\S+)`/gm)].map(([, name]) => name);

describe('docs/deviations.md', () => {
  it('has what the replays print', (context) => {
    const lines = Object.entries(RECORDINGS).map(([file, replay]) =>
      outcomeLine(file, readVectors(context, file, replay)),
    );
    expect(/^```text\n(.*?)\n```$/ms.exec(page)?.[1]?.split('\n')).toEqual(lines);
  });

  it('has a heading for each deviation that a replay names, with its count', () => {
    const [, printed = ''] = /^```text\n(.*?)\n```$/ms.exec(page) ?? [];
    const named = [...printed.matchAll(/^(\S+): .*, (\d+) deviate \((.*)\)$/gm)].flatMap(([, file, sum, names = '']) =>
      names.split(', ').map((each) => {
        const [name, count = sum] = each.split(' ');
        return { name, shown: `${count} rows? of ${file?.replace('.', '\\.')}` };
      }),
    );
    expect(named.map(({ name }) => name).sort()).toEqual([...headings].sort());
    for (const { name, shown } of named) {
      const [, section = ''] = page.split(`### \`${name}\``);
      expect(section.split('\n#')[0], name).toMatch(new RegExp(shown));
    }
  });

  it('names files that are there and codes that exist', () => {
    const files = [...page.matchAll(/`((?:src|test)\/[\w./-]+)`/g)].map(([, path = '']) => path);
    expect(files.length).toBeGreaterThan(20);
    expect(files.filter((path) => !existsSync(join(projectFolder, path)))).toEqual([]);
    const codes = new Set(CODE_UNIONS.flatMap(codesOf));
    const named = [...page.matchAll(/`([A-Z]+_[A-Z_]+)`/g)].map(([, code = '']) => code);
    expect(named.filter((code) => code !== 'VCFG_SHARED' && !codes.has(code))).toEqual([]);
  });
});
