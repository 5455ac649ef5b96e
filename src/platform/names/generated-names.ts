/** Names of generated AML, which a platform's own names keep clear of. */

/** The object that tells a guest where the window is. */
export const VCFG_NAME = 'VCFG';

/** The region over a function's trapped page, and the one over its shared page; crosvm's names. */
export const TRAPPED_REGION = 'VREG';
export const SHARED_REGION = 'SHAM';

/** The device that reserves what belongs to no bus: crosvm's name. */
export const MOTHERBOARD_PATH = '\\_SB.MB00';

/** The container of the processors' devices: crosvm's name, and QEMU's. */
export const PROCESSORS_PATH = '\\_SB.CPUS';

/**
 * What every function's `_DSM` calls, in the host bridge's scope, where else there are only `PCxx`, `PExx`, routing
 * tables and ACPI's own names.
 */
export const DSM_METHODS = {
  /** The four arguments of a `_DSM` to the bytes of the fourth as the mailbox has them. */
  arguments: 'VDSA',
  /** A value and how many packages it lies in, to its bytes. */
  encode: 'VDSE',
  /** Type, size and data of a result to the value. */
  result: 'VDSR',
  /** Bytes, where in them a value begins and how many packages it lies in, to that value and where it ends. */
  decode: 'VDSD',
} as const;

/** A table of interrupts that bridges share, in the host bridge's scope. */
export function routingName(index: number): string {
  return `RT${index.toString(16).toUpperCase().padStart(2, '0')}`;
}

/** Whether the power resource of a function is on, in that resource's own scope. */
export const POWER_STATE = 'PWST';
