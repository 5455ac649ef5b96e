import { toJson } from '../../../base/json.js';
import { platformJsonSchema } from '../../../platform/index.js';
import { EXIT } from '../../command.js';
import type { Io } from '../../io.js';

/** `vcfg schema`: what a platform file may hold, for editors. */
export async function runSchema(_args: object, io: Io): Promise<number> {
  io.stdout.write(`${toJson(platformJsonSchema(), 2)}\n`);
  return EXIT.done;
}
