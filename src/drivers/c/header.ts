import type { Platform } from '../../vocab/index.js';
import { DriverNames } from '../driver-names.js';
import { cFunctionLines } from './function.js';
import { cMailboxLines } from './mailbox.js';
import { C_ADDRESSES, C_HOOKS, C_PREAMBLE, cWindowConstants } from './window.js';

export interface CHeaderOptions {
  /** Macro that keeps the header from being read twice; `VCFG_H` if not said. */
  readonly includeGuard?: string;
}

const IDENTIFIER = /^[A-Za-z][A-Za-z0-9_]*$/;

/**
 * `vcfg.h`: the window's arithmetic and every register of the platform, for C99 and C++11. Depends on the platform
 * alone, so that the same platform gives the same bytes.
 * @throws GuestError DRIVER_NAME_COLLISION if two names joined with `_` are one; RangeError if a register, or a
 * function's bus, is outside the window; TypeError if the include guard is no identifier.
 */
export function generateCHeader(platform: Platform, options: CHeaderOptions = {}): string {
  const guard = options.includeGuard ?? 'VCFG_H';
  if (!IDENTIFIER.test(guard)) throw new TypeError(`includeGuard is "${guard}"; it must be a C identifier`);
  const names = new DriverNames();
  const functions = platform.functions.flatMap((description) => cFunctionLines(names, description));
  names.requireDistinct();
  return [
    ...C_PREAMBLE,
    `#ifndef ${guard}`,
    `#define ${guard}`,
    '',
    ...C_HOOKS,
    '',
    ...cWindowConstants(platform),
    '',
    ...C_ADDRESSES,
    ...cMailboxLines(platform),
    ...functions,
    '',
    `#endif /* ${guard} */`,
    '',
  ].join('\n');
}
