import { checkPlatformShape } from '../../platform/platform-shape.js';
import type { Platform } from '../../vocab/index.js';
import { DEFAULT_PREFIX, DriverNames, withPrefix } from '../driver-names.js';
import { functionKinds } from '../function-kinds.js';
import { requireName } from '../name-options.js';
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
  /** In C++, the namespace of functions and types, such as `acme::hub`. Macros have none. Default: the global one. */
  readonly namespace?: string;
}

/** What opens a namespace in C++ and closes it; nothing in C. C++11 has no `namespace a::b`. */
function namespaceLines(namespace: string | undefined): { readonly open: string[]; readonly close: string[] } {
  if (namespace === undefined) return { open: [], close: [] };
  const parts = namespace.split('::');
  const lines = (text: string) => ['', '#ifdef __cplusplus', text, '#endif'];
  return {
    open: lines(parts.map((part) => `namespace ${part} {`).join(' ')),
    close: lines(`${parts.map(() => '}').join(' ')} /* ${namespace} */`),
  };
}

/**
 * `vcfg.h`: the window's arithmetic and every register of the platform, for C99 and C++11. Depends on the platform
 * alone, so that the same platform gives the same bytes.
 * @throws GuestError DRIVER_NAME_COLLISION if two names are equal once joined with `_`; RangeError if a register, or a
 * function's bus, is outside the window; TypeError if the include guard, the prefix or the namespace cannot be one.
 */
export function generateCHeader(platform: Platform, options: CHeaderOptions = {}): string {
  checkPlatformShape(platform);
  const { prefix = DEFAULT_PREFIX } = options;
  requireName('prefix', prefix);
  const guard = options.includeGuard ?? `${prefix}_H`;
  requireName('includeGuard', guard);
  if (options.namespace !== undefined) requireName('namespace', options.namespace);
  const { open, close } = namespaceLines(options.namespace);
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
    ...open,
    '',
    ...own(cWindowConstants(platform)),
    '',
    ...own(C_ADDRESSES),
    ...own(cMailboxLines(platform)),
    ...functions.flatMap((lines, at) => [...lines, ...(arrays[at] ?? [])]),
    ...close,
    '',
    `#endif /* ${guard} */`,
    '',
  ].join('\n');
}
