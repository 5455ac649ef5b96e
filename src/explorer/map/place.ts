import { formatPciAddress, parseQuantity } from '../../base/index.js';
import { locate, registerAddress, windowLengthBytes } from '../../guest/index.js';
import type { FieldDescription, FunctionDescription, Platform, RegisterDescription } from '../../vocab/index.js';

/** What is at an address of the window. */
export interface Place {
  readonly address: bigint;
  readonly bdf: string;
  readonly page: 'trapped' | 'shared';
  readonly register: number;
  /** Byte in the register. */
  readonly byte: number;
  readonly description: FunctionDescription | undefined;
  readonly described: RegisterDescription | undefined;
  readonly field: FieldDescription | undefined;
  /** Of the shared page: the run of bytes. */
  readonly run: string | undefined;
}

/** Bytes of a register. */
export const REGISTER_BYTES = 4;

/** Reads an address, with or without 0x; undefined for anything else. */
export function parseAddress(text: string): bigint | undefined {
  const words = text.trim();
  return parseQuantity(words) ?? (/^[0-9a-f_]+$/i.test(words) ? parseQuantity(`0x${words}`) : undefined);
}

/** The function and register at an address; undefined if it is outside the window. */
export function placeAt(platform: Platform, address: bigint): Place | undefined {
  const { base, buses } = platform.vcfg;
  if (address < base || address >= base + BigInt(windowLengthBytes(buses))) return undefined;
  const found = locate(base, address);
  const { byte } = found;
  const bdf = formatPciAddress(found.address);
  const description = platform.functions.find((each) => formatPciAddress(each.address) === bdf);
  const described =
    found.page === 'trapped' ? description?.registers.find(({ index }) => index === found.register) : undefined;
  const at = found.register * REGISTER_BYTES + byte;
  const run = description?.shared.find(
    ({ offsetBytes, lengthBytes }) => found.page === 'shared' && at >= offsetBytes && at < offsetBytes + lengthBytes,
  );
  const field = described?.fields.find(({ lowBit, widthBits }) => lowBit <= 8 * byte && lowBit + widthBits > 8 * byte);
  return {
    address,
    bdf,
    page: found.page,
    register: found.register,
    byte,
    description,
    described,
    field,
    run: run?.name,
  };
}

/** The address of a register of a function. */
export function addressOf(
  platform: Platform,
  { address }: FunctionDescription,
  page: Place['page'],
  register: number,
): bigint {
  return registerAddress(platform.vcfg.base, { address, page, register });
}

/** How a driver generated in C reads and writes a register; the names are the generator's. */
export function accessorsOf({ name }: FunctionDescription, register: RegisterDescription): string[] {
  const stem = `vcfg_${name.replace(/_+$/, '')}_${register.name.replace(/_+$/, '')}`.toLowerCase();
  const reads = register.access !== 'wo' ? [`${stem}_read(page)`] : [];
  const writes = register.access === 'ro' || register.access === 'rc' ? [] : [`${stem}_write(page, value)`];
  return [...reads, ...writes];
}
