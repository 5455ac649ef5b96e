/** What Node.js throws when the operating system refuses, with the reason's short name: `ENOENT`, `EACCES`. */
export interface SystemError extends Error {
  readonly code: string;
}

export function isSystemError(error: unknown): error is SystemError {
  return error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string';
}
