import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { formatHex } from '../../base/index.js';
import { packPciAddress } from '../../platform/index.js';
import type { Diagnostic } from '../../vocab/index.js';
import { liveError, liveFinding } from '../port/events.js';
import type { BackEnd, GuestParts, LiveMachine, MachineListener } from '../port/port.js';
import type { LiveWindow } from '../port/window.js';
import { type Proxied, platformFunction, serveProxied, WindowCarrier } from './proxied.js';
import { Qtest } from './qtest.js';
import { SharedFile } from './shared-files.js';

const QEMU = 'qemu-system-x86_64';
/** The version whose private protocol was tried. */
const TRIED_VERSION = '7.2';
const MEMORY_BYTES = 512 * 2 ** 20;
/** Where SeaBIOS always places a BAR of 512 MiB. */
const WINDOW_BASE = 0xc000_0000n;
const WINDOW_END = 0xe000_0000n;
/** q35's own ECAM, and a function's part of it. */
const ECAM_BASE = 0xb000_0000;
const ECAM_FUNCTION_BITS = 12;
const COMMAND_OFFSET = 4;
const BAR2_OFFSET = 0x18;
const MEMORY_DECODE = 2;
/** A 64-bit prefetchable memory BAR. */
const BAR2_FLAGS = 0xc;
const FIRST_PIPE = 3;
const FUNCTION_BYTES = 0x2000;
const PAGE_BYTES = 0x1000;
const SETTLE_MILLISECONDS = 20;
const START_MILLISECONDS = 20_000;
/** Slots of q35 that nothing else can have: host bridge and LPC bridge. */
const OWN_SLOTS: readonly number[] = [0, 0x1f];

/** The slots of bus 0 that neither q35 nor the platform has. */
function freeSlots(window: LiveWindow, count: number): number[] {
  const taken = new Set([
    ...OWN_SLOTS,
    ...window.platform.functions.filter(({ address }) => address.bus === 0).map(({ address }) => address.device),
  ]);
  const free = Array.from({ length: 32 }, (_, slot) => slot).filter((slot) => !taken.has(slot));
  if (free.length >= count) return free.slice(0, count);
  throw liveError(
    'LIVE_WINDOW_PLACE',
    `The guest needs ${count} free slots on bus 0 for the window and the shared pages, and the platform leaves ${free.length}.`,
    'Move functions to other buses, or use v86.',
  );
}

const hexSlot = (slot: number, number = 0) => `${slot.toString(16)}.${number}`;

/** A function of bus 0 that can be a device of QEMU's. */
function proxiedFunctions(window: LiveWindow) {
  return window.platform.functions.filter(
    ({ address, bridge }) => address.bus === 0 && bridge === undefined && !OWN_SLOTS.includes(address.device),
  );
}

/** Linux in QEMU: x86-64, without KVM too. */
export function qemuBackEnd(): BackEnd {
  return {
    name: 'qemu',
    version: TRIED_VERSION,
    space: {
      name: 'QEMU',
      memoryBytes: BigInt(MEMORY_BYTES),
      free: [{ base: WINDOW_BASE, lengthBytes: WINDOW_END - WINDOW_BASE }],
      windowBase: WINDOW_BASE,
      ecam: { base: BigInt(ECAM_BASE), lengthBytes: 256n << 20n, buses: 256 },
      why: 'QEMU’s firmware places a device of 512 MiB there',
      hasEcam: false,
    },
    replaced: { dsdt: { oemId: 'BOCHS', oemTableId: 'BXPC    ' }, hasMcfg: true },
    // On a busy host, ticks may come too late for the kernel's check of its timer, which ends in a panic.
    commandLine: 'pci=nocrs tsc=reliable no_timer_check',
    notes: hiddenFunctions,
    boot: (window, parts, listener) => bootQemu(window, parts, listener),
  };
}

/** One connection that QEMU makes to a socket of ours. */
function connectionTo(path: string): { readonly server: Server; readonly socket: Promise<Socket> } {
  const server = createServer();
  const socket = new Promise<Socket>((resolve, reject) => {
    server.once('connection', resolve);
    server.once('error', reject);
  });
  socket.catch(() => {});
  server.listen(path);
  return { server, socket };
}

/** Removes what processes that were killed during a boot left behind. */
function removeLeftovers(folder: string): void {
  for (const name of readdirSync(folder)) {
    const owner = /^vcfg-qemu-(\d+)-/.exec(name)?.[1];
    if (owner !== undefined && !existsSync(`/proc/${owner}`))
      rmSync(join(folder, name), { recursive: true, force: true });
  }
}

async function bootQemu(window: LiveWindow, parts: GuestParts, listener: MachineListener): Promise<LiveMachine> {
  const memoryFolder = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
  removeLeftovers(memoryFolder);
  const folder = mkdtempSync(join(memoryFolder, `vcfg-qemu-${process.pid}-`));
  const inFolder = (name: string) => join(folder, name);
  const files = new Map(
    window.pages.map(([packed, memory]) => [packed, new SharedFile(inFolder(`page${packed}`), memory)]),
  );
  writeFileSync(inFolder('kernel'), parts.kernel);
  writeFileSync(inFolder('initrd'), parts.initrd);
  const agent = connectionTo(inFolder('agent'));
  const qtest = connectionTo(inFolder('qtest'));
  const [carrierSlot = 0, ...pageSlots] = freeSlots(window, 1 + files.size);
  const carrier = new WindowCarrier(window, (offset, access) => {
    const file = files.get(Math.floor(offset / FUNCTION_BYTES));
    if (file === undefined) return access();
    file.pull();
    const value = access();
    file.push();
    return value;
  });
  const functions = proxiedFunctions(window);
  const devices: { readonly slot: string; readonly device: Proxied }[] = [
    { slot: hexSlot(carrierSlot), device: carrier },
    ...functions.map(({ address }) => ({
      slot: hexSlot(address.device, address.function),
      device: platformFunction(window, packPciAddress(address)),
    })),
  ];
  const pages = [...files].map(([packed, file], index) => ({ packed, file, slot: pageSlots[index] as number }));
  const words = [
    ...`-M q35,memory-backend=mem -object memory-backend-memfd,id=mem,size=${MEMORY_BYTES >> 20}M,share=on`.split(' '),
    ...'-accel tcg -m 512 -display none -nodefaults -no-user-config -serial stdio -no-reboot'.split(' '),
    ...['-chardev', `socket,id=agent,path=${inFolder('agent')}`, '-serial', 'chardev:agent'],
    ...['-chardev', `socket,id=qtest,path=${inFolder('qtest')}`, '-qtest', 'chardev:qtest', '-qtest-log', '/dev/null'],
    ...['-kernel', inFolder('kernel'), '-initrd', inFolder('initrd'), '-append', parts.commandLine],
    ...devices.flatMap(({ slot }, index) => [
      '-device',
      `x-pci-proxy-dev,id=p${index},fd=${FIRST_PIPE + index},addr=${slot},multifunction=on`,
    ]),
    ...pages.flatMap(({ file, slot }, index) => [
      '-object',
      `memory-backend-file,id=s${index},size=${PAGE_BYTES},share=on,mem-path=${file.path}`,
      '-device',
      `ivshmem-plain,memdev=s${index},addr=${hexSlot(slot)}`,
    ]),
  ];
  const stdio = ['pipe', 'pipe', 'pipe', ...devices.map(() => 'pipe' as const)] as 'pipe'[];
  // With its parent it ends too, however that ends.
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', QEMU, ...words], { stdio });
  const watched = watchProcess(child, listener);
  const close = async () => {
    watched.isClosing = true;
    child.kill('SIGKILL');
    await watched.ended;
    clearInterval(timer);
    agent.server.close();
    qtest.server.close();
    for (const file of files.values()) file.close();
    files.clear();
    rmSync(folder, { recursive: true, force: true });
  };
  const settle = () => {
    for (const file of files.values()) file.settle();
  };
  const timer = setInterval(settle, SETTLE_MILLISECONDS);
  let hasClosed: Promise<void> | undefined;
  const closeOnce = () => {
    hasClosed ??= close();
    return hasClosed;
  };
  for (const [index, { device }] of devices.entries())
    serveProxied(child.stdio[FIRST_PIPE + index] as Duplex, device, (error) => {
      listener.ended(error);
      child.kill('SIGKILL');
    });
  child.stdout?.on('data', (bytes: Uint8Array) => listener.console(bytes));
  try {
    const started = Promise.all([agent.socket, qtest.socket]);
    const [agentSocket, qtestSocket] = await Promise.race([started, watched.failed]);
    const memory = new Qtest(qtestSocket);
    agentSocket.on('data', (bytes: Uint8Array) => listener.agent(bytes)).on('error', () => {});
    return {
      seesSharedUse: false,
      sendConsole: (bytes) => void child.stdin?.write(bytes),
      sendAgent: (bytes) => void agentSocket.write(bytes),
      raiseEvent: () => false,
      settle: async () => settle(),
      started: () => {
        // QEMU has all its files open: from here on nothing of them can be left over.
        rmSync(folder, { recursive: true, force: true });
        return placeShared(memory, window, carrier, carrierSlot, pages, settle);
      },
      close: closeOnce,
    };
  } catch (error) {
    await closeOnce();
    throw error;
  }
}

/**
 * Puts the shared pages over the window: PCI BARs may overlap, and the one that was mapped last counts. Throws a DiagnosticError if
 * the window is not where \VCFG says.
 */
async function placeShared(
  memory: Qtest,
  window: LiveWindow,
  carrier: WindowCarrier,
  carrierSlot: number,
  pages: readonly { readonly packed: number; readonly slot: number }[],
  settle: () => void,
): Promise<void> {
  const { base } = window.platform.vcfg;
  if (carrier.base !== base)
    throw liveError(
      'LIVE_BAR',
      `QEMU’s firmware put the window at ${formatHex(carrier.base)}, and \\VCFG is ${formatHex(base)}.`,
      `This was tried with QEMU ${TRIED_VERSION}: use that, or v86.`,
    );
  const register = (slot: number, offset: number) => ECAM_BASE + (slot << (ECAM_FUNCTION_BITS + 3)) + offset;
  const decode = async (slot: number, on: boolean) => {
    const at = register(slot, COMMAND_OFFSET);
    const command = (await memory.read32(at)) & 0xffff;
    await memory.write32(at, on ? command | MEMORY_DECODE : command & ~MEMORY_DECODE);
  };
  await decode(carrierSlot, true);
  for (const { packed, slot } of pages) {
    const address = Number(base) + packed * FUNCTION_BYTES + PAGE_BYTES;
    await decode(slot, false);
    await memory.write32(register(slot, BAR2_OFFSET), address | BAR2_FLAGS);
    await memory.write32(register(slot, BAR2_OFFSET + 4), 0);
    await decode(slot, true);
  }
  settle();
}

/** What becomes of QEMU's process. */
function watchProcess(child: ChildProcess, listener: MachineListener) {
  let errors = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-4096);
  });
  const state = { isClosing: false, ended: Promise.resolve(), failed: Promise.resolve() as Promise<never> };
  let fail: (error: Error) => void = () => {};
  state.failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  state.failed.catch(() => {});
  const late = setTimeout(
    () => fail(liveError('LIVE_BOOT', 'QEMU did not start.', `It was tried with version ${TRIED_VERSION}.`)),
    START_MILLISECONDS,
  );
  late.unref();
  state.ended = new Promise((resolve) => {
    const end = (message: string, isMissing: boolean) => {
      clearTimeout(late);
      const error = isMissing
        ? liveError('LIVE_PART_MISSING', message, 'Install it: apt-get install qemu-system-x86 util-linux')
        : liveError('LIVE_EMULATOR_FAILED', message, 'Boot another guest.');
      fail(error);
      if (!state.isClosing) listener.ended(error);
      resolve();
    };
    child.on('error', (error) => end(`QEMU cannot be started: ${error.message}.`, true));
    child.on('exit', (code, signal) => {
      const text = errors.trim().split('\n').slice(-2).join(' | ');
      const how = code === null ? `by ${signal}` : `with exit code ${code}`;
      end(`QEMU ended ${how}${text === '' ? '' : `: ${text}`}.`, code === 127 || code === 126);
    });
  });
  return state;
}

/** A note for the functions that are none of QEMU's PCI functions. */
function hiddenFunctions(window: LiveWindow): Diagnostic[] {
  const shown = new Set(proxiedFunctions(window));
  const hidden = window.platform.functions.filter(
    (described) => !shown.has(described) && described.bridge === undefined,
  );
  if (hidden.length === 0) return [];
  const names = hidden.map(({ name }) => name).join(', ');
  const message = `${names}: not on bus 0, so the guest reaches the registers in the window but has no PCI function.`;
  return [liveFinding('LIVE_BACK_END', message, 'v86 has them all.', 'note')];
}
