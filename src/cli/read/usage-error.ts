import { DiagnosticError, errorAt } from '../../base/index.js';

/** A command line that cannot be meant as it is: told from the line alone, without reading a file. Exit code 2. */
export class UsageError extends DiagnosticError {}

export function usageError(message: string, cure: string): UsageError {
  return new UsageError([errorAt('COMMAND_USAGE', {}, message, cure)]);
}

/** What reading an argument throws, as bad usage. */
export function asUsage<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof DiagnosticError) throw new UsageError(error.diagnostics);
    throw error;
  }
}
