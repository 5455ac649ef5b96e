import { formatHex, toHex } from '../../base/index.js';
import { GAS_SPACE, type GenericAddress } from '../../tables/index.js';

/** What a table of data says, as lines for people. */

const SPACES: Readonly<Record<number, string>> = {
  [GAS_SPACE.systemMemory]: 'SystemMemory',
  [GAS_SPACE.systemIo]: 'SystemIO',
};

/** By access size. ACPI 6.5 §5.2.3.2 */
const ACCESSES = ['', ', byte accesses', ', word accesses', ', dword accesses', ', qword accesses'] as const;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const isAddress = (value: unknown): value is GenericAddress => isObject(value) && 'bitWidth' in value;

function addressText({ space, bitWidth, bitOffset, accessSize, address }: GenericAddress): string {
  const from = bitOffset === 0 ? '' : ` from bit ${bitOffset}`;
  const access = ACCESSES[accessSize] ?? `, access size ${accessSize}`;
  return `${SPACES[space] ?? `space ${space}`} ${formatHex(address)}, ${bitWidth} bits${from}${access}`;
}

/** Numbers that are the same in hex and decimal are written short. */
function valueText(value: unknown): string {
  if (typeof value === 'bigint') return formatHex(value);
  if (typeof value === 'number') return value < 10 ? String(value) : formatHex(value);
  if (value instanceof Uint8Array) return toHex(value);
  return isAddress(value) ? addressText(value) : String(value);
}

/** Whether a field says anything: most of a FADT's are zero, and mean that there is no such thing. */
function says(value: unknown): boolean {
  if (isAddress(value)) return value.address !== 0n;
  return value !== 0 && value !== 0n && value !== '';
}

/** The fields of one structure on one line. */
function structureText(structure: unknown): string {
  if (!isObject(structure)) return valueText(structure);
  const { kind, ...fields } = structure;
  const parts = Object.entries(fields).map(([name, value]) => `${name} ${valueText(value)}`);
  return `${kind === undefined ? '' : `${kind}: `}${parts.join(', ')}`;
}

/** A line a field that is not zero, and a line an entry of a list. */
export function dataTableLines(value: unknown): string[] {
  if (Array.isArray(value)) return value.map((each) => `  ${structureText(each)}`);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, each]) => {
    if (Array.isArray(each)) return [`  ${name}`, ...each.map((one) => `    ${structureText(one)}`)];
    return says(each) ? [`  ${name}  ${valueText(each)}`] : [];
  });
}
