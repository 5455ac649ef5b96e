import { z } from 'zod';
import { platformSchema } from './schema.js';

/**
 * JSON Schema (draft 2020-12) of a platform file, for editors that complete and check while one is written. It knows
 * the keys and the form of each value; what has to fit to what else only the reading of the file finds.
 */
export function platformJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(platformSchema, {
    io: 'input',
    // Of values that are read further zod gives neither default nor examples, as those could be of the reading's
    // result. Here they always are of what is written.
    override: ({ zodSchema, jsonSchema }) => {
      const meta = z.globalRegistry.get(zodSchema) as { default?: unknown; examples?: unknown } | undefined;
      if (meta?.default !== undefined) Object.assign(jsonSchema, { default: meta.default });
      if (meta?.examples !== undefined) Object.assign(jsonSchema, { examples: meta.examples });
    },
  }) as Record<string, unknown>;
}
