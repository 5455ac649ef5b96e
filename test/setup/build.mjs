/**
 * `npm run build`: dist, by the `tsup` rows of package.json, and the explorer's page in dist/explorer. `--no-dts` leaves the
 * declarations out.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'tsup';
import { buildExplorer } from './build-explorer.mjs';
import { projectFolder } from './project.mjs';
import { markFolder } from './pure-chunks.mjs';

await build({
  silent: true,
  ...(process.argv.includes('--no-dts') ? { dts: false } : {}),
  esbuildOptions(options, { format }) {
    // Writes numbers in place of the constants that stand for them: joined into one file, constants become variables,
    // and V8 does not compute with those ahead of time. Checking a whole window takes 40 % of the time.
    options.minifySyntax = true;
    if (format !== 'cjs') return;
    // The conversion of the command's chunks to CommonJS places the values of fields after super() where that stands
    // alone, which it no longer does: fields are assigned by the constructor then.
    delete options.tsconfig;
    options.tsconfigRaw = { compilerOptions: { useDefineForClassFields: false } };
    // yargs would load its settings from another package by it; vcfg has none.
    options.define = { ...options.define, 'import.meta.resolve': 'undefined' };
    // The conversion would otherwise replace each `?.` and `??` with a closure.
    options.supported = { 'optional-chain': false, 'nullish-coalescing': false };
  },
});

/** The help of each command, and of vcfg itself, as yargs writes it: printing it does not load yargs then. */
function writeHelp() {
  const main = join(projectFolder, 'dist/cli/main.cjs');
  const folder = join(projectFolder, 'dist/cli/help');
  const helpOf = (args) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args, '--help'], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${[...args, '--help'].join(' ')}: ${stderr}`);
    return stdout;
  };
  // What an earlier build wrote would be printed.
  rmSync(folder, { recursive: true, force: true });
  const help = helpOf([]);
  mkdirSync(folder);
  // Each command has a line with its usage.
  const commands = [...help.matchAll(/^ {2}vcfg ([a-z]+) /gm)].map(([, command]) => command);
  for (const command of new Set(commands)) writeFileSync(join(folder, `${command}.txt`), helpOf([command]));
  writeFileSync(join(folder, 'vcfg.txt'), help);
}

writeHelp();
markFolder(join(projectFolder, 'dist'), ['cli']);

await buildExplorer(join(projectFolder, 'dist/explorer'));
