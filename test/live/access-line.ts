import type { TrapEvent } from '../../src/live/index.js';

/** An access as one line: `write 00:11.0 trapped 0 0x00000051 4`. */
export function accessLine({ access, address, page, register, value, widthBytes }: TrapEvent): string {
  const bdf = `${address.bus.toString(16).padStart(2, '0')}:${address.device.toString(16).padStart(2, '0')}.${address.function}`;
  return `${access} ${bdf} ${page} ${register} 0x${value.toString(16).padStart(8, '0')} ${widthBytes}`;
}
