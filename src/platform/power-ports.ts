import { requireObject } from '../base/index.js';
import type { Platform, PortRange } from '../vocab/index.js';

/** The ports of the fixed ACPI hardware, as crosvm lays them out. crosvm f1e797a devices/src/acpi.rs */
export interface PowerPorts {
  /** Status (2 bytes), then enable (2 bytes). ACPI 6.5 §4.8.3.1 */
  readonly pm1Event: PortRange;
  /** ACPI 6.5 §4.8.3.2 */
  readonly pm1Control: PortRange;
  /** Status bits of 256 events (32 bytes), then their enable bits. ACPI 6.5 §4.8.4.1 */
  readonly gpe0: PortRange;
  /** All of them, including two unused ports between control and GPE0. */
  readonly all: PortRange;
}

const PM1_EVENT = { offset: 0, lengthBytes: 4 };
const PM1_CONTROL = { offset: 4, lengthBytes: 2 };
const GPE0 = { offset: 8, lengthBytes: 64 };

/** Ports that the fixed hardware takes from `pm.base` up. */
export const PM_PORTS: number = GPE0.offset + GPE0.lengthBytes;
/** General-purpose events: the first half of GPE0 has a status bit for each. */
export const GPE_COUNT: number = (GPE0.lengthBytes / 2) * 8;

/** The port that resets the machine, which is one of the host bridge's own, and the byte to write. */
export const RESET_PORT = 0xcf9;
export const RESET_VALUE = 6;

/** Configuration address and data: ports of the host bridge itself. PCI 3.0 §3.2.2.3.2 */
export const CONFIG_PORTS: PortRange = { base: 0xcf8, lengthBytes: 8 };
/** Number of IO ports. */
export const PORT_COUNT = 0x1_0000;

export const DEFAULT_PM_BASE = 0x600;
export const DEFAULT_SCI = 9;

/** SLP_TYP values in PM1 control of the supported sleep states. crosvm f1e797a devices/src/acpi.rs, `to_aml_bytes` */
export const SLEEP_TYPES = { s1: 1, s5: 0 } as const;

/** Where a platform's fixed hardware is. */
export function powerPorts(platform: Pick<Platform, 'pm'>): PowerPorts {
  requireObject(platform, 'powerPorts: platform', 'a platform as readPlatform returns it');
  requireObject(platform.pm, 'powerPorts: platform.pm', '{ base, … }');
  const { pm } = platform;
  const at = ({ offset, lengthBytes }: typeof GPE0): PortRange => ({ base: pm.base + offset, lengthBytes });
  return {
    pm1Event: at(PM1_EVENT),
    pm1Control: at(PM1_CONTROL),
    gpe0: at(GPE0),
    all: { base: pm.base, lengthBytes: PM_PORTS },
  };
}
