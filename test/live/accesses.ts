import { AcpiNamespace, type RegionHandler } from '../../src/interpreter/index.js';
import { LiveEvents } from '../../src/live/port/events.js';
import { guestTables, type LiveField, liveFields } from '../../src/live/port/guest-tables.js';
import { LiveWindow } from '../../src/live/port/window.js';
import type { Platform } from '../../src/vocab/index.js';
import { accessLine } from './access-line.js';
import { boardMachine } from './board.js';

/** What the proofs store in a field: a pattern that fits. */
export function fieldValue({ widthBits }: LiveField): bigint {
  return 0x5a5a_5a5a_5a5a_5a5an & ((1n << BigInt(widthBits)) - 1n);
}

/** The same accesses, by our interpreter over the same tables. */
export function accessesInInterpreter(platform: Platform): Record<string, { read: string[]; write: string[] }> {
  const { machine } = boardMachine(platform);
  const events = new LiveEvents();
  const window = new LiveWindow(machine, platform, events);
  const { base, lengthBytes } = platform.vcfg;
  const offsetOf = (address: bigint, widthBytes: number) => {
    const offset = address - base;
    if (offset < 0n || offset + BigInt(widthBytes) > BigInt(lengthBytes))
      throw new Error(`${address} is outside of the window`);
    return Number(offset);
  };
  const memory: RegionHandler = {
    read: (address, widthBytes) => window.read(offsetOf(address, widthBytes), widthBytes),
    write: (address, widthBytes, value) => window.write(offsetOf(address, widthBytes), Number(value), widthBytes),
  };
  const tables = guestTables(platform, { dsdt: { oemId: 'TEST', oemTableId: 'TEST' } })
    .filter(({ name }) => name !== 'mcfg')
    .map(({ name, bytes }) => ({ bytes, file: name }));
  const acpi = AcpiNamespace.load(tables, { regions: { SystemMemory: memory }, simulateRegions: true });
  // As Linux does at boot.
  acpi.evaluate('\\_SB.PC00.PE80.PRIC._ON');
  let lines: string[] = [];
  events.on('trap', (event) => lines.push(accessLine(event)));
  const rows = liveFields(platform).map((field) => {
    lines = [];
    acpi.integer(field.path);
    const read = lines;
    lines = [];
    acpi.evaluate(field.writer, fieldValue(field));
    return [field.path, { read, write: lines }] as const;
  });
  window.close();
  return Object.fromEntries(rows);
}
