import type { Command } from './command.js';
import { CHECK, DIFF, VERIFY } from './rows/check-commands.js';
import { AML, GENERATE, INJECT, MAP, SCHEMA } from './rows/generate-commands.js';
import { EXPORT, IMPORT } from './rows/import-commands.js';
import { EVALUATE, LIVE, RUN } from './rows/run-commands.js';
import { ADDRESS, COMPLETION, DISASSEMBLE, EXPLORE, LOCATE, SHOW } from './rows/show-commands.js';

/** What `vcfg` can do, in the order in which its help lists it. */
export const COMMANDS: readonly Command[] = [
  GENERATE,
  INJECT,
  ADDRESS,
  LOCATE,
  CHECK,
  DIFF,
  AML,
  SCHEMA,
  MAP,
  IMPORT,
  EXPORT,
  DISASSEMBLE,
  SHOW,
  VERIFY,
  EVALUATE,
  RUN,
  LIVE,
  EXPLORE,
  COMPLETION,
];
