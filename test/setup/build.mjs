/** `npm run build`: dist, by the `tsup` rows of package.json. `--no-dts` leaves the declarations out. */
import { build } from 'tsup';

await build({
  silent: true,
  ...(process.argv.includes('--no-dts') ? { dts: false } : {}),
  esbuildOptions(options, { format }) {
    // The conversion of the command's chunks to CommonJS would otherwise replace each `?.` and `??` with a closure.
    if (format === 'cjs') options.supported = { 'optional-chain': false, 'nullish-coalescing': false };
  },
});
