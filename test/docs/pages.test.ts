import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { projectFolder } from '../support/shared-material.js';
import { difference } from './difference.js';
import { PAGES } from './pages.js';

describe('generated pages', () => {
  it.each(PAGES)('$path is what npm run docs writes', ({ path, write }) => {
    expect(difference(readFileSync(join(projectFolder, path), 'utf8'), write())).toEqual([]);
  });
});

describe('the difference of two texts', () => {
  it('is the lines that only one has', () => {
    expect(difference('a\nb\nc', 'a\nb\nc')).toEqual([]);
    expect(difference('a\nb\nc', 'a\nx\nc\nd')).toEqual(['-b', '+x', '+d']);
    expect(difference('', 'a\n')).toEqual(['+a']);
  });
});
