import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from '../support/shared-material.js';

const source = readFileSync(join(projectFolder, 'src/vocab/diagnostic-code.ts'), 'utf8');

/** The unions of codes, one a room, in the order of the source. */
export const CODE_UNIONS: readonly string[] = [...source.matchAll(/^ {2}\| (\w+Code)\b/gm)].map(
  ([, name = '']) => name,
);

/** The codes of one union, such as `PlatformCode`: types are not there at run time, so they are read from the source. */
export function codesOf(union: string): readonly string[] {
  const [, body = ''] = new RegExp(`^export type ${union} =([^;]*);`, 'ms').exec(source) ?? [];
  return [...body.matchAll(/'([A-Z_]+)'/g)].map(([, code = '']) => code);
}
