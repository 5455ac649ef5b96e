/**
 * Packages such as esbuild name a variant of themselves for each system in `optionalDependencies`. npm leaves those that a
 * registry does not have out of the lock file, and `npm ci` then refuses it. An entry with name, version, system and
 * processor is enough: npm fetches only the variant of the system that it runs on.
 */

/** Node.js's name for a system, as a package name has it. */
const SYSTEMS = /(?:^|[-/])(aix|android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32)(?:$|-)/;
/** Node.js's name for a processor; longer names first, where one begins as another does. */
const PROCESSORS = /-(arm64|arm|ia32|loong64|mips64el|ppc64|riscv64|s390x|x64)(?:$|-)/;
const LIBRARIES = { gnu: 'glibc', gnueabihf: 'glibc', musl: 'musl', musleabihf: 'musl' };

/** The place in the lock file from which a package at `place` would take `name`; undefined if it is at none. */
function resolvedPlace(packages, place, name) {
  for (let holder = place; ; holder = holder.slice(0, Math.max(0, holder.lastIndexOf('/node_modules/')))) {
    const candidate = `${holder === '' ? '' : `${holder}/`}node_modules/${name}`;
    if (candidate in packages) return candidate;
    if (!holder.includes('node_modules/')) return undefined;
    if (!holder.includes('/node_modules/'))
      return `node_modules/${name}` in packages ? `node_modules/${name}` : undefined;
  }
}

function entryOf(name, version, parent) {
  const [, os] = SYSTEMS.exec(name) ?? [];
  const [, cpu] = PROCESSORS.exec(name) ?? [];
  if (os === undefined || cpu === undefined) return undefined;
  const libc = LIBRARIES[name.slice(name.lastIndexOf('-') + 1)];
  return {
    version,
    cpu: [cpu],
    ...(parent.dev ? { dev: true } : {}),
    ...(libc === undefined ? {} : { libc: [libc] }),
    optional: true,
    os: [os],
  };
}

/**
 * Entries that a lock file needs for `npm ci` to take it, by their place in it. Throws for a missing optional package that
 * is not a variant for another system.
 */
export function missingVariants({ packages }) {
  const missing = {};
  for (const [place, entry] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (resolvedPlace(packages, place, name) !== undefined) continue;
      const made = entryOf(name, version, entry);
      if (made === undefined)
        throw new Error(`${place} wants ${name}, whose name tells no system: install it by hand.`);
      missing[`node_modules/${name}`] = made;
    }
  }
  return missing;
}

/** The lock file with those entries, in npm's order. */
export function completeLock(lock) {
  const packages = Object.entries({ ...lock.packages, ...missingVariants(lock) });
  packages.sort(([a], [b]) => a.localeCompare(b, 'en'));
  return { ...lock, packages: Object.fromEntries(packages) };
}
