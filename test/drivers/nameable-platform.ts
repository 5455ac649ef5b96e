import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type fc from 'fast-check';
import { requirePlatform } from '../../src/platform/index.js';
import type { Platform } from '../../src/vocab/index.js';
import { platformFileArbitrary } from '../support/platform-arbitrary.js';
import { projectFolder } from '../support/shared-material.js';

/** No two functions, registers, fields or runs have one name after their parts are joined with `_`. */
function areNamesDistinct({ functions }: Platform): boolean {
  const joined = functions.flatMap((description) => [
    [description.name],
    ...[...description.registers, ...description.shared].map((item) => [description.name, item.name]),
    ...description.registers.flatMap(({ name, fields }) => fields.map((field) => [description.name, name, field.name])),
  ]);
  const names = joined.map((parts) => parts.map((part) => part.replace(/_+$/, '')).join('_'));
  return new Set(names).size === names.length;
}

/** Any platform whose names can all stand in one header. */
export function nameablePlatforms(): fc.Arbitrary<Platform> {
  return platformFileArbitrary()
    .map((file) => requirePlatform(JSON.stringify(file)))
    .filter(areNamesDistinct);
}

/** The platforms of `fixtures/platforms`. */
export function fixturePlatforms(): Platform[] {
  const folder = join(projectFolder, 'fixtures/platforms');
  const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  return files.map((name) => requirePlatform(readFileSync(join(folder, name), 'utf8'), { file: name }));
}
