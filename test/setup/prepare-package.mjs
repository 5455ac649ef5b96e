/**
 * npm's `prepare` and `prepack`: what is packed, or installed from git, is complete. Says nothing on standard output,
 * which belongs to npm. After an `npm install` of the clone by itself, `npm start` finds the build done.
 */
import { buildPackage, isBuilder } from './project.mjs';

if (process.env.VCFG_NO_PREPARE) process.exit(0);
if (isBuilder()) buildPackage();
else console.error('acpi-vcfg is not built: the development packages are not installed (npm install --include=dev).');
