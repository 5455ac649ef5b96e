interface Lock {
  readonly packages: Readonly<Record<string, object>>;
}

/** Entries that a lock file needs for `npm ci` to take it, by their place in it. */
export function missingVariants(lock: Lock): Readonly<Record<string, object>>;

/** The lock file with those entries, in npm's order. */
export function completeLock<T extends Lock>(lock: T): T;
