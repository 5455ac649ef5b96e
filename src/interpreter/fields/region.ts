import { fail } from '../objects/fault.js';
import type { AmlNode } from '../objects/node.js';
import { TYPE } from '../objects/objects.js';

/** Address spaces by their numbers. ACPI 6.5 §5.5.2.4 */
export const REGION_SPACES = {
  SystemMemory: 0x00,
  SystemIO: 0x01,
  PCI_Config: 0x02,
  EmbeddedControl: 0x03,
  SMBus: 0x04,
  SystemCMOS: 0x05,
  PciBarTarget: 0x06,
  IPMI: 0x07,
  GeneralPurposeIO: 0x08,
  GenericSerialBus: 0x09,
  PCC: 0x0a,
  PlatformRtMechanism: 0x0b,
  FFixedHW: 0x7f,
} as const;

export type RegionSpace = keyof typeof REGION_SPACES;

/** DataTableRegion's, which is no space of a handler. */
export const TABLE_SPACE = 0x7e;

const SPACE_NAMES = new Map<number, string>(Object.entries(REGION_SPACES).map(([name, space]) => [space, name]));

/** A space's name in ASL; of a vendor's its number. */
export function spaceName(space: number): string {
  return SPACE_NAMES.get(space) ?? `0x${space.toString(16)}`;
}

/** What a handler is told about the region of an access. */
export interface RegionInfo {
  /** Absolute path of the OperationRegion. */
  readonly path: string;
  readonly space: number;
  /** First address of the region. */
  readonly offset: bigint;
  /** Bytes of it. */
  readonly lengthBytes: bigint;
  /** Of PCI_Config: the function. */
  readonly pci:
    | { readonly segment: number; readonly bus: number; readonly device: number; readonly function: number }
    | undefined;
  /** Of GeneralPurposeIO: what Connection names or holds. */
  readonly connection?: Uint8Array | string | undefined;
}

/** A transfer of a bus with messages: SMBus, GenericSerialBus, IPMI, PRM; of PCC its whole shared memory. */
export interface RegionTransfer {
  readonly kind: 'read' | 'write';
  /** Command, pin or register: the offset in the region. */
  readonly address: bigint;
  /** Access attribute of the field. ACPI 6.5 §19.6.48 */
  readonly attribute: number;
  /** Length that AccessAs gives for AttribBytes and the like; else 0. */
  readonly accessLength: number;
  readonly lengthBytes: number;
  /** What Connection names or holds. */
  readonly connection: Uint8Array | string | undefined;
  /** Status, length and data; the handler's answer is written to it. */
  readonly buffer: Uint8Array;
}

/** Serves the regions of one address space. Throws to fail the access. */
export interface RegionHandler {
  /**
   * Addresses are absolute; of PCI_Config they are registers, of GeneralPurposeIO the number of the field after its
   * Connection, from 0, and the value has one bit a pin.
   */
  read(address: bigint, widthBytes: number, region: RegionInfo): number | bigint;
  write(address: bigint, widthBytes: number, value: number | bigint, region: RegionInfo): void;
  transfer?(transfer: RegionTransfer, region: RegionInfo): void;
}

/** An OperationRegion's address and length, once they have been evaluated. */
export interface RegionPlace {
  readonly offset: bigint;
  readonly lengthBytes: bigint;
  readonly handler: RegionHandler;
  readonly info: RegionInfo;
  /** The length, for comparing without a bigint. */
  readonly length: number;
}

/** An OperationRegion or DataTableRegion. */
export class RegionObject {
  readonly type = TYPE.region;
  readonly node: AmlNode;
  readonly space: number;
  readonly #evaluate: () => RegionPlace;
  #place: RegionPlace | undefined;
  /** Of PCC: the shared memory. */
  shared: Uint8Array | undefined;

  constructor(node: AmlNode, space: number, evaluate: () => RegionPlace) {
    this.node = node;
    this.space = space;
    this.#evaluate = evaluate;
  }

  /** Evaluated when it is first wanted. */
  get place(): RegionPlace {
    this.#place ??= this.#evaluate();
    return this.#place;
  }

  /** Asks for the place again: a handler came or went. */
  forget(): void {
    this.#place = undefined;
  }
}

const PAGE_BYTES = 4096n;

/** Ports have 16-bit addresses. */
function checkPort(address: bigint, widthBytes: number, region: RegionInfo | undefined): void {
  if (region?.space === REGION_SPACES.SystemIO && address + BigInt(widthBytes) > 0x1_0000n)
    fail('AE_LIMIT', `Port 0x${address.toString(16)} is past 0xffff, the last one.`, 'Correct the region.');
}

/** Memory that reads zero until it is written, as acpiexec simulates regions. */
export class SimulatedMemory implements RegionHandler {
  readonly #pages = new Map<bigint, Uint8Array>();
  readonly #fill: number;
  readonly #mostPages: number;

  constructor(fill = 0, mostPages = 4096) {
    this.#fill = fill;
    this.#mostPages = mostPages;
  }

  #byteAt(address: bigint): number {
    return this.#pages.get(address / PAGE_BYTES)?.[Number(address % PAGE_BYTES)] ?? this.#fill;
  }

  read(address: bigint, widthBytes: number, region?: RegionInfo): number | bigint {
    checkPort(address, widthBytes, region);
    if (widthBytes > 4) {
      let wide = 0n;
      for (let at = widthBytes - 1; at >= 0; at--) wide = (wide << 8n) | BigInt(this.#byteAt(address + BigInt(at)));
      return wide;
    }
    let value = 0;
    for (let at = widthBytes - 1; at >= 0; at--) value = value * 256 + this.#byteAt(address + BigInt(at));
    return value;
  }

  write(address: bigint, widthBytes: number, value: number | bigint, region?: RegionInfo): void {
    checkPort(address, widthBytes, region);
    let rest = BigInt(value);
    for (let at = 0; at < widthBytes; at++) {
      const place = address + BigInt(at);
      const number = place / PAGE_BYTES;
      let page = this.#pages.get(number);
      if (page === undefined) {
        if (this.#pages.size >= this.#mostPages)
          fail('AE_LIMIT', `The simulated memory holds ${this.#mostPages} pages already.`);
        page = new Uint8Array(Number(PAGE_BYTES)).fill(this.#fill);
        this.#pages.set(number, page);
      }
      page[Number(place % PAGE_BYTES)] = Number(rest & 0xffn);
      rest >>= 8n;
    }
  }

  /** A bus with messages gives back what was sent, with a status of success. */
  transfer({ buffer }: RegionTransfer, { space }: RegionInfo): void {
    if (buffer.length > 0 && space !== REGION_SPACES.PCC) buffer[0] = 0;
  }
}
