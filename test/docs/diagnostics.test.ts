import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { deviceFinding } from '../../src/device/diagnostic-log.js';
import type { DeviceCode } from '../../src/vocab/index.js';
import { readSources } from '../architecture/source-files.js';
import { projectFolder } from '../support/shared-material.js';
import { CODE_UNIONS, codesOf } from './codes.js';

const page = readFileSync(join(projectFolder, 'docs/diagnostics.md'), 'utf8');

/** Rooms of the page in order, each with its entries: the code, what it says, the example. */
const rooms = page
  .split(/^## /m)
  .slice(1)
  .map((room) => [...room.matchAll(/^### `(\w+)`\n\n(.+)\n\n {4}(.+)$/gm)].map(([, ...parts]) => parts as string[]));

/** Where codes are listed, not used. */
const LISTS = ['vocab/diagnostic-code.ts', 'device/diagnostic-log.ts'];
const sources = [...readSources('src')].filter(([path]) => !LISTS.includes(path));

describe('docs/diagnostics.md', () => {
  it('has every code, room by room in the order of the unions, and no other', () => {
    expect(CODE_UNIONS.length).toBeGreaterThan(5);
    expect(rooms.map((entries) => entries.map(([code]) => code))).toEqual(CODE_UNIONS.map(codesOf));
    expect(page.match(/^### /gm)).toHaveLength(rooms.flat().length);
  });

  it('has an example of each that ends with its code', () => {
    for (const [code, says, example] of rooms.flat()) {
      expect(says, code).toMatch(/^[^a-z].*\.( _\((warning|note)\)_)?$/);
      expect(example, code).toMatch(new RegExp(`\\. \\S*.*\\[${code}\\]$`));
    }
  });

  it('has the severity and the cure of the device core’s', () => {
    const entries = new Map(rooms.flat().map(([code, says, example]) => [code, { says, example }]));
    for (const code of codesOf('DeviceCode')) {
      const { severity, cure } = deviceFinding(code as DeviceCode, '', '');
      expect(entries.get(code)?.example, code).toContain(`${cure} [${code}]`);
      expect(entries.get(code)?.says?.endsWith('_(warning)_'), code).toBe(severity === 'warning');
    }
  });
});

describe('the codes', () => {
  it('are each used in src', () => {
    const unused = CODE_UNIONS.flatMap(codesOf).filter(
      (code) => !sources.some(([, text]) => text.includes(`'${code}'`)),
    );
    expect(unused).toEqual([]);
  });
});
