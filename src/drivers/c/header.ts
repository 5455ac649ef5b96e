import { checkPlatformShape } from '../../platform/platform-shape.js';
import type { Platform } from '../../vocab/index.js';
import { DEFAULT_PREFIX, DriverNames, withPrefix } from '../driver-names.js';
import { functionKinds } from '../function-kinds.js';
import { cArrayLines } from './array.js';
import { cFunctionLines } from './function.js';
import { cMailboxLines } from './mailbox.js';
import { C_ADDRESSES, C_HOOKS, C_PREAMBLE, cWindowConstants } from './window.js';

export interface CHeaderOptions {
  /**
   * The prefix of every name in the header, in upper case for macros and in lower case for functions. Headers with
   * different prefixes can be included in one file. Default: `VCFG`.
   */
  readonly prefix?: string;
  /** The macro that keeps the header from being included twice. Default: the prefix and `_H`. */
  readonly includeGuard?: string;
}

const IDENTIFIER = /^[A-Za-z][A-Za-z0-9_]*$/;
const PREFIX = /^[A-Z][A-Z0-9_]*$/;

/**
 * `vcfg.h`: the window's arithmetic and every register of the platform, for C99 and C++11. Depends on the platform
 * alone, so that the same platform gives the same bytes.
 * @throws GuestError DRIVER_NAME_COLLISION if two names are equal once joined with `_`; RangeError if a register, or a
 * function's bus, is outside the window; TypeError if the include guard or the prefix is not a C identifier.
 */
export function generateCHeader(platform: Platform, options: CHeaderOptions = {}): string {
  checkPlatformShape(platform);
  const { prefix = DEFAULT_PREFIX } = options;
  if (!PREFIX.test(prefix)) {
    throw new TypeError(`prefix is "${prefix}"; it must be a C identifier in upper case, such as HUB`);
  }
  const guard = options.includeGuard ?? `${prefix}_H`;
  if (!IDENTIFIER.test(guard)) throw new TypeError(`includeGuard is "${guard}"; it must be a C identifier`);
  const names = new DriverNames();
  const kinds = [...functionKinds(platform.functions)];
  const functions = kinds.map(([description, kind]) => cFunctionLines(names, description, kind, prefix));
  names.requireDistinct();
  // After all else has its names.
  const arrays = kinds.map(([description, kind]) => cArrayLines(names, description, kind, prefix));
  const own = (lines: readonly string[]) => lines.map((line) => withPrefix(line, prefix));
  return [
    ...own(C_PREAMBLE),
    `#ifndef ${guard}`,
    `#define ${guard}`,
    '',
    ...own(C_HOOKS),
    '',
    ...own(cWindowConstants(platform)),
    '',
    ...own(C_ADDRESSES),
    ...own(cMailboxLines(platform)),
    ...functions.flatMap((lines, at) => [...lines, ...(arrays[at] ?? [])]),
    '',
    `#endif /* ${guard} */`,
    '',
  ].join('\n');
}
