import type { Platform } from '../vocab/index.js';

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

/** Throws a TypeError for a value that readPlatform cannot have returned. Looks at the parts, not at what they hold. */
export function checkPlatformShape(platform: Platform): void {
  const shapes = [
    ['platform', platform, isObject(platform)],
    ['platform.vcfg', platform?.vcfg, isObject(platform?.vcfg)],
    ['platform.ecam', platform?.ecam, isObject(platform?.ecam)],
    ['platform.memory', platform?.memory, Array.isArray(platform?.memory)],
    ['platform.functions', platform?.functions, Array.isArray(platform?.functions)],
  ] as const;
  for (const [name, value, isRight] of shapes)
    if (!isRight)
      throw new TypeError(`${name} is ${typeof value}; it must be as readPlatform or requirePlatform returns it.`);
}
