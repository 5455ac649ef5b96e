/** `npm run build`: dist, by the `tsup` rows of package.json. `--no-dts` leaves the declarations out. */
import { build } from 'tsup';

await build({
  silent: true,
  ...(process.argv.includes('--no-dts') ? { dts: false } : {}),
  esbuildOptions(options, { format }) {
    // What makes CommonJS of the command's chunks would put a closure in the place of each `?.` and `??`.
    if (format === 'cjs') options.supported = { 'optional-chain': false, 'nullish-coalescing': false };
  },
});
