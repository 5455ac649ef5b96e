/** `npm run setup`: all that a fresh clone lacks — npm packages, the build, the programs that tests compare with. */
import { installOracles } from './debian.mjs';
import { prepare } from './project.mjs';

prepare();
installOracles();
