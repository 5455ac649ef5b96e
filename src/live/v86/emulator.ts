import { liveError } from '../port/events.js';

/**
 * The npm package v86, as far as it is used here. Its own types cover starting and stopping, serial ports and states; what is under
 * `v86` is internal, and was tried with {@link TRIED_VERSION}.
 */
export interface Emulator {
  add_listener(name: string, listener: (value: never) => void): void;
  serial_send_bytes(port: number, bytes: Uint8Array): void;
  run(): Promise<void>;
  stop(): Promise<void>;
  destroy(): Promise<void>;
  save_state(): Promise<ArrayBuffer>;
  restore_state(state: ArrayBuffer): Promise<void>;
  readonly v86: {
    do_tick(): void;
    yield_callback(tick: number): void;
    /** Calls `yield_callback` with a tick after a time. */
    yield(milliseconds: number, tick: number): void;
    /** In a page: what keeps time, a worker made of text. */
    readonly worker?: Worker | null;
    readonly cpu: {
      readonly io: EmulatorIo;
      readonly devices: { readonly acpi: EmulatorAcpi; readonly pci: EmulatorPci };
      device_raise_irq(number: number): void;
      zero_memory(start: number, lengthBytes: number): void;
    };
  };
}

type PortRead = (port: number) => number;
type PortWrite = (value: number) => void;

export interface EmulatorPort {
  readonly read8: PortRead;
  readonly read16: PortRead;
  readonly read32: PortRead;
  readonly write8: PortWrite;
  readonly write16: PortWrite;
  readonly write32: PortWrite;
  readonly device: unknown;
}

export interface EmulatorIo {
  readonly ports: EmulatorPort[];
  register_read(port: number, device: unknown, read8?: PortRead, read16?: PortRead, read32?: PortRead): void;
  register_write(port: number, device: unknown, write8?: PortWrite, write16?: PortWrite, write32?: PortWrite): void;
  /** A multiple of 128 KiB, not below RAM's end; addresses are signed. */
  mmap_register(
    base: number,
    lengthBytes: number,
    read8: (address: number) => number,
    write8: (address: number, value: number) => void,
    read32: (address: number) => number,
    write32: (address: number, value: number) => void,
  ): void;
}

export interface EmulatorAcpi {
  /** Status of events 0..15, then their enable bits. */
  gpe: Uint8Array;
  timer(now: number): number;
}

export interface EmulatorPci {
  /** Configuration spaces by BDF, of bus 0 alone. */
  readonly device_spaces: (Int32Array | undefined)[];
}

/** The version whose internals were tried. */
export const TRIED_VERSION = '0.5.462';

export interface EmulatorOptions {
  readonly wasm_fn: (imports: WebAssembly.Imports) => Promise<WebAssembly.Exports>;
  readonly bios: { readonly buffer: ArrayBuffer };
  readonly vga_bios?: { readonly buffer: ArrayBuffer };
  readonly bzimage?: { readonly buffer: ArrayBuffer };
  readonly initrd?: { readonly buffer: ArrayBuffer };
  readonly cmdline?: string;
  readonly memory_size: number;
  readonly vga_memory_size: number;
  readonly acpi: true;
  readonly uart1: true;
  readonly autostart: false;
  readonly disable_keyboard: true;
  readonly disable_mouse: true;
  readonly disable_speaker: true;
}

export type EmulatorConstructor = new (options: EmulatorOptions) => Emulator;

/** What to do where the package is missing. */
const INSTALL = `Install it: npm install v86@${TRIED_VERSION}`;

/** Loads the package. Throws a DiagnosticError if it is not installed. */
export async function loadEmulator(): Promise<EmulatorConstructor> {
  try {
    const { V86 } = await import('v86');
    return V86 as unknown as EmulatorConstructor;
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message.split('\n')[0] : String(thrown);
    throw liveError('LIVE_EMULATOR_MISSING', `The optional npm package v86 cannot be loaded: ${reason}.`, INSTALL);
  }
}

/** Throws a DiagnosticError if an emulator lacks something internal that is used here. */
export function checkEmulator(emulator: Emulator): void {
  const { v86 } = emulator as Partial<Emulator>;
  const cpu = v86?.cpu;
  const parts: readonly (readonly [name: string, isThere: boolean])[] = [
    ['v86.do_tick', typeof v86?.do_tick === 'function'],
    ['v86.yield', typeof v86?.yield === 'function' && typeof v86.yield_callback === 'function'],
    ['cpu.io.mmap_register', typeof cpu?.io?.mmap_register === 'function'],
    ['cpu.io.register_read', typeof cpu?.io?.register_read === 'function'],
    ['cpu.io.register_write', typeof cpu?.io?.register_write === 'function'],
    ['cpu.io.ports', Array.isArray(cpu?.io?.ports)],
    ['cpu.devices.acpi', cpu?.devices?.acpi?.gpe instanceof Uint8Array],
    ['cpu.devices.pci', Array.isArray(cpu?.devices?.pci?.device_spaces)],
    ['cpu.device_raise_irq', typeof cpu?.device_raise_irq === 'function'],
    ['cpu.zero_memory', typeof cpu?.zero_memory === 'function'],
  ];
  const missing = parts.filter(([, isThere]) => !isThere).map(([name]) => name);
  if (missing.length > 0)
    throw liveError(
      'LIVE_EMULATOR_VERSION',
      `This version of v86 has no ${missing.join(', no ')}, which version ${TRIED_VERSION} has inside.`,
      INSTALL,
    );
}
