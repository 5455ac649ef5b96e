/** The platform description: one file says what a machine's VCFG window, functions and registers are. */
export { acpiPathOf, acpiPaths, HOST_BRIDGE_PATH } from './acpi-path.js';
export {
  adrOf,
  CAM_REGISTER_BITS,
  type ConfigLocation,
  checkRegisterBits,
  decodeConfigAddress,
  ECAM_REGISTER_BITS,
  encodeConfigAddress,
  encodeConfigAddressWrapping,
  packedBdf,
  packPciAddress,
  registerIndex,
  unpackPciAddress,
  VCFG_REGISTER_BITS,
} from './config-address.js';
export { platformJsonSchema } from './json-schema.js';
export { automaticBase, layOutMemory, VCFG_BYTES_PER_BUS } from './layout.js';
export {
  GPE_COUNT,
  type PowerPorts,
  powerPorts,
  RESET_PORT,
  RESET_VALUE,
  SLEEP_TYPES,
} from './power-ports.js';
export {
  checkPlatform,
  type PlatformResult,
  platformFromObject,
  type ReadPlatformOptions,
  readPlatform,
  requirePlatform,
} from './read-platform.js';
export {
  type MailboxRow,
  type ProfileRegister,
  VFIO_MAILBOX_ARGUMENTS,
  VFIO_MAILBOX_BYTES,
  VFIO_MAILBOX_RESULT,
  VFIO_MAILBOX_TYPES,
  VFIO_POWER_RESOURCE,
  VFIO_REGISTERS,
} from './vfio-profile.js';
export { DEFAULT_PLATFORM_LIMITS, type PlatformLimits } from './yaml-source.js';
