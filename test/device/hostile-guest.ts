import {
  type BusDevice,
  type DiagnosticLog,
  Machine,
  PciFunction,
  RegisterMapFunction,
} from '../../src/device/index.js';
import type { FunctionDescription, PciAddress } from '../../src/vocab/index.js';
import { describeFunction, describePlatform, describeRegister } from './sample-platform.js';

/** A stream of pseudo-random 32-bit numbers (xorshift), the same for the same seed. */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

const VCFG = 0x1_0000_0000n;
const ECAM = 0xe000_0000n;
const BUSES = 4;

/** Which functions were touched since the list was last emptied, as `bus,device,function`. */
type Touched = string[];

const keyOf = ({ bus, device, function: fn }: PciAddress) => `${bus},${device},${fn}`;

/** Notes that the guest reached it; has a BAR so that the guest can move it about. */
class WatchedBars extends PciFunction {
  readonly #touched: Touched;
  readonly #key: string;

  constructor(description: FunctionDescription, log: DiagnosticLog, touched: Touched) {
    super(description.name, { ...description.ids, headerType: 'device' }, log);
    this.#touched = touched;
    this.#key = keyOf(description.address);
    const place = BigInt(description.address.device * 8 + description.address.function);
    this.configuration.addBar({ index: 0, kind: 'mem32', address: 0xc000_0000n + place * 0x1000n, sizeBytes: 0x1000n });
    this.configuration.addBar({
      index: 2,
      kind: 'mem64',
      address: 0x20_0000_0000n + place * 0x1_0000n,
      sizeBytes: 0x1_0000n,
    });
    this.configuration.addBar({ index: 4, kind: 'io', address: 0xc000n + place * 0x20n, sizeBytes: 0x20n });
  }

  override configRegisterRead(register: number): number {
    this.#touched.push(this.#key);
    return super.configRegisterRead(register);
  }

  override configRegisterWrite(...parts: Parameters<PciFunction['configRegisterWrite']>) {
    this.#touched.push(this.#key);
    return super.configRegisterWrite(...parts);
  }

  override virtualConfigRegisterRead(): number {
    this.#touched.push(this.#key);
    return 0x5555_5555;
  }

  override virtualConfigRegisterWrite(): void {
    this.#touched.push(this.#key);
  }
}

class WatchedRegisters extends RegisterMapFunction {
  touched: Touched = [];

  override virtualConfigRegisterRead(index: number): number {
    this.touched.push(keyOf(this.description.address));
    return super.virtualConfigRegisterRead(index);
  }

  override virtualConfigRegisterWrite(index: number, value: number): void {
    this.touched.push(keyOf(this.description.address));
    super.virtualConfigRegisterWrite(index, value);
  }
}

/** Every slot of bus 0 but one, a bridge and a function below it: register maps, vfio functions and BARs in turn. */
function describeMachine(): FunctionDescription[] {
  const functions = [
    describeFunction({
      address: { bus: 0, device: 31, function: 0 },
      name: 'RP00',
      bridge: { secondary: 1, subordinate: 1 },
    }),
  ];
  for (let index = 1; index < 200; index++) {
    const address = { bus: index < 190 ? 0 : 1, device: (index >> 3) & 31, function: index & 7 };
    const name = `F${index.toString(16).toUpperCase().padStart(3, '0')}`;
    if (index % 3 === 0) functions.push(describeFunction({ address, name, profile: 'vfio' }));
    else if (index % 3 === 1) functions.push(describeFunction({ address, name }));
    else
      functions.push(
        describeFunction({
          address,
          name,
          registers: (['rw', 'ro', 'wo', 'w1c', 'w1s', 'rc'] as const).map((access, at) =>
            describeRegister(`R${access.toUpperCase()}`.padEnd(4, '_'), at, access, at),
          ),
          shared: index % 2 === 0 ? [{ name: 'RING', offsetBytes: 0, lengthBytes: 64 }] : [],
        }),
      );
  }
  return functions;
}

/** The function that an access may reach, by division and not by the shifts under test; undefined if any may. */
function functionAt(address: bigint): string | undefined {
  const [base, stride] = address >= VCFG && address < VCFG + BigInt(BUSES * 0x20_0000) ? [VCFG, 8192n] : [ECAM, 4096n];
  const place = (address - base) / stride;
  if (address < base || place >= BigInt(BUSES * 256)) return undefined;
  return `${place / 256n},${(place / 8n) % 32n},${place % 8n}`;
}

export interface HostileRun {
  readonly accesses: number;
  readonly machine: Machine;
  /** Accesses that reached a function other than the one they were addressed to. */
  readonly strayed: readonly string[];
}

/** A guest without manners: any address, length 0 to 64, any data, on memory and ports. Whatever is thrown, it throws. */
export function runHostileGuest(accesses: number, seed: number, everyTenth?: () => void): HostileRun {
  const touched: Touched = [];
  const create = (description: FunctionDescription, log: DiagnosticLog): BusDevice | undefined => {
    if (description.profile !== undefined || description.bridge !== undefined) return undefined;
    if (description.registers.length === 0) return new WatchedBars(description, log, touched);
    const device = new WatchedRegisters(description, log);
    device.touched = touched;
    return device;
  };
  const backend = () => ({ evaluateDsm: (page: Uint8Array) => void page.fill(1) });
  const machine = new Machine(describePlatform(describeMachine(), BUSES), { create, backend });
  const random = randomNumbers(seed);
  const strayed: string[] = [];
  for (let index = 0; index < accesses; index++) {
    const address = anyAddress(random);
    const length = random() % 4 === 0 ? random() % 65 : 4;
    const data = new Uint8Array(length);
    for (let at = 0; at < length; at++) data[at] = random();
    touched.length = 0;
    const isPort = random() % 8 === 0;
    const isWrite = random() % 2 === 0;
    if (isPort && isWrite) machine.ioBus.write(address & 0xffffn, data);
    else if (isPort) machine.ioBus.read(address & 0xffffn, data);
    else if (isWrite && length === 4 && random() % 2 === 0) machine.memory.write32(address, random());
    else if (length === 4 && random() % 2 === 0) machine.memory.read32(address);
    else if (isWrite) machine.memory.write(address, data);
    else machine.memory.read(address, data);
    if (!isPort) noteStrays(touched, address, length, strayed);
    if (everyTenth !== undefined && index % Math.floor(accesses / 10) === 0) everyTenth();
  }
  return { accesses, machine, strayed };
}

/** The functions touched must be those at the access's first byte, or at the first byte of its part in the next page. */
function noteStrays(touched: Touched, address: bigint, length: number, strayed: string[]): void {
  if (touched.length === 0) return;
  const allowed = [functionAt(address), functionAt((address + BigInt(length)) & ~0xfffn)];
  for (const key of touched)
    if (!allowed.includes(key)) strayed.push(`${address.toString(16)}+${length} reached ${key}`);
}

const slot = (random: () => number) => BigInt(random() % 256);

/** Places near everything that there is in the machine, and anywhere at all. */
const PLACES: readonly ((random: () => number) => bigint)[] = [
  (random) => (BigInt(random()) << 32n) | BigInt(random()),
  (random) => ECAM + slot(random) * 4096n + BigInt(random() % 80),
  (random) => ECAM + BigInt(random() % 0x40_0000),
  (random) => 0xcf0n + BigInt(random() % 32),
  (random) => 0xc000_0000n + BigInt(random() % 0x10_0000),
  (random) => VCFG + slot(random) * 8192n + BigInt(random() % 32),
  (random) => VCFG + BigInt(random() % 0x100_0000) - 8n,
  (random) => VCFG + BigInt(random() % 0x20_0000),
];

function anyAddress(random: () => number): bigint {
  return (PLACES[random() % PLACES.length] as (typeof PLACES)[number])(random);
}
