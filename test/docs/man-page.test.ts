import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.js';
import { projectFolder } from '../support/shared-material.js';
import { writeManPage } from './man-page.js';

describe('docs/vcfg.1', () => {
  const page = writeManPage();

  it('has every command, option and example', () => {
    for (const { command, builder, examples } of COMMANDS) {
      expect(page).toContain(`.SS ${command}\n`);
      for (const name of Object.keys(builder)) expect(page.toLowerCase()).toContain(name.replaceAll('-', '\\-'));
      expect(page.split('vcfg ').length).toBeGreaterThan(examples.length);
    }
  });

  const LINTERS: [program: string, args: string[]][] = [
    ['man', ['--warnings', '-l', '-E', 'UTF-8', '-Tutf8', '-Z', '-']],
    ['groff', ['-man', '-ww', '-Tutf8', '-z']],
    ['mandoc', ['-Tlint', '-Wwarning']],
  ];
  it.each(LINTERS)('is what %s takes without a warning', (program, args) => {
    const { error, stderr, stdout, status } = spawnSync(program, args, { input: page, encoding: 'utf8' });
    // Whichever is there: none of them is needed for anything else.
    if (error !== undefined || /not found|minimized/.test(stderr)) return;
    expect({ status, stderr, lint: program === 'mandoc' ? stdout : '' }).toEqual({ status: 0, stderr: '', lint: '' });
  });
});

describe('the package', () => {
  const { files } = JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8')) as { files: string[] };
  const isPacked = (path: string) =>
    files.some((each) => path === each || path.startsWith(`${each.replace(/\/$/, '')}/`));
  const pages = ['README.md', ...readdirSync(join(projectFolder, 'docs')).map((name) => `docs/${name}`)].filter(
    (path) => path.endsWith('.md'),
  );

  it('has every file that its pages link to', () => {
    const broken = pages.flatMap((page) => {
      const text = readFileSync(join(projectFolder, page), 'utf8').replaceAll(/^```[\s\S]*?^```/gm, '');
      return [...text.matchAll(/\]\(([^)\s#]+)(?:#[^)]*)?\)/g)]
        .map(([, link = '']) => link)
        .filter((link) => !/^[a-z]+:/i.test(link))
        .map((link) => relative(projectFolder, join(projectFolder, dirname(page), decodeURI(link))))
        .filter((path) => !isPacked(path) || !existsSync(join(projectFolder, path)))
        .map((path) => `${page}: ${path}`);
    });
    expect(broken).toEqual([]);
  });
});
