import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOMS } from '../architecture/rooms.js';
import { projectFolder } from '../support/shared-material.js';

const page = readFileSync(join(projectFolder, 'docs/house.md'), 'utf8');
const rows = [...page.matchAll(/^\| (\d) +\| `([\w/.]+)` *\| (.*?) *\| (.*?) *\|$/gm)].map(
  ([, floor, room = '', holds = '', imports = '']) => ({ floor: Number(floor), room, holds, imports }),
);
/** Where a room's row is: a room may import only from rows above its own. */
const position = new Map(rows.map(({ room }, index) => [room, index]));

describe('docs/house.md', () => {
  it('has the rooms of the table, bottom first', () => {
    expect(rows.map(({ room }) => room)).toEqual(ROOMS.map(({ room }) => room));
    expect(rows.map(({ floor }) => floor)).toEqual(rows.map(({ floor }) => floor).sort());
  });

  it('says what each may import', () => {
    for (const { room, rooms, packages = [], nodeBuiltins } of ROOMS) {
      const { imports = '' } = rows.find((row) => row.room === room) ?? {};
      const named = imports.startsWith('every room above')
        ? [...position].filter(([, index]) => index < (position.get(room) ?? 0)).map(([higher]) => higher)
        : [...imports.matchAll(/`([\w/]+)`/g)].map(([, name = '']) => name).filter((name) => position.has(name));
      expect(named.sort(), room).toEqual([...rooms].sort());
      for (const name of packages) expect(imports, room).toContain(`\`${name}\``);
      expect(imports.includes('Node.js'), room).toBe(nodeBuiltins === true);
    }
  });

  it('lets a room import only rooms whose rows come before its own', () => {
    for (const { room, rooms } of ROOMS)
      for (const imported of rooms)
        expect(position.get(imported) ?? 99, `${room} imports ${imported}`).toBeLessThan(position.get(room) ?? 0);
  });

  it('calls rooms not built yet that are not there', () => {
    for (const { room, holds } of rows)
      expect(holds.includes('not built yet'), room).toBe(!existsSync(join(projectFolder, 'src', room)));
  });

  it('names files that are there', () => {
    const files = [...page.matchAll(/`((?:src|test|fixtures)\/[\w./-]+)`/g)].map(([, path = '']) => path);
    expect(files.length).toBeGreaterThan(10);
    expect(files.filter((path) => !existsSync(join(projectFolder, path)))).toEqual([]);
  });
});
