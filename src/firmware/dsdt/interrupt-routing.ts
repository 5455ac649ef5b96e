import { asl, type Op } from '../../aml/index.js';
import { HOST_BRIDGE_PATH } from '../../platform/names/acpi-path.js';
import { routingName } from '../../platform/names/generated-names.js';
import type { Platform } from '../../vocab/index.js';

/** Devices of a bus, and interrupt pins of a device. PCI 3.0 §2.2.6 */
const DEVICES = 32;
const PINS = 4;
/** Instead of a function's number: all functions. ACPI 6.5 §6.2.13 */
const ANY_FUNCTION = 0xffff;

/**
 * The interrupts of a bus: pin p of device d uses the one at index (d + p) modulo their number. Below a bridge there are
 * four, those of the bridge's own pins. PCI-to-PCI 1.2 §9.1
 */
type Lines = readonly number[];

const lineAt = (lines: Lines, device: number, pin: number) => lines[(device + pin) % lines.length] as number;

function linesBelow(lines: Lines, device: number): Lines {
  return Array.from({ length: PINS }, (_, pin) => lineAt(lines, device, pin));
}

/** What `_PRT` returns for a bus: an entry for each pin of each device, whether or not it is there. ACPI 6.5 §6.2.13 */
function routingTable(lines: Lines): Op<'Package'> {
  const rows: Op<'Package'>[] = [];
  for (let device = 0; device < DEVICES; device++) {
    for (let pin = 0; pin < PINS; pin++) {
      rows.push(asl.Package([((device << 16) | ANY_FUNCTION) >>> 0, pin, 0, lineAt(lines, device, pin)]));
    }
  }
  return asl.Package(rows);
}

export interface InterruptRouting {
  /** The host bridge's `_PRT`, and the tables that bridges share. */
  readonly hostBridge: readonly Op<'Name'>[];
  /** The `_PRT` of the bridge to a bus. */
  readonly prtOf: (secondary: number) => readonly Op<'Method'>[];
}

/** A machine with tables of its own routes its interrupts there; below a bridge without a `_PRT`, an OS rotates the pins. */
const NO_ROUTING: InterruptRouting = { hostBridge: [], prtOf: () => [] };

/**
 * How the pins of a platform's buses are routed to its interrupts. Many buses are wired alike, so each table exists once, in
 * the scope of the host bridge, and the buses share it.
 */
export function interruptRouting(platform: Platform): InterruptRouting {
  if (platform.host !== undefined) return NO_ROUTING;
  const linesOf = new Map<number, Lines>([[0, platform.interrupts]]);
  const tables = new Map<string, Op<'Name'>>();
  // A bridge's secondary bus number is above its own, so in BDF order a bridge comes before everything below it.
  for (const { address, bridge } of platform.functions) {
    const above = linesOf.get(address.bus);
    if (!bridge || !above) continue;
    const lines = linesBelow(above, address.device);
    linesOf.set(bridge.secondary, lines);
    const key = lines.join();
    if (!tables.has(key)) tables.set(key, asl.Name(routingName(tables.size), routingTable(lines)));
  }
  return {
    hostBridge: [asl.Name('_PRT', routingTable(platform.interrupts)), ...tables.values()],
    prtOf: (secondary) => {
      const table = tables.get((linesOf.get(secondary) as Lines).join()) as Op<'Name'>;
      return [asl.Method('_PRT', {}, [asl.Return(asl.path(`${HOST_BRIDGE_PATH}.${table.operands[0]}`))])];
    },
  };
}
