import type { Machine } from '../device/index.js';
import { AcpiNamespace, type AmlArgument, type AmlValue, type RegionHandler } from '../interpreter/index.js';
import { LiveGuest, type LiveOptions } from './live-guest.js';
import { LiveEvents } from './port/events.js';
import { guestTables, type LiveField, liveFields } from './port/guest-tables.js';
import { LiveWindow } from './port/window.js';

/** Whoever evaluates the AML of a machine's platform. */
export interface Evaluator {
  readonly name: EvaluatorName;
  /** Every field that {@link readField} and {@link writeField} take. */
  readonly fields: readonly LiveField[];
  evaluate(path: string, ...args: readonly AmlArgument[]): Promise<AmlValue | undefined>;
  readField(field: LiveField): Promise<AmlValue | undefined>;
  writeField(field: LiveField, value: bigint): Promise<void>;
  /** Frees all that it had. */
  close(): Promise<void>;
}

/** Our interpreter over the device core; ACPICA's acpiexec over plain memory; the kernel of a live guest over the device core. */
export type EvaluatorName = 'interpreter' | 'acpiexec' | 'live';

/** For `describe.each`: the same tests over everyone who can evaluate. */
export const EVALUATORS: readonly EvaluatorName[] = ['interpreter', 'acpiexec', 'live'];

function evaluatorOf(
  name: EvaluatorName,
  fields: readonly LiveField[],
  evaluate: (path: string, args: readonly AmlArgument[]) => Promise<AmlValue | undefined>,
  close: () => Promise<void>,
): Evaluator {
  return {
    name,
    fields,
    evaluate: (path, ...args) => evaluate(path, args),
    readField: ({ path }) => evaluate(path, []),
    writeField: async ({ writer }, value) => void (await evaluate(writer, [value])),
    close,
  };
}

/** The tables of a machine, as they stand by themselves. */
function tablesOf({ platform }: Machine) {
  const tables = guestTables(platform, { dsdt: { oemId: 'VCFG', oemTableId: 'VCFGDSDT' } });
  return tables.filter(({ name }) => name !== 'mcfg');
}

/** The region handler by which AML reaches a machine's window, and every other address of it. */
export function windowHandler(machine: Machine, window: LiveWindow): RegionHandler {
  const { base, lengthBytes } = machine.platform.vcfg;
  const isInside = (address: bigint) => address >= base && address < base + BigInt(lengthBytes);
  return {
    read(address, widthBytes) {
      if (isInside(address)) return window.read(Number(address - base), widthBytes);
      const data = new Uint8Array(8);
      machine.memory.read(address, data.subarray(0, widthBytes));
      return new DataView(data.buffer).getBigUint64(0, true);
    },
    write(address, widthBytes, value) {
      if (isInside(address)) {
        window.write(Number(address - base), Number(value), widthBytes);
        return;
      }
      const data = new Uint8Array(8);
      new DataView(data.buffer).setBigUint64(0, BigInt(value), true);
      machine.memory.write(address, data.subarray(0, widthBytes));
    },
  };
}

/**
 * Opens one of {@link EVALUATORS} on a machine. acpiexec has no device: registers are memory there, and a _DSM gives its fourth
 * argument back, since that is what is in the mailbox. Throws a DiagnosticError if a program or part is missing, and a RangeError
 * for an unknown name.
 */
export async function openEvaluator(
  name: EvaluatorName,
  machine: Machine,
  options: LiveOptions = {},
): Promise<Evaluator> {
  const fields = liveFields(machine.platform);
  if (name === 'live') {
    const guest = await LiveGuest.boot(machine, options);
    return evaluatorOf(
      name,
      guest.fields,
      (path, args) => guest.evaluate(path, ...args),
      () => guest.close(),
    );
  }
  if (name === 'acpiexec') {
    const { Acpiexec } = await import('./node/acpiexec.js');
    const acpica = new Acpiexec(tablesOf(machine));
    return evaluatorOf(
      name,
      fields,
      (path, args) => acpica.evaluate(path, args),
      async () => acpica.close(),
    );
  }
  if (name !== 'interpreter')
    throw new RangeError(`name is ${String(name)}; it must be one of ${EVALUATORS.join(', ')}.`);
  const window = new LiveWindow(machine, machine.platform, new LiveEvents());
  const acpi = AcpiNamespace.load(
    tablesOf(machine).map(({ name: file, bytes }) => ({ file, bytes })),
    { regions: { SystemMemory: windowHandler(machine, window) }, simulateRegions: true },
  );
  return evaluatorOf(
    name,
    fields,
    async (path, args) => acpi.evaluate(path, ...args),
    async () => window.close(),
  );
}
