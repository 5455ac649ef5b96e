import { DiagnosticError, errorAt, formatPciAddress } from '../../base/index.js';
import { nearestWord } from '../../platform/read/nearest-word.js';
import type { FunctionDescription, PciAddress, Platform } from '../../vocab/index.js';
import { readPciAddress } from './argument-values.js';

/** What is said of a name that the platform does not have. */
export function unknownName(what: string, name: string, known: readonly string[]): DiagnosticError {
  const meant = nearestWord(name, known);
  const cure = meant ? `Did you mean ${meant}?` : `It has ${known.join(', ') || 'none'}.`;
  return new DiagnosticError([
    errorAt('COMMAND_UNKNOWN_NAME', { path: name }, `The platform has no ${what} ${name}.`, cure),
  ]);
}

export interface FoundFunction {
  readonly address: PciAddress;
  /** Undefined if the platform does not describe it, or there is none. */
  readonly described: FunctionDescription | undefined;
}

/** A function by its name in the platform, or by bb:dd.f. Throws a DiagnosticError for a text that is neither. */
export function findFunction(text: string, platform: Platform | undefined): FoundFunction {
  const byName = platform?.functions.find(({ name }) => name === text);
  if (byName) return { address: byName.address, described: byName };
  if (platform && !/[:.]/.test(text)) {
    throw unknownName(
      'function',
      text,
      platform.functions.map(({ name }) => name),
    );
  }
  const address = readPciAddress(text);
  const bdf = formatPciAddress(address);
  return { address, described: platform?.functions.find((each) => formatPciAddress(each.address) === bdf) };
}

/** The address of a function that the platform has. Throws a DiagnosticError for any other. */
export function requireFunction(text: string, platform: Platform): PciAddress {
  const { address, described } = findFunction(text, platform);
  if (described !== undefined) return address;
  const names = platform.functions.map(({ name }) => name);
  throw unknownName('function', text, names);
}
