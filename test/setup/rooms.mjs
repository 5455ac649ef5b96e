/** `npm run rooms`: writes the import rules of test/architecture/rooms.ts into biome.json. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { installPackages, projectFolder } from './project.mjs';
import { runTypeScript } from './run-typescript.mjs';

installPackages();
const code = await runTypeScript('test/architecture/write-lint-rules.ts');
const biome = join(projectFolder, 'node_modules/@biomejs/biome/bin/biome');
const format = () =>
  spawnSync(process.execPath, [biome, 'format', '--write', 'biome.json'], { cwd: projectFolder, stdio: 'inherit' });
process.exit(code || (format().status ?? 1));
