/**
 * `npm run test:bare [-- start test ci] [--base FOLDER] [--keep]`: runs the README's commands in a Debian 12 with only
 * what debootstrap installs, this machine's Node.js and npm, and a clone of the last commit. Needs root and
 * debootstrap, and says so. `--base` takes a root that debootstrap made before; `--keep` leaves the root there.
 *
 * The network inside is that of this machine: its resolver, its certificates and the addresses that apt and npm use here.
 */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { fail, heading, say, seconds } from './console.mjs';
import { isInstalled } from './installed.mjs';
import { projectFolder } from './project.mjs';

const COMMANDS = { start: 'npm start', test: 'npm test', ci: '.ci/run' };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { base: { type: 'string' }, keep: { type: 'boolean', default: false } },
});
const wanted = positionals.length > 0 ? positionals : Object.keys(COMMANDS);
for (const name of wanted) {
  if (!Object.hasOwn(COMMANDS, name))
    fail(`There is no command "${name}".`, `Give some of ${Object.keys(COMMANDS).join(', ')}.`, 2);
}

function unable(reason, cure) {
  if (process.env.CI) fail(reason, cure);
  say(`SKIPPED: ${reason} ${cure}`);
  process.exit(0);
}
if (process.getuid?.() !== 0) unable('This needs root.', 'Run it as root: it makes a root folder and enters it.');
if (values.base === undefined && !isInstalled('debootstrap'))
  unable('debootstrap is not installed.', 'apt-get install debootstrap');

function run(program, args, options = {}) {
  const { status, error, stdout } = spawnSync(program, args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    encoding: 'utf8',
    ...options,
  });
  if (status !== 0) fail(`${program} ${args.join(' ')} failed.`, error?.message ?? 'The output above says why.');
  return stdout;
}
const ask = (program, ...args) => run(program, args, { stdio: ['ignore', 'pipe', 'inherit'] }).trim();

const root = mkdtempSync(join(tmpdir(), 'vcfg-bare-'));
const at = (path) => join(root, path);
/** Where the clone is inside; recordings and tables are beside it, as here. */
const CLONE = '/srv/acpi-vcfg';

/** What apt, npm and Node.js have to know of this machine's network. */
function networkSettings() {
  const names =
    /^(?:https?_proxy|no_proxy|all_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|SSL_CERT_DIR|GIT_SSL_CAINFO|CURL_CA_BUNDLE)$/i;
  const settings = Object.fromEntries(Object.entries(process.env).filter(([name]) => names.test(name)));
  for (const key of ['registry', 'cafile', 'proxy', 'https-proxy', 'noproxy']) {
    const value = ask('npm', 'config', 'get', key, '--prefix', tmpdir());
    if (value !== '' && value !== 'null' && value !== 'undefined')
      settings[`npm_config_${key.replaceAll('-', '_')}`] = value;
  }
  return settings;
}

function makeRoot() {
  heading('A Debian 12');
  if (values.base === undefined) run('debootstrap', ['--variant=minbase', 'bookworm', root]);
  else run('cp', ['-a', `${values.base}/.`, root]);
  for (const file of ['/etc/resolv.conf', '/etc/hosts']) cpSync(file, at(file), { dereference: true });
  if (existsSync('/etc/ssl/certs'))
    cpSync('/etc/ssl/certs', at('/etc/ssl/certs'), { recursive: true, dereference: true, force: true });
  // How apt reaches its mirror from here: proxies, and whether their clocks are trusted.
  const folder = '/etc/apt/apt.conf.d';
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    const text = readFileSync(join(folder, name), 'utf8');
    if (/^\s*Acquire\b/m.test(text))
      writeFileSync(at(join(folder, name)), text.replaceAll(/^(?!\s*Acquire\b).*$/gm, ''));
  }
}

function copyNode() {
  const modules = ask('npm', 'root', '--global');
  mkdirSync(at('/usr/local/lib/node_modules'), { recursive: true });
  cpSync(realpathSync(process.execPath), at('/usr/local/bin/node'));
  cpSync(join(modules, 'npm'), at('/usr/local/lib/node_modules/npm'), { recursive: true, dereference: true });
  for (const name of ['npm', 'npx'])
    symlinkSync(`../lib/node_modules/npm/bin/${name}-cli.js`, at(`/usr/local/bin/${name}`));
}

function copyProject() {
  mkdirSync(at(dirname(CLONE)), { recursive: true });
  run('git', ['clone', '--quiet', projectFolder, at(CLONE)]);
  const shared = process.env.VCFG_SHARED ?? join(projectFolder, '..', 'shared');
  if (existsSync(shared)) cpSync(shared, at(join(dirname(CLONE), 'shared')), { recursive: true, dereference: true });
}

/** Runs a command of the README inside, in namespaces of its own, so that nothing of it is left behind. */
function runInside(command, settings) {
  const inside = `cd ${CLONE} && exec ${command}`;
  const script = [
    'set -e',
    `mount -t proc proc '${root}/proc'`,
    `mount --rbind /dev '${root}/dev'`,
    `exec chroot '${root}' /bin/sh -c '${inside}'`,
  ].join('\n');
  const env = {
    ...settings,
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: '/root',
    LANG: 'C.UTF-8',
  };
  const started = performance.now();
  const { status } = spawnSync('unshare', ['--mount', '--pid', '--fork', '/bin/sh', '-c', script], {
    stdio: 'inherit',
    env,
  });
  return { command, status: status ?? 1, time: performance.now() - started };
}

const results = [];
try {
  makeRoot();
  copyNode();
  copyProject();
  const settings = networkSettings();
  for (const name of wanted) {
    heading(`${COMMANDS[name]}, in ${basename(root)}`);
    results.push(runInside(COMMANDS[name], settings));
  }
} finally {
  if (!values.keep) rmSync(root, { recursive: true, force: true });
}
heading('On a bare machine');
for (const { command, status, time } of results)
  say(`${status === 0 ? 'passed' : `FAILED (${status})`}  ${command}  ${seconds(time)}`);
if (values.keep) say(`The root is ${root}.`);
process.exitCode = results.some(({ status }) => status !== 0) ? 1 : 0;
