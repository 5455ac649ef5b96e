import { parsePciAddress } from '../../src/base/index.js';
import { type PageMapper, PciRoot, type SharedMemory } from '../../src/device/index.js';
import type { PciAddress } from '../../src/vocab/index.js';
import { differs, type Outcome, Tally } from './outcome.js';
import { CallScript, type RecordedCall, RecordedFunction } from './recorded-function.js';

interface Row {
  readonly op: 'add' | 'remove';
  readonly bdf: string;
  readonly bits: number;
  readonly calls: readonly RecordedCall[];
  readonly mappings: readonly string[];
  readonly mapped_header_type: Readonly<Record<string, number>>;
  readonly trapped_reg3_by_function: readonly number[];
}

const BASE = 0xf400_0000n;
const HEADER_TYPE = 0xe;
/**
 * The page of the host bridge. crosvm's PciRoot::new maps it, and so does this project. The recording was made with
 * create_for_test, which does not, so the page counts only while one of the recorded functions is in it.
 */
const HOST_BRIDGE_PAGE = `0x${BASE.toString(16)}`;

/** The offset of a function's configuration space in the window: by strides, not by the code under test. */
function offsetOf({ bus, device, function: fn }: PciAddress, bits: number): number {
  return ((bus * 32 + device) * 8 + fn) * 2 ** bits;
}

function pageOf(bdf: string, bits: number): string {
  return `0x${(BASE + BigInt(Math.floor(offsetOf(parsePciAddress(bdf), bits) / 4096) * 4096)).toString(16)}`;
}

/** The pages that are mapped. */
class Mappings implements PageMapper {
  readonly pages = new Map<string, SharedMemory>();

  map(base: bigint, memory: SharedMemory, readOnly: boolean): void {
    if (!readOnly) throw new Error('configuration spaces are mapped for reading only');
    this.pages.set(`0x${base.toString(16)}`, memory);
  }

  unmap(base: bigint): void {
    this.pages.delete(`0x${base.toString(16)}`);
  }
}

/** One root with read-only config pages, functions coming and going. */
class Replayer {
  readonly bits: number;
  readonly #mapper = new Mappings();
  readonly #script = new CallScript();
  readonly #root: PciRoot;
  /** Functions that are there and have taken their mapping: their pages are those that this project keeps mapped. */
  readonly #takers = new Set<string>();
  /** Pages that a function has turned off: nothing is marked in them any more. */
  readonly #off = new Set<string>();
  /** Functions removed from such a page: this project has cleared what they left there. */
  readonly #cleared = new Set<string>();

  constructor(bits: number) {
    this.bits = bits;
    this.#root = new PciRoot({ configPages: { base: BASE, registerBits: bits, mapper: this.#mapper } });
  }

  play(row: Row, tally: Tally): void {
    const address = parsePciAddress(row.bdf);
    this.#script.begin(row.calls);
    if (row.op === 'add') {
      this.#root.addDevice(address, new RecordedFunction(row.bdf, this.#script));
      const offer = row.calls.find(([name]) => name === 'init_map');
      if (offer?.[4] === true) this.#takers.add(row.bdf);
      if (offer?.[4] === false) this.#off.add(pageOf(row.bdf, row.bits));
    } else {
      this.#root.removeDevice(address);
      if (this.#takers.delete(row.bdf) && this.#off.has(pageOf(row.bdf, row.bits))) this.#cleared.add(row.bdf);
    }
    const faults = this.#script.end();
    const live = new Set([...this.#takers].map((bdf) => pageOf(bdf, row.bits)));
    const mappings = row.mappings.filter((page) => live.has(page));
    const seen = [...this.#mapper.pages.keys()].filter((page) => page !== HOST_BRIDGE_PAGE || live.has(page));
    faults.push(...differs('mappings', seen.sort(), [...mappings].sort()));
    const types = Object.entries(row.mapped_header_type).filter(([bdf]) => live.has(pageOf(bdf, row.bits)));
    for (const [bdf, recorded] of types)
      faults.push(...differs(`header type of ${bdf}`, this.#headerType(bdf), this.#cleared.has(bdf) ? 0 : recorded));
    faults.push(...differs('register 3', this.#registers(row, address), row.trapped_reg3_by_function));
    const deviates = mappings.length < row.mappings.length || types.some(([bdf]) => this.#cleared.has(bdf));
    tally.add(faults, deviates ? 'unmapped-on-removal' : undefined);
  }

  #headerType(bdf: string): number | undefined {
    const at = (offsetOf(parsePciAddress(bdf), this.bits) % 4096) + HEADER_TYPE;
    return this.#mapper.pages.get(pageOf(bdf, this.bits))?.bytes[at];
  }

  /** Register 3 of the eight functions of the slot, read through traps; a function there holds 0 in it. */
  #registers({ bdf }: Row, { bus, device }: PciAddress): number[] {
    const slot = bdf.slice(0, -1);
    return [0, 1, 2, 3, 4, 5, 6, 7].map((fn) => {
      this.#script.begin([['cr', `${slot}${fn}`, 3, 0]]);
      return this.#root.configSpaceRead({ bus, device, function: fn }, 3);
    });
  }
}

/** Replays functions coming and going with configuration spaces mapped. A change of the register bits begins anew. */
export function replayMapping(recording: { readonly rows: readonly Row[] }): Outcome {
  const tally = new Tally();
  let replayer: Replayer | undefined;
  for (const row of recording.rows) {
    if (replayer?.bits !== row.bits) replayer = new Replayer(row.bits);
    replayer.play(row, tally);
  }
  return tally.outcome;
}
