import { asl, type Term } from '../../aml/index.js';
import { POWER_STATE } from '../../platform/names/generated-names.js';
import {
  VFIO_DSM,
  VFIO_MAILBOX_ARGUMENTS,
  VFIO_MAILBOX_RESULT,
  VFIO_MAILBOX_TYPES,
  VFIO_POWER,
  VFIO_POWER_RESOURCE,
} from '../../platform/vfio-profile.js';
import { dsmCall, isNot } from './dsm-bytes.js';

/**
 * The power resource of a function with the `vfio` profile. The function needs it in D0 and D3hot, so that an OS that turns
 * it off puts the function into D3cold. Its state is kept in a Name, as the register cannot be read. ACPI 6.5 §7.2
 */
export function powerResource(): Term[] {
  const state = asl.path(POWER_STATE);
  const change = (name: string, value: number) =>
    asl.Method(name, { serialized: true }, [asl.Store(value, asl.path(VFIO_POWER.register)), asl.Store(value, state)]);
  const needed = () => asl.Package([asl.path(VFIO_POWER_RESOURCE)]);
  return [
    asl.PowerResource(VFIO_POWER_RESOURCE, 0, 0, [
      asl.Name(POWER_STATE, 1),
      asl.Method('_STA', {}, [asl.Return(state)]),
      change('_ON', VFIO_POWER.full),
      change('_OFF', VFIO_POWER.low),
    ]),
    asl.Name('_PR0', needed()),
    asl.Name('_PR3', needed()),
  ];
}

/**
 * The `_DSM` of a function with the `vfio` profile: it writes its arguments to the mailbox, rings the host and reads the
 * result. It is serialized, as there is one mailbox. It returns the host's result. If the arguments are invalid or do not
 * fit in the mailbox, it returns Ones without ringing the host. If the host has no result, or one that is not a value, it
 * returns a Buffer of one zero byte, which in a `_DSM` means that the function is not supported. ACPI 6.5 §9.1.1
 */
export function dsmMethod(host: string): Term {
  const bytes = asl.Local(0);
  const arguments_ = [asl.Arg(0), asl.Arg(1), asl.Arg(2), asl.Arg(3)];
  const fields = VFIO_MAILBOX_ARGUMENTS.map(({ name }, index) =>
    asl.Store(index === arguments_.length - 1 ? bytes : (arguments_[index] as (typeof arguments_)[number]), name),
  );
  // Each is read once, so that the host cannot change it between the check and the use.
  const results = VFIO_MAILBOX_RESULT.map((row, index) => ({ row, kept: asl.Local(index + 1) }));
  return asl.Method('_DSM', { args: 4, serialized: true }, [
    asl.Store(dsmCall(host, 'arguments', ...arguments_), bytes),
    asl.If(isNot(bytes, VFIO_MAILBOX_TYPES.buffer), [asl.Return(bytes)]),
    ...fields,
    asl.Store(VFIO_DSM.ring, VFIO_DSM.register),
    ...results.map(({ row, kept }) => asl.Store(asl.path(row.name), kept)),
    asl.Return(dsmCall(host, 'result', ...results.map(({ kept }) => kept))),
  ]);
}
