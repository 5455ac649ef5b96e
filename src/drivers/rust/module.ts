import type { Platform } from '../../vocab/index.js';
import { DriverNames } from '../driver-names.js';
import { rustFunctionLines } from './function.js';
import { rustMailboxLines } from './mailbox.js';
import { RUST_PREAMBLE, rustWindowLines } from './window.js';

/**
 * A Rust module (edition 2021, rustc 1.63 and later) that holds the window's arithmetic and a module for each function,
 * register and field. Needs neither `std` nor `unsafe` nor any crate. Depends on the platform alone.
 * @throws GuestError DRIVER_NAME_COLLISION if a name stands twice in one scope; RangeError if a register, or a
 * function's bus, is outside the window.
 */
export function generateRustModule(platform: Platform): string {
  const names = new DriverNames();
  const functions = platform.functions.flatMap((description) => ['', ...rustFunctionLines(names, description)]);
  names.requireDistinct();
  return [...RUST_PREAMBLE, ...rustWindowLines(platform), ...rustMailboxLines(platform), ...functions, ''].join('\n');
}
