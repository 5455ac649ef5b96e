import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { say } from './console.mjs';
import { isInstalled } from './is-installed.mjs';

/** Program to Debian package, for each program that tests compare with: the same list that the tests read. */
const oracles = JSON.parse(readFileSync(new URL('../support/oracles.json', import.meta.url), 'utf8'));

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
 * Installs what is missing of `programs` (program to Debian package), where it may, saying so. Never throws: returns the
 * programs that are still missing.
 */
export function installPrograms(programs) {
  const missing = () => Object.keys(programs).filter((program) => !isInstalled(program));
  const wanted = missing();
  if (wanted.length === 0) return [];
  const packages = [...new Set(wanted.map((program) => programs[program]))];
  const command = `apt-get install ${packages.join(' ')}`;
  const refused = refusal();
  if (refused !== undefined) {
    say(`Missing: ${wanted.join(', ')}. Not installed, since ${refused}; to have them: ${command}`);
    return wanted;
  }
  say(`Missing: ${wanted.join(', ')}. Installing from Debian's packages: ${packages.join(' ')}`);
  aptGet('update');
  const install = (...names) => aptGet('install', '--yes', '--no-install-recommends', ...names);
  let { status, stderr } = install(...packages);
  if (status !== 0 && packages.length > 1) {
    // One package that this system does not have keeps apt-get from installing any: each by itself, then.
    const failed = packages.map((name) => install(name)).filter((done) => done.status !== 0);
    ({ status, stderr } = failed.at(0) ?? { status: 0, stderr: '' });
  }
  const left = missing();
  if (left.length > 0) {
    const reason = stderr?.trim().split('\n').at(-1) || `apt-get ended with ${status}`;
    say(`Could not install ${left.join(', ')} (${reason}). Going on without; to try again: ${command}`);
  }
  return left;
}

/** Installs the programs that tests compare with. Returns those still missing. */
export function installOracles() {
  return installPrograms(oracles);
}
