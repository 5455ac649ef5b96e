import { asl, type Term } from '../../aml/index.js';
import { POWER_STATE } from '../../platform/names/generated-names.js';
import { VFIO_POWER, VFIO_POWER_RESOURCE } from '../../platform/vfio-profile.js';

/**
 * The power resource of a function of the `vfio` profile, which it needs in D0 and D3hot, so that an OS that lets go of
 * it takes the function to D3cold. Its state is kept here: the register cannot be read. ACPI 6.5 §7.2
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
