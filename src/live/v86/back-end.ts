import { liveError } from '../port/events.js';
import type { BackEnd, GuestParts, LiveMachine, MachineListener } from '../port/port.js';
import type { LiveWindow } from '../port/window.js';
import { addEcam, shareConfigPorts } from './configuration.js';
import {
  checkEmulator,
  type Emulator,
  type EmulatorAcpi,
  type EmulatorIo,
  type EmulatorOptions,
  loadEmulator,
  TRIED_VERSION,
} from './emulator.js';

/** What the emulator itself is made of, besides the npm package's code. */
export interface EmulatorParts {
  /** `build/v86.wasm` of the package. */
  readonly wasm: Uint8Array;
  /** SeaBIOS: `bios.bin`. */
  readonly bios: Uint8Array;
  /** `vgabios-stdvga.bin`, which a guest without a display does not need. */
  readonly vgaBios?: Uint8Array;
}

const MIB = 1 << 20;
const VGA_MEMORY_BYTES = 8 * MIB;
/** The emulator's frame buffer, which cannot be moved. */
const VGA_BASE = 0xe000_0000n;
const IO_APIC_BASE = 0xfec0_0000n;
const GUEST_MEMORY_BYTES = 128 * MIB;
/** Where the emulator puts the initrd. */
const INITRD_BASE = 64 * MIB;

/** Without what takes an emulated processor seconds and a guest like this never uses: tracing, self-tests, certificates, ISA PnP. */
const COMMAND_LINE = [
  'tsc=reliable mitigations=off noisapnp cryptomgr.notests',
  'initcall_blacklist=init_kprobe_trace,event_trace_init,tracer_init_tracefs,load_system_certificate_list,crypto_kdf108_init',
].join(' ');

/** The emulator's event block: status of 16 events, then their enable bits. */
const EVENT_PORT = 0xafe0;
const EVENTS = 16;
const SCI = 9;
/** Changes with what is connected to the emulator below: a kept guest depends on it. */
const WIRING = 1;
const STOP_MILLISECONDS = 2000;
/** Turns of the emulator's timer for which a raised SCI stays up. */
const SCI_TURNS = 4;

/** Bytes as a buffer of their own, which the emulator keeps and may change. */
function ownBuffer(bytes: Uint8Array): ArrayBuffer {
  const copy = new Uint8Array(bytes.length);
  copy.set(bytes);
  return copy.buffer;
}

/** Events of the guest: the emulator's status bits do not clear when 1 is written, as ACPI 6.5 §4.8.4.1.1 asks. */
function repairEvents(io: EmulatorIo, acpi: EmulatorAcpi, raiseSci: () => void): (gpe: number) => void {
  const clear = (index: number) => (value: number) => {
    acpi.gpe[index] = (acpi.gpe[index] as number) & ~value;
  };
  const enable = (index: number) => (value: number) => {
    acpi.gpe[index] = value & 0xff;
    if (isPending()) raise();
  };
  const isPending = () => {
    const [s0 = 0, s1 = 0, e0 = 0, e1 = 0] = acpi.gpe;
    return (s0 & e0) !== 0 || (s1 & e1) !== 0;
  };
  let turns = 0;
  const raise = () => {
    turns = SCI_TURNS;
    raiseSci();
  };
  io.register_write(EVENT_PORT, acpi, clear(0));
  io.register_write(EVENT_PORT + 1, acpi, clear(1));
  io.register_write(EVENT_PORT + 2, acpi, enable(2));
  io.register_write(EVENT_PORT + 3, acpi, enable(3));
  // The emulator's timer lowers the SCI each time it runs.
  const timer = acpi.timer;
  acpi.timer = function repaired(this: EmulatorAcpi, now: number): number {
    const next = timer.call(acpi, now);
    if (isPending() && turns-- > 0) raiseSci();
    return next;
  };
  return (gpe) => {
    const index = gpe >> 3;
    acpi.gpe[index] = (acpi.gpe[index] as number) | (1 << (gpe & 7));
    raise();
  };
}

/** `HdrS` at its place in a bzImage, little-endian. Linux Documentation/arch/x86/boot.rst */
const BOOT_MAGIC = 0x5372_6448;
const BOOT_MAGIC_OFFSET = 0x202;

/** A BIOS ends at 4 GiB or 1 MiB. The processor starts 16 bytes before its end, where it has a far jump. */
const BIOS_BYTES = 64 << 10;
const RESET_OFFSET = 16;
const FAR_JUMP = 0xea;

function checkBios(bios: Uint8Array): void {
  if (bios.length > 0 && bios.length % BIOS_BYTES === 0 && bios.at(-RESET_OFFSET) === FAR_JUMP) return;
  throw liveError(
    'LIVE_BOOT',
    `The BIOS, a file of ${bios.length} bytes, is not the BIOS of a PC: it needs a multiple of 64 KiB, and a far jump 16 bytes before its end.`,
    'Give SeaBIOS’s bios.bin, of Debian’s package seabios.',
  );
}

/** Throws a DiagnosticError for files from which the emulator cannot start: it would throw where nobody can catch it. */
function checkParts({ kernel, initrd, memoryBytes }: GuestParts): void {
  const view = new DataView(kernel.buffer, kernel.byteOffset, kernel.byteLength);
  if (kernel.length < BOOT_MAGIC_OFFSET + 4 || view.getUint32(BOOT_MAGIC_OFFSET, true) !== BOOT_MAGIC)
    throw liveError('LIVE_BOOT', 'The kernel is not a bzImage.', 'Give a kernel as it is installed in /boot: vmlinuz.');
  const most = memoryBytes - INITRD_BASE;
  if (initrd.length > most)
    throw liveError(
      'LIVE_BOOT',
      `The initrd has ${initrd.length} bytes; v86 has room for ${most}.`,
      'Leave out modules that the guest does not need, or use QEMU: --with qemu',
    );
}

/** Linux in the npm package v86: in this process, or in a browser. 32 bits, one processor. */
export function v86BackEnd(emulatorParts: EmulatorParts): BackEnd {
  checkBios(emulatorParts.bios);
  const start = async (
    window: LiveWindow,
    memoryBytes: number,
    more: Partial<EmulatorOptions>,
    listener: MachineListener,
    state?: ArrayBuffer,
  ): Promise<LiveMachine> => {
    const Constructor = await loadEmulator();
    const emulator = new Constructor({
      wasm_fn: async (imports) => {
        const { instance } = await WebAssembly.instantiate(ownBuffer(emulatorParts.wasm), imports);
        return instance.exports;
      },
      bios: { buffer: ownBuffer(emulatorParts.bios) },
      ...(emulatorParts.vgaBios !== undefined && { vga_bios: { buffer: ownBuffer(emulatorParts.vgaBios) } }),
      memory_size: memoryBytes,
      vga_memory_size: VGA_MEMORY_BYTES,
      acpi: true,
      uart1: true,
      autostart: false,
      disable_keyboard: true,
      disable_mouse: true,
      disable_speaker: true,
      ...more,
    });
    await new Promise<void>((resolve) => emulator.add_listener('emulator-ready', () => resolve()));
    checkEmulator(emulator);
    if (state !== undefined) await restore(emulator, state);
    return connect(emulator, window, listener);
  };
  return {
    name: 'v86',
    version: `${TRIED_VERSION}, ${WIRING}`,
    parts: [emulatorParts.wasm, emulatorParts.bios, emulatorParts.vgaBios ?? new Uint8Array()],
    space: {
      name: 'v86',
      memoryBytes: BigInt(GUEST_MEMORY_BYTES),
      free: [
        { base: BigInt(GUEST_MEMORY_BYTES), lengthBytes: VGA_BASE - BigInt(GUEST_MEMORY_BYTES) },
        { base: VGA_BASE + BigInt(16 * MIB), lengthBytes: IO_APIC_BASE - VGA_BASE - BigInt(32 * MIB) },
      ],
      why: 'v86 has 32-bit addresses and its own devices',
      hasEcam: true,
    },
    replaced: {
      dsdt: { oemId: 'BOCHS', oemTableId: 'BXPCDSDT' },
      ssdt: { oemId: 'BOCHS', oemTableId: 'BXPCSSDT' },
    },
    commandLine: COMMAND_LINE,
    async boot(window, parts, listener) {
      checkParts(parts);
      const { kernel, initrd, commandLine, memoryBytes } = parts;
      const given = {
        bzimage: { buffer: ownBuffer(kernel) },
        initrd: { buffer: ownBuffer(initrd) },
        cmdline: commandLine,
      };
      return start(window, memoryBytes, given, listener);
    },
    resume: (window, state, memoryBytes, listener) => start(window, memoryBytes, {}, listener, state),
  };
}

/** Memory of a new machine that the emulator has written to: the BIOS and what is below it. All else is zero. */
const WRITTEN_BYTES = MIB;

/**
 * Puts a saved state into a machine that has not run. The emulator zeroes all of the memory before, which takes longer than the
 * rest of a start: here only what was written to.
 */
async function restore(emulator: Emulator, state: ArrayBuffer): Promise<void> {
  const { cpu } = emulator.v86;
  const zero = cpu.zero_memory;
  cpu.zero_memory = (start, lengthBytes) => zero.call(cpu, start, Math.min(lengthBytes, WRITTEN_BYTES - start));
  try {
    await emulator.restore_state(state);
  } finally {
    cpu.zero_memory = zero;
  }
}

/** Longest that the emulator's worker may take to answer, in milliseconds. */
const WORKER_MILLISECONDS = 1000;
/** No turn of the emulator has this number. */
const NO_TICK = -1;

/**
 * In a page, the emulator takes its turns from a worker that it makes of text. A content policy may forbid that; then its turns
 * come from here.
 */
async function ensureTurns({ v86 }: Emulator): Promise<void> {
  const { worker } = v86;
  if (!worker) return;
  const hasAnswered = new Promise<true>((resolve) => {
    worker.addEventListener('message', () => resolve(true), { once: true });
    worker.postMessage({ t: 0, tick: NO_TICK });
  });
  const isLate = new Promise<false>((resolve) => setTimeout(() => resolve(false), WORKER_MILLISECONDS));
  if (await Promise.race([hasAnswered, isLate])) return;
  const channel = new MessageChannel();
  channel.port1.onmessage = ({ data }) => v86.yield_callback(data);
  v86.yield = (milliseconds, tick) => {
    if (milliseconds < 1) channel.port2.postMessage(tick);
    else setTimeout(() => v86.yield_callback(tick), milliseconds);
  };
}

/** Puts the machine's window, functions and events into an emulator, and runs it. */
async function connect(emulator: Emulator, window: LiveWindow, listener: MachineListener): Promise<LiveMachine> {
  const { cpu } = emulator.v86;
  const { io, devices } = cpu;
  const { vcfg, ecam } = window.platform;
  const base = Number(window.base);
  io.mmap_register(
    base | 0,
    vcfg.lengthBytes,
    (address) => window.read((address >>> 0) - base, 1),
    (address, value) => window.write((address >>> 0) - base, value & 0xff, 1),
    (address) => window.read32((address >>> 0) - base) | 0,
    (address, value) => window.write32((address >>> 0) - base, value),
  );
  shareConfigPorts(io, window);
  if (ecam.buses > 0) addEcam(io, devices.pci, window, ecam);
  const raise = repairEvents(io, devices.acpi, () => cpu.device_raise_irq(SCI));
  let isClosed = false;
  let isBroken = false;
  const fail = (thrown: unknown) => {
    if (isClosed) return;
    const text = thrown instanceof Error ? thrown.message : String(thrown);
    const message = `The emulator threw: ${text || 'an unnamed exception'}.`;
    listener.ended(
      liveError('LIVE_EMULATOR_FAILED', message, 'A guest that panics at boot ends like this; see its console.'),
    );
  };
  const tick = emulator.v86.do_tick;
  // Each turn of the emulator is a task of its own, in which nobody else would catch anything.
  emulator.v86.do_tick = function guarded() {
    try {
      tick.call(emulator.v86);
    } catch (thrown) {
      isBroken = true;
      fail(thrown);
    }
  };
  const bytes = [new ByteQueue(listener.console), new ByteQueue(listener.agent)] as const;
  emulator.add_listener('serial0-output-byte', (byte: number) => bytes[0].push(byte));
  emulator.add_listener('serial1-output-byte', (byte: number) => bytes[1].push(byte));
  emulator.add_listener('cpu-event-halt', () =>
    fail(new Error('the processor was halted for good, as a Linux without an init does')),
  );
  await ensureTurns(emulator);
  await emulator.run();
  return {
    seesSharedUse: true,
    sendConsole: (data) => emulator.serial_send_bytes(0, data),
    sendAgent: (data) => emulator.serial_send_bytes(1, data),
    raiseEvent(gpe) {
      if (gpe >= EVENTS) return false;
      raise(gpe);
      return true;
    },
    save: () => emulator.save_state(),
    async close() {
      if (isClosed) return;
      isClosed = true;
      const done = emulator.destroy();
      // It stops in its next turn, and one that threw has none.
      if (isBroken) emulator.v86.do_tick();
      await Promise.race([done, new Promise((resolve) => setTimeout(resolve, STOP_MILLISECONDS).unref?.())]);
    },
  };
}

/** Gives bytes that come one by one as runs: those of one turn of the emulator together. */
class ByteQueue {
  readonly #take: (bytes: Uint8Array) => void;
  #held: number[] = [];

  constructor(take: (bytes: Uint8Array) => void) {
    this.#take = take;
  }

  push(byte: number): void {
    if (this.#held.push(byte) > 1) return;
    queueMicrotask(() => {
      const bytes = Uint8Array.from(this.#held);
      this.#held = [];
      this.#take(bytes);
    });
  }
}
