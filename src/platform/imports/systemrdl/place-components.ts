import type { Place } from '../../../vocab/index.js';
import type { ImportLog } from '../model/import-log.js';
import type { RdlNode } from './elaborate.js';
import { RdlFault } from './tokens.js';

/** A component with its place in the one around it. Sizes are bigints: what a file gives them is any number. */
export interface PlacedNode {
  readonly node: RdlNode;
  readonly offset: bigint;
  /** Bytes of one element. */
  readonly size: bigint;
  /** Elements of all dimensions. */
  readonly count: number;
  readonly stride: bigint;
  readonly children: readonly PlacedNode[];
}

type Addressing = 'compact' | 'regalign' | 'fullalign';

/** The least power of two that is not less. */
function roundUpToPower(value: bigint): bigint {
  let power = 1n;
  while (power < value) power <<= 1n;
  return power;
}

/** A property that is a number; undefined if it has another value, or none. */
export function numberProperty(node: RdlNode, name: string): bigint | undefined {
  const value = node.properties.get(name)?.value;
  return value?.type === 'number' ? value.value : undefined;
}

/** Bits of a register. SystemRDL 2.0 §10.5: a power of two, at least 8 */
export function registerBits(node: RdlNode): bigint {
  return numberProperty(node, 'regwidth') ?? 32n;
}

/** The greatest of some bigints, for which Math.max is not. */
function greatest(...values: readonly bigint[]): bigint {
  return values.toSorted((a, b) => (a < b ? 1 : -1))[0] ?? 0n;
}

/** Greatest address: any 64-bit one. */
const MOST_ADDRESS = 1n << 64n;

/** Gives every component its offset, by the rules of its address map. SystemRDL 2.0 §5.1.2.2.2, §13.4 */
export class Placer {
  readonly #log: ImportLog;

  constructor(log: ImportLog) {
    this.#log = log;
  }

  #refuse(place: Place, message: string, cure: string): never {
    this.#log.error('IMPORT_RDL_ADDRESS', place, message, cure);
    throw new RdlFault();
  }

  #sizeOf(node: RdlNode, children: readonly PlacedNode[]): bigint {
    if (node.type === 'reg') {
      const bits = registerBits(node);
      if (bits >= 8n && bits <= 1024n && (bits & (bits - 1n)) === 0n) return bits / 8n;
      return this.#refuse(
        node.place,
        `regwidth is ${bits}, which is not a power of two from 8 to 1024.`,
        'Correct it.',
      );
    }
    if (node.type === 'mem') {
      const width = numberProperty(node, 'memwidth') ?? 32n;
      return (roundUpToPower(width > 8n ? width : 8n) / 8n) * (numberProperty(node, 'mementries') ?? 1n);
    }
    return children.reduce((end, child) => {
      const last = child.offset + child.stride * BigInt(child.count - 1) + child.size;
      return last > end ? last : end;
    }, 1n);
  }

  /** The alignment that the addressing of the map around asks for. */
  #alignmentOf(node: RdlNode, mode: Addressing, size: bigint, total: bigint): bigint {
    if (mode === 'fullalign') return roundUpToPower(total);
    if (mode === 'regalign') return roundUpToPower(size);
    return node.type === 'reg' ? (numberProperty(node, 'accesswidth') ?? registerBits(node)) / 8n : 1n;
  }

  #checkPower(value: bigint | undefined, place: Place): bigint {
    if (value === undefined) return 1n;
    if (value > 0n && (value & (value - 1n)) === 0n) return value;
    return this.#refuse(place, `The alignment is ${value}, which is not a power of two.`, 'Correct it.');
  }

  /** Places all that has an address in a component. */
  children(parent: RdlNode, around: Addressing): PlacedNode[] {
    const word = parent.properties.get('addressing')?.value;
    const given = word?.type === 'word' ? word.word : undefined;
    const mode: Addressing =
      parent.type === 'addrmap' && (given === 'compact' || given === 'regalign' || given === 'fullalign')
        ? given
        : around;
    const parentAlignment = this.#checkPower(numberProperty(parent, 'alignment'), parent.place);
    const placed: PlacedNode[] = [];
    let next = 0n;
    for (const node of parent.children) {
      if (node.type === 'field' || node.type === 'signal') continue;
      const present = node.properties.get('ispresent')?.value;
      const children = this.children(node, mode);
      const size = this.#sizeOf(node, children);
      const count = node.dimensions.reduce((product, dimension) => product * dimension, 1);
      const stride = node.stride ?? size;
      const total = stride * BigInt(count - 1) + size;
      const own = this.#checkPower(node.alignment, node.place);
      const asked = this.#alignmentOf(node, mode, size, total);
      const alignment = greatest(parentAlignment, own, asked);
      const offset = node.address ?? ((next + alignment - 1n) / alignment) * alignment;
      if (offset + total > MOST_ADDRESS) {
        this.#refuse(
          node.place,
          `${node.name} ends past the last 64-bit address.`,
          'Correct its address or the sizes in it.',
        );
      }
      next = offset + total;
      // A part that is not there keeps its place, so that those after it have theirs.
      if (present?.type === 'boolean' && !present.is) continue;
      placed.push({ node, offset, size, count, stride, children });
    }
    return placed;
  }
}
