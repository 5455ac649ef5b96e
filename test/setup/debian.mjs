import { spawnSync } from 'node:child_process';
import { say } from './console.mjs';
import { isInstalled, ORACLES, packageOf } from './installed.mjs';

function aptGet(...args) {
  return spawnSync('apt-get', ['-q', ...args], {
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
}

/** Why packages may not be installed from here; undefined if they may. */
function refusal() {
  if (process.env.VCFG_NO_INSTALL) return 'VCFG_NO_INSTALL is set';
  if (!isInstalled('apt-get')) return 'there is no apt-get here';
  if (process.getuid?.() !== 0) return 'that needs root';
  return undefined;
}

/**
 * Installs the packages; one by one if that fails, since apt-get installs none of them if one does not exist.
 * Returns apt-get's last words on the first failure.
 */
function install(packages) {
  const installed = (...names) => aptGet('install', '--yes', '--no-install-recommends', ...names);
  let finished = [installed(...packages)];
  if (finished[0].status !== 0 && packages.length > 1) finished = packages.map((name) => installed(name));
  const failed = finished.find(({ status }) => status !== 0);
  return failed && (failed.stderr?.trim().split('\n').at(-1) || `apt-get ended with ${failed.status}`);
}

/**
 * Installs the missing ones of `names`, which are keys of oracles.json, if that is allowed, and says so. Never throws:
 * returns what is still missing.
 */
export function installPrograms(names) {
  const missing = () => names.filter((name) => !isInstalled(name));
  const packagesOf = (wanted) => [...new Set(wanted.map(packageOf))];
  const commandFor = (wanted) => `apt-get install ${packagesOf(wanted).join(' ')}`;
  let left = missing();
  if (left.length === 0) return [];
  const refused = refusal();
  if (refused !== undefined) {
    say(`Missing: ${left.join(', ')}. Not installed: ${refused}. To install them: ${commandFor(left)}`);
    return left;
  }
  const tried = new Set();
  let reason;
  // A second round: only an installed compiler tells which package has its sanitizers.
  for (let round = 0; round < 2 && left.length > 0; round++) {
    const wanted = packagesOf(left).filter((name) => !tried.has(name));
    if (wanted.length === 0) break;
    say(`Missing: ${left.join(', ')}. Installing from Debian's packages: ${wanted.join(' ')}`);
    if (round === 0) aptGet('update');
    reason = install(wanted) ?? reason;
    for (const name of wanted) tried.add(name);
    left = missing();
  }
  if (left.length > 0) {
    const why = reason === undefined ? '' : ` (${reason})`;
    say(`Could not install ${left.join(', ')}${why}. Continuing without; to try again: ${commandFor(left)}`);
  }
  return left;
}

/** Large, and only needed by certain commands, which install them. */
const NOT_FOR_TESTS = ['chromium'];

/** Installs the programs that tests compare with. Returns what is still missing. */
export function installOracles() {
  return installPrograms(Object.keys(ORACLES).filter((name) => !NOT_FOR_TESTS.includes(name)));
}
