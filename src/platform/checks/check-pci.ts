import type { BarDescription, CapabilityDescription, FunctionDescription, MsixDescription } from '../../vocab/index.js';
import { MSIX_VECTOR_BYTES } from '../layout.js';
import type { Findings, Path } from '../read/findings.js';
import type { FunctionInput } from '../schema/schema.js';
import { CAPABILITY_IDS } from '../schema/word-leaves.js';

/** BARs, MSI-X and capabilities of one function by itself. */

type BarInput = NonNullable<FunctionInput['bars']>[number];

/** A BAR before it is placed. */
export type UnplacedBar = Omit<BarDescription, 'address'> & { readonly base: bigint | undefined; readonly path: Path };

export interface CheckedPci extends Pick<FunctionDescription, 'msix' | 'capabilities'> {
  readonly bars: readonly UnplacedBar[];
}

/** Indexes of a bridge's BARs are 0 and 1. PCI-to-PCI Bridge 1.2 §3.2.5 */
const BARS = { device: 6, bridge: 2 };
const LEAST = { mem32: 16n, mem64: 16n, io: 4n };
const MOST = { mem32: 1n << 31n, mem64: 1n << 63n, io: 1n << 16n };
/** Bytes for capabilities: from 0x40 up to 0xff, and from 0x100 up to 0xfff. */
const ROOM = { plain: 0xc0, extended: 0xf00 };
const MSIX_BYTES = 12;

function checkBar(bar: BarInput, count: number, path: Path, findings: Findings): void {
  const { index, kind = 'mem32', size, prefetchable } = bar;
  const refuse = (key: string, message: string, cure: string) =>
    findings.add('PLATFORM_BAR', [...path, key], message, cure);
  if (index >= count) refuse('index', `A bridge has no BAR ${index}.`, `Write 0 to ${count - 1}.`);
  else if (kind === 'mem64' && index + 1 >= count)
    refuse(
      'index',
      `BAR ${index} has 64 bits, and there is no BAR ${index + 1} for the upper half.`,
      'Lower its index.',
    );
  if (size < LEAST[kind] || size > MOST[kind] || (size & (size - 1n)) !== 0n) {
    const message = `BAR ${index} has ${size} bytes; a BAR of kind ${kind} has a power of two from ${LEAST[kind]} to ${MOST[kind]}.`;
    refuse('size', message, 'Choose one of those sizes.');
  }
  if (prefetchable && kind === 'io')
    refuse('prefetchable', `BAR ${index} has ports, which are not prefetchable.`, 'Remove prefetchable.');
}

function checkBars(input: FunctionInput, path: Path, findings: Findings): UnplacedBar[] {
  const count = input.bridge === undefined ? BARS.device : BARS.bridge;
  const owners = new Map<number, string>();
  const names = new Set<string>();
  const bars = (input.bars ?? []).map((bar, at): UnplacedBar => {
    const own = [...path, 'bars', at];
    const { index, kind = 'mem32', size, prefetchable, base, longName, description } = bar;
    checkBar(bar, count, own, findings);
    for (const each of kind === 'mem64' ? [index, index + 1] : [index]) {
      const earlier = owners.get(each);
      if (earlier !== undefined) {
        const message = `BAR ${each} is used twice: it already belongs to ${earlier}.`;
        findings.add(
          'PLATFORM_BAR',
          [...own, 'index'],
          message,
          'Give each BAR its own index. One of 64 bits takes two.',
        );
      }
      owners.set(each, `BAR ${index}`);
    }
    const name = longName ?? `${index}`;
    if (names.has(name)) {
      const message = `Two BARs of ${input.name} are named ${name}.`;
      findings.add('PLATFORM_DUPLICATE_NAME', [...own, 'longName'], message, 'Rename one.');
    }
    names.add(name);
    return {
      index,
      ...(longName === undefined ? {} : { longName }),
      ...(description === undefined ? {} : { description }),
      kind,
      sizeBytes: size,
      ...(prefetchable ? { prefetchable } : {}),
      base,
      path: own,
    };
  });
  return bars.toSorted((a, b) => a.index - b.index);
}

function checkMsix(
  input: FunctionInput,
  bars: readonly UnplacedBar[],
  path: Path,
  findings: Findings,
): MsixDescription | undefined {
  const { msix } = input;
  if (msix === undefined) return undefined;
  const own = [...path, 'msix'];
  const { vectors, names = [], bar, table = 0, pbaBar = bar } = msix;
  const tableBytes = vectors * MSIX_VECTOR_BYTES;
  const { pba = pbaBar === bar ? table + tableBytes : 0 } = msix;
  const pbaBytes = Math.ceil(vectors / 64) * 8;
  const refuse = (key: string, message: string, cure: string) =>
    findings.add('PLATFORM_MSIX', [...own, key], message, cure);
  const parts = [
    ['The MSI-X table', 'bar', bar, 'table', table, tableBytes],
    ['The MSI-X pending bit array', 'pbaBar', pbaBar, 'pba', pba, pbaBytes],
  ] as const;
  for (const [what, barKey, index, key, offset, length] of parts) {
    const found = bars.find((each) => each.index === index);
    const at = key === 'pba' && msix.pba === undefined ? 'vectors' : msix[key] === undefined ? 'bar' : key;
    if (found === undefined || found.kind === 'io') {
      const message = `${what} would be in BAR ${index}, which ${found === undefined ? 'the function does not have' : 'has ports'}.`;
      refuse(msix[barKey] === undefined ? 'bar' : barKey, message, 'Describe a memory BAR of that index under bars.');
    } else if (BigInt(offset + length) > found.sizeBytes) {
      const message = `${what} ends at byte ${offset + length}, but BAR ${index} has ${found.sizeBytes} bytes.`;
      refuse(at, message, 'Give the BAR a larger size, or lower the offset.');
    }
    if (offset % 8 !== 0)
      refuse(at, `${what} is at ${offset}, which is not a multiple of 8.`, 'Move it to a multiple of 8.');
  }
  if (bar === pbaBar && table < pba + pbaBytes && pba < table + tableBytes)
    refuse(msix.pba === undefined ? 'bar' : 'pba', 'The table and the pending bits of MSI-X overlap.', 'Move one.');
  if (names.length > vectors)
    refuse('names', `There are ${names.length} names for ${vectors} vectors.`, 'Remove some, or raise vectors.');
  const twice = names.findIndex((name, index) => names.indexOf(name) < index);
  if (twice >= 0) refuse('names', `Two vectors are named ${names[twice]}.`, 'Rename one.');
  return { vectors, names, table: { bar, offsetBytes: table }, pba: { bar: pbaBar, offsetBytes: pba } };
}

/** Default bodies of capabilities, by id. PCI Power Management 1.2 §3.2: version 3. PCIe 5.0 §7.5.3: an endpoint. */
const PLAIN_BODIES: ReadonlyMap<number, readonly number[]> = new Map([
  [CAPABILITY_IDS.pm, [0x03, 0, 0x08, 0, 0, 0]],
  [CAPABILITY_IDS.pcie, [0x02, ...Array<number>(57).fill(0)]],
]);
/** The power state of a plain pm capability. */
const PLAIN_WRITABLE: ReadonlyMap<number, readonly number[]> = new Map([[CAPABILITY_IDS.pm, [0, 3]]]);

function checkCapabilities(input: FunctionInput, path: Path, findings: Findings): CapabilityDescription[] {
  const used = { plain: input.msix === undefined ? 0 : MSIX_BYTES, extended: 0 };
  return (input.capabilities ?? []).map((capability, at): CapabilityDescription => {
    const own = [...path, 'capabilities', at];
    const { id, extended = false, version, bytes } = capability;
    const refuse = (key: string, message: string, cure: string) =>
      findings.add('PLATFORM_CAPABILITY', key === '' ? own : [...own, key], message, cure);
    const shown = `0x${id.toString(16)}`;
    if (!extended && id > 0xff)
      refuse(
        'id',
        `The id ${shown} of a capability is outside the range 0x0 to 0xff.`,
        'Add extended: true, or lower it.',
      );
    if (!extended && id === CAPABILITY_IDS.msix)
      refuse('id', 'MSI-X is described by the key msix.', 'Write msix: { vectors: 8, bar: 0 }.');
    if (!extended && version !== undefined)
      refuse('version', 'Only an extended capability has a version.', 'Add extended: true, or remove version.');
    const given = bytes ?? (extended ? undefined : PLAIN_BODIES.get(id));
    if (given === undefined)
      refuse('', `Capability ${shown} has no bytes.`, 'Add bytes: its contents after the header.');
    const head = extended ? 4 : 2;
    const isVendor = !extended && id === CAPABILITY_IDS.vendor;
    // A vendor capability begins with its length. PCI 3.0 §6.7
    const body = isVendor ? [((given?.length ?? 0) + 3) & 0xff, ...(given ?? [])] : (given ?? []);
    const writable = capability.writable ?? (bytes === undefined && !extended ? (PLAIN_WRITABLE.get(id) ?? []) : []);
    if (extended && capability.writable !== undefined)
      refuse('writable', 'An extended capability cannot be written here.', 'Remove writable.');
    else if (writable.length * 4 > body.length + head + 3)
      refuse(
        'writable',
        `Capability ${shown} has ${body.length + head} bytes, fewer than writable covers.`,
        'Remove some.',
      );
    else if (((writable[0] ?? 0) & 0xffff) !== 0)
      refuse('writable', `The id and next pointer of capability ${shown} cannot be written.`, 'Clear the low 16 bits.');
    const kind = extended ? 'extended' : 'plain';
    const before = used[kind];
    used[kind] = ((before + head + body.length + 3) >> 2) << 2;
    if (before <= ROOM[kind] && used[kind] > ROOM[kind])
      refuse(
        '',
        `The capabilities of ${input.name} take more than ${ROOM[kind]} bytes.`,
        'Remove some, or shorten them.',
      );
    return { id, ...(extended ? { version: version ?? 1 } : {}), bytes: body, writable };
  });
}

/** Checks one function's BARs, MSI-X and capabilities, and fills in defaults. */
export function checkPci(input: FunctionInput, path: Path, findings: Findings): CheckedPci {
  const bars = checkBars(input, path, findings);
  const msix = checkMsix(input, bars, path, findings);
  const capabilities = checkCapabilities(input, path, findings);
  return { bars, ...(msix && { msix }), ...(capabilities.length === 0 ? {} : { capabilities }) };
}
