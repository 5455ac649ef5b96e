import { asl, type Op, type Term } from '../../aml/index.js';
import { EVENT_DEVICE_PATH, eventMethod } from '../../platform/names/generated-names.js';
import { VFIO_NOTIFICATIONS, VFIO_QUEUE_LENGTH } from '../../platform/vfio-profile.js';
import type { FunctionDescription, Platform } from '../../vocab/index.js';

/**
 * The most notifications that a handler takes at a time. A queue may never end: the host may fill it as fast as it is
 * read, or the register may always read as ones. That must not hold up other events; the next event continues.
 */
const MOST_AT_A_TIME = VFIO_QUEUE_LENGTH;

/** A function and its ACPI path. */
export interface Placed {
  readonly described: FunctionDescription;
  readonly path: string;
}

/** `_E` and the event's number: the handler of an edge-triggered event. ACPI 6.5 §5.6.4.1 */
function handlerName(gpe: number): string {
  return `_E${gpe.toString(16).toUpperCase().padStart(2, '0')}`;
}

/** Notifies the device of everything in its queue. */
function handler(name: string, path: string): Op<'Method'> {
  const [notification, left] = [asl.Local(0), asl.Local(1)];
  return asl.Method(name, { serialized: true }, [
    asl.Store(MOST_AT_A_TIME, left),
    asl.While(left, [
      asl.Store(asl.path(`${path}.${VFIO_NOTIFICATIONS}`), notification),
      asl.If(asl.LNot(notification), [asl.Break()]),
      asl.Notify(path, notification),
      asl.Decrement(left),
    ]),
  ]);
}

/** The handlers of the functions that have an event, in their own scope; no terms if no function has one. */
export function eventHandlers({ arch, vcfg }: Platform, functions: readonly Placed[]): Term[] {
  if (vcfg.absent) return [];
  const nameOf = arch === undefined ? handlerName : eventMethod;
  const handlers = functions.flatMap(({ described, path }) =>
    described.gpe === undefined ? [] : [handler(nameOf(described.gpe), path)],
  );
  return handlers.length === 0 ? [] : [asl.Scope(arch === undefined ? '\\_GPE' : EVENT_DEVICE_PATH, handlers)];
}
