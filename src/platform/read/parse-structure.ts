import { functionSchema, type PlatformInput, platformSchema } from '../schema/schema.js';
import { isMapping, type Misfit } from '../schema/value-schema.js';

export interface ParsedStructure {
  /** Undefined if there are misfits. */
  readonly input: PlatformInput | undefined;
  readonly misfits: readonly Misfit[];
  /** There were too many misfits, so the remaining functions were not read. */
  readonly stopped: boolean;
}

/** The number of findings for a misfit. */
function weight(misfit: Misfit): number {
  return misfit.reason === 'unknown-keys' ? misfit.keys.length : 1;
}

/** Parses a value by the schema, function by function, and stops after more than `most` misfits. */
export function parseStructure(value: unknown, most: number): ParsedStructure {
  const { functions, ...others } = isMapping(value) ? value : {};
  if (!Array.isArray(functions)) {
    const { value: input, misfits } = platformSchema.parse(value);
    return { input, misfits, stopped: false };
  }
  const rest = platformSchema.parse(others);
  const misfits = [...rest.misfits];
  const read: NonNullable<PlatformInput['functions']> = [];
  let count = misfits.reduce((sum, misfit) => sum + weight(misfit), 0);
  for (const [index, each] of functions.entries()) {
    if (count > most) return { input: undefined, misfits, stopped: true };
    const result = functionSchema.parse(each);
    if (result.value) read.push(result.value);
    for (const misfit of result.misfits) {
      misfits.push({ ...misfit, path: ['functions', index, ...misfit.path] });
      count += weight(misfit);
    }
  }
  const input = rest.value && misfits.length === 0 ? { ...rest.value, functions: read } : undefined;
  return { input, misfits, stopped: false };
}
