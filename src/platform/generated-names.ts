/** Names of generated AML, which a platform's own names keep clear of. */

/** The object that tells a guest where the window is. */
export const VCFG_NAME = 'VCFG';

/** The region over a function's trapped page, and the one over its shared page; crosvm's names. */
export const TRAPPED_REGION = 'VREG';
export const SHARED_REGION = 'SHAM';
