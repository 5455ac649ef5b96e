import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { requirePlatform } from '../../src/platform/index.js';
import type { Platform } from '../../src/vocab/index.js';
import { projectFolder } from '../support/shared-material.js';
import { functionNamed, LOOP, SENS, samplePlatform } from './sample-platform.js';

/** A platform of fixtures/platforms, without its ending. */
export function fixturePlatform(name: string): Platform {
  return requirePlatform(readFileSync(join(projectFolder, `fixtures/platforms/${name}.yaml`), 'utf8'));
}

const MACROS = functionNamed('NULL', 9, { IN: ['OUT', 'HZ', 'BUG'], TRUE: ['VOID'], BIT: ['MIN', 'ROWS'] });

/**
 * Every kind of function: hostile texts, a bridge, a passed-through one, one with a shared run alone, an empty one, and
 * names that are macros of kernels and firmware.
 */
export function everyKind(): Platform {
  return samplePlatform([...fixturePlatform('all-buses').functions, SENS, LOOP, MACROS]);
}
