/** Inputs that are larger than any real ones. */

/** Functions on bus 0 below this index; bridges to the other buses are above. */
const PLAIN_ON_FIRST_BUS = 192;
const FIRST_INDEX = 8;
const BUS_FUNCTIONS = 256;

const hex = (value: number) => value.toString(16).padStart(2, '0');
const nameOf = (letter: string, index: number) => `${letter}${index.toString(36).toUpperCase().padStart(3, '0')}`;
const addressOf = (bus: number, index: number) => `${hex(bus)}:${hex(index >> 3)}.${index & 7}`;

/** A platform of `count` functions, N000 and on with two registers each, and bridges to the buses that they need. */
export function platformText(count: number): string {
  const perBus = (left: number) => Math.ceil(Math.max(0, left) / BUS_FUNCTIONS);
  // Each bridge leaves one plain function fewer.
  let bridges = perBus(count - (PLAIN_ON_FIRST_BUS - FIRST_INDEX));
  bridges = perBus(count - bridges - (PLAIN_ON_FIRST_BUS - FIRST_INDEX));
  const places = Array.from({ length: count - bridges }, (_, index) => {
    const onFirst = index + FIRST_INDEX;
    if (onFirst < PLAIN_ON_FIRST_BUS) return addressOf(0, onFirst);
    const rest = onFirst - PLAIN_ON_FIRST_BUS;
    return addressOf(1 + Math.floor(rest / BUS_FUNCTIONS), rest % BUS_FUNCTIONS);
  });
  const plain = places.map((address, index) =>
    [
      `  - address: ${address}`,
      `    name: ${nameOf('N', index)}`,
      '    registers: [{ name: CTRL, index: 0, fields: [{ name: ENBL, bits: 0 }] }, { name: STAT, index: 1, access: ro }]',
    ].join('\n'),
  );
  const led = Array.from({ length: bridges }, (_, index) => {
    const address = addressOf(0, PLAIN_ON_FIRST_BUS + index);
    return `  - { address: ${address}, name: ${nameOf('B', index)}, bridge: { secondary: ${index + 1} } }`;
  });
  return `memory: 1 GiB\nvcfg: { base: 0x8000_0000, buses: ${bridges + 1} }\nfunctions:\n${[...led, ...plain].join('\n')}\n`;
}

/** Bytes of a package: its operator, its length in four bytes, what is in it. ACPI 6.5 §20.2.4 */
function packaged(operator: readonly number[], ...parts: readonly (readonly number[])[]): number[] {
  const contents = parts.flat();
  const length = contents.length + 4;
  return [...operator, 0xc0 | (length & 15), (length >> 4) & 255, (length >> 12) & 255, length >> 20, ...contents];
}

const ascii = (text: string) => [...text].map((each) => each.charCodeAt(0));
const DATA_BYTES = 1024;

/** A DSDT of at least so many bytes: devices, each with a Buffer of 1 KiB and a Method that returns it. */
export function largeDsdt(leastBytes: number): Uint8Array {
  const data = Array.from({ length: DATA_BYTES }, (_, index) => (index * 7) & 255);
  const buffer = packaged([0x11], [0x0b, DATA_BYTES & 255, DATA_BYTES >> 8], data);
  const inside = [0x08, ...ascii('DATA'), ...buffer, ...packaged([0x14], ascii('GETD'), [0], [0xa4, ...ascii('DATA')])];
  const count = Math.ceil(leastBytes / (inside.length + 8));
  const devices = Array.from({ length: count }, (_, index) =>
    Uint8Array.from(packaged([0x5b, 0x82], ascii(nameOf('D', index)), inside)),
  );
  const length = 36 + devices.reduce((sum, each) => sum + each.length, 0);
  const table = new Uint8Array(length);
  table.set(ascii('DSDT'));
  const view = new DataView(table.buffer);
  view.setUint32(4, length, true);
  table[8] = 2;
  table.set(ascii('VCFG  LARGE   '), 10);
  view.setUint32(24, 1, true);
  table.set(ascii('VCFG'), 28);
  view.setUint32(32, 1, true);
  let at = 36;
  for (const each of devices) {
    table.set(each, at);
    at += each.length;
  }
  table[9] = -table.reduce((sum, each) => sum + each, 0) & 255;
  return table;
}
