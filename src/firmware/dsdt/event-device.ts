import { asl, type Op, resource, resourceTemplate, type Term } from '../../aml/index.js';
import { EVENT_DEVICE_PATH, eventMethod } from '../../platform/names/generated-names.js';
import type { Platform } from '../../vocab/index.js';

/**
 * The Generic Event Device of a machine without fixed hardware: one interrupt for all events. Its `_EVT` runs the handler
 * of each function that has one; those of functions that are not there are not declared. ACPI 6.5 §5.6.9
 */
export function eventDevice({ arch, vcfg, functions, pm }: Platform): Op<'Device'>[] {
  const events = functions.flatMap(({ gpe }) => (gpe === undefined ? [] : [gpe]));
  if (arch === undefined || vcfg.absent || events.length === 0) return [];
  const calls = events.map((event): Term => {
    const name = eventMethod(event);
    return asl.If(asl.CondRefOf(asl.path(name)), [asl.Call(name)]);
  });
  return [
    asl.Device(EVENT_DEVICE_PATH, [
      asl.Name('_HID', asl.String('ACPI0013')),
      asl.Name('_UID', asl.String('VCFG')),
      asl.Name(
        '_CRS',
        resourceTemplate([
          resource.interrupt({ usage: 'ResourceConsumer', mode: 'Edge', polarity: 'ActiveHigh', interrupts: [pm.sci] }),
        ]),
      ),
      asl.Method('_EVT', { args: 1, serialized: true }, calls),
    ]),
  ];
}
