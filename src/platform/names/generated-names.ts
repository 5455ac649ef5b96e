/** Names in generated AML. A platform's own names must not collide with them. */

/** The object that holds the window's base. */
export const VCFG_NAME = 'VCFG';

/** The region over a function's trapped page, and the one over its shared page; crosvm's names. */
export const TRAPPED_REGION = 'VREG';
export const SHARED_REGION = 'SHAM';

/** The device that reserves resources outside all buses: crosvm's name. */
export const MOTHERBOARD_PATH = '\\_SB.MB00';

/** The device that reports events in a machine without fixed hardware. */
export const EVENT_DEVICE_PATH = '\\_SB.VGED';

/** Its handler of one function's event. */
export function eventMethod(event: number): string {
  return `EV${event.toString(16).toUpperCase().padStart(2, '0')}`;
}

/** The container of the processor devices: crosvm's name, and QEMU's. */
export const PROCESSORS_PATH = '\\_SB.CPUS';

/**
 * Methods that every function's `_DSM` calls. They are in the host bridge's scope, which otherwise holds only `PCxx`,
 * `PExx`, routing tables and ACPI's own names.
 */
export const DSM_METHODS = {
  /** From the four arguments of a `_DSM` to the bytes of the fourth, as the mailbox holds them. */
  arguments: 'VDSA',
  /** From a value and its depth in packages to its bytes. */
  encode: 'VDSE',
  /** From type, size and data of a result to the value. */
  result: 'VDSR',
  /** From bytes, a value's offset in them and its depth in packages to that value and the offset after it. */
  decode: 'VDSD',
} as const;

/** An interrupt routing table that bridges share, in the host bridge's scope. */
export function routingName(index: number): string {
  return `RT${index.toString(16).toUpperCase().padStart(2, '0')}`;
}

/** Whether the power resource of a function is on, in that resource's own scope. */
export const POWER_STATE = 'PWST';
