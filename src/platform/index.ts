/** The platform description: one file that defines a machine's VCFG window, functions and registers. */

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
export { automaticBase, layOutMemory, VCFG_BYTES_PER_BUS } from './layout.js';
export { acpiPathOf, acpiPaths, HOST_BRIDGE_PATH } from './names/acpi-path.js';
export {
  GPE_COUNT,
  type PowerPorts,
  powerPorts,
  RESET_PORT,
  RESET_VALUE,
  SLEEP_TYPES,
} from './power-ports.js';
export type { FileIdentifier, IncludeReader } from './read/include-files.js';
export {
  checkPlatform,
  type PlatformResult,
  platformFromObject,
  type ReadPlatformOptions,
  readPlatform,
  requirePlatform,
} from './read/read-platform.js';
export { DEFAULT_PLATFORM_LIMITS, type PlatformLimits } from './read/yaml-source.js';
export { platformJsonSchema } from './schema/schema.js';
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
