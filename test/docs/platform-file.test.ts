import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { platformJsonSchema, readPlatform, requirePlatform } from '../../src/platform/index.js';
import { projectFolder } from '../support/shared-material.js';
import { codesOf } from './codes.js';

const page = readFileSync(join(projectFolder, 'docs/platform-file.md'), 'utf8');

interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly default?: unknown;
}

/** The schema's default of every key, by path: `functions[].name`. */
function schemaKeys(node: SchemaNode, path = ''): [string, unknown][] {
  return [node, ...(node.anyOf ?? [])].flatMap(({ properties = {}, items }) => [
    ...(items?.properties === undefined ? [] : schemaKeys(items, `${path}[]`)),
    ...Object.entries(properties).flatMap(([key, inner]): [string, unknown][] => {
      const below = path === '' ? key : `${path}.${key}`;
      return [[below, inner.default], ...schemaKeys(inner, below)];
    }),
  ]);
}

/** The page's default of every key, by path: rows whose first cell is a key, below the heading that names the mapping. */
function pageKeys(): [string, string][] {
  const keys: [string, string][] = [];
  let above: string | undefined;
  for (const line of page.split('\n')) {
    const [, heading] = /^##+ (.*)$/.exec(line) ?? [];
    if (heading !== undefined) above = heading === 'Top level' ? '' : /^`(.*)`$/.exec(heading)?.[1];
    const [, key, fallback = ''] = /^\| `(\w+)` *\|[^|]*\| ([^|]*?) *\|/.exec(line) ?? [];
    if (key !== undefined && above !== undefined) keys.push([above === '' ? key : `${above}.${key}`, fallback]);
  }
  return keys;
}

const hex = (value: bigint) => `0x${value.toString(16).replaceAll(/\B(?=(.{4})+$)/g, '_')}`;

describe('docs/platform-file.md', () => {
  it('has every key of the JSON Schema and no other', () => {
    const schema = schemaKeys(platformJsonSchema());
    expect(pageKeys().map(([key]) => key)).toHaveLength(schema.length);
    expect(new Set(pageKeys().map(([key]) => key))).toEqual(new Set(schema.map(([key]) => key)));
  });

  it('has their defaults', () => {
    const defaults = new Map(pageKeys());
    for (const [key, value] of schemaKeys(platformJsonSchema())) {
      if (value === undefined) continue;
      const shown = defaults.get(key)?.replaceAll('`', '');
      expect(typeof value === 'number' ? Number(shown) : shown, key).toBe(value);
    }
  });

  it('has every code of the platform room and no other', () => {
    const named = new Set(page.match(/PLATFORM_[A-Z_]+/g));
    expect([...named].sort()).toEqual([...codesOf('PlatformCode')].sort());
  });

  it('has YAML that reads without findings', () => {
    const blocks = [...page.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text = '']) => text);
    expect(blocks.length).toBeGreaterThan(2);
    for (const text of blocks) expect(readPlatform(text).diagnostics).toEqual([]);
  });

  it('says where RAM and the window lie', () => {
    const rows = [...page.matchAll(/^\| `(\d+ [MG]iB)` *\| (.*?) *\| `(0x\w+)` *\|$/gm)];
    expect(rows.length).toBeGreaterThan(5);
    for (const [, memory, ram, base] of rows) {
      const platform = requirePlatform(`memory: ${memory}`);
      const ranges = platform.memory.map(
        (range) => `\`${hex(range.base)}..${hex(range.base + range.lengthBytes - 1n)}\``,
      );
      expect([ranges.join(', '), hex(platform.vcfg.base)], memory).toEqual([ram, base]);
    }
  });
});
