import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { requirePlatform } from '../../src/platform/index.js';
import type { Platform } from '../../src/vocab/index.js';
import { projectFolder } from '../support/shared-material.js';

/** Names of the platforms in `fixtures/platforms`. */
export const EXAMPLES = ['sensor-hub', 'minimal', 'all-buses', 'passthrough'] as const;

export function readExample(name: (typeof EXAMPLES)[number]): Platform {
  const file = `${name}.yaml`;
  return requirePlatform(readFileSync(join(projectFolder, 'fixtures/platforms', file), 'utf8'), { file });
}
