import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { projectFolder } from '../support/shared-material.js';

/** The build makes variables of classes, and renames classes that refer to themselves. Here they have their own names. */

const { exports: entries } = JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8')) as {
  readonly exports: Readonly<Record<string, { readonly default?: string }>>;
};
const modules = Object.values(entries).flatMap(({ default: path }) => (path?.endsWith('.js') ? [path] : []));

type Exported = Readonly<Record<string, unknown>>;
const load = (path: string): Promise<Exported> => import(join(projectFolder, path));

describe.skipIf(!existsSync(join(projectFolder, 'dist/index.js')) && !process.env.CI)('the package as built', () => {
  it.each(modules)('%s exports functions and classes under their own names', async (path) => {
    const other = Object.entries(await load(path)).flatMap(([name, value]) =>
      typeof value === 'function' && value.name !== name ? [`${name} is called ${value.name}`] : [],
    );
    expect(other).toEqual([]);
  });

  it('shows objects by the names of their classes', async () => {
    const aml = (await load('./dist/aml/index.js')) as unknown as typeof import('../../src/aml/index.js');
    expect(inspect(aml.asl.Sleep(2))).toMatch(/^BuiltTerm \{/);
    expect(inspect(aml.createNamespace())).toMatch(/^NamespaceNode \{/);
  });

  it.each(modules)('%s has no class whose name the build changed', (path) => {
    const folder = join(projectFolder, 'dist');
    const seen = new Set<string>();
    const changed: string[] = [];
    const read = (file: string) => {
      if (seen.has(file)) return;
      seen.add(file);
      const text = readFileSync(file, 'utf8');
      for (const [, name, own] of text.matchAll(/\b(\w+) = (?:\/\*.*?\*\/ \(\(\) => \()?class (?!extends\b)(\w+)/g))
        if (name !== own) changed.push(`${file.slice(folder.length)}: ${name} = class ${own}`);
      for (const [, next = ''] of text.matchAll(/\bfrom "(\.{1,2}\/[^"]+)"/g)) read(join(file, '..', next));
    };
    read(join(projectFolder, path));
    expect(changed).toEqual([]);
  });
});
