import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { formatHex } from '../../base/index.js';
import { packPciAddress } from '../../platform/index.js';
import { liveError } from '../port/events.js';
import type { BackEnd, GuestParts, LiveMachine, MachineListener } from '../port/port.js';
import type { LiveWindow } from '../port/window.js';
import { barAround, hiddenFunctions, type QemuDevices, qemuDevices } from './devices.js';
import { encodeOptionRom } from './option-rom.js';
import { removeLeftovers, TRIED_VERSION, watchProcess } from './process.js';
import { type Proxied, platformFunction, serveProxied, WindowCarrier } from './proxied.js';
import { Qtest } from './qtest.js';
import { SharedFile } from './shared-files.js';

const QEMU = 'qemu-system-x86_64';
const MEMORY_BYTES = 512 * 2 ** 20;
/** Where SeaBIOS places a BAR of 512 MiB. Nothing else can be there. */
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
/**
 * BARs stay where the firmware put them, whatever the platform's _CRS says. On a busy host, ticks may come too late for the
 * kernel's check of its timer, and it panics. The rest leaves out work that such a guest never needs: 0.7 s of a boot.
 */
const COMMAND_LINE = [
  'pci=nocrs tsc=reliable no_timer_check mitigations=off noisapnp cryptomgr.notests',
  'initcall_blacklist=init_kprobe_trace,event_trace_init,tracer_init_tracefs,load_system_certificate_list,crypto_kdf108_init',
].join(' ');

/** Linux in QEMU: x86-64, without KVM too. */
export function qemuBackEnd(): BackEnd {
  return {
    name: 'qemu',
    version: TRIED_VERSION,
    space: {
      name: 'QEMU',
      memoryBytes: BigInt(MEMORY_BYTES),
      free: [
        { base: BigInt(MEMORY_BYTES), lengthBytes: BigInt(ECAM_BASE - MEMORY_BYTES) },
        { base: WINDOW_BASE, lengthBytes: WINDOW_END - WINDOW_BASE },
      ],
      around: barAround,
      fallbackBase: WINDOW_BASE,
      mapsHighWindows: true,
      ecam: { base: BigInt(ECAM_BASE), lengthBytes: 256n << 20n, buses: 256 },
      why: 'QEMU has its own memory and devices elsewhere',
      hasEcam: false,
    },
    replaced: { dsdt: { oemId: 'BOCHS', oemTableId: 'BXPC    ' }, hasMcfg: true },
    commandLine: COMMAND_LINE,
    notes: ({ platform }) => hiddenFunctions(platform),
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
  const bar = barAround({ base: window.base, lengthBytes: BigInt(window.platform.vcfg.lengthBytes) });
  if (bar === undefined) throw new Error(`no BAR holds the window at ${window.base}`);
  const shared = [...files].map(([packed, { path }]) => ({ packed, path, lengthBytes: PAGE_BYTES }));
  const devices = qemuDevices(window.platform, bar, shared, FIRST_PIPE);
  writeFileSync(inFolder('rom'), encodeOptionRom(devices.writes, bar));
  const carrier = new WindowCarrier(window, Number(bar.lengthBytes), (offset, access) => {
    const file = files.get(Math.floor(offset / FUNCTION_BYTES));
    if (file === undefined) return access();
    file.pull();
    const value = access();
    file.push();
    return value;
  });
  const served: readonly Proxied[] = [
    carrier,
    ...devices.served.map(({ address }) => platformFunction(window, packPciAddress(address))),
  ];
  const words = [
    ...`-M q35,memory-backend=mem -object memory-backend-memfd,id=mem,size=${MEMORY_BYTES >> 20}M,share=on`.split(' '),
    ...'-accel tcg -m 512 -display none -nodefaults -no-user-config -serial stdio -no-reboot'.split(' '),
    ...['-chardev', `socket,id=agent,path=${inFolder('agent')}`, '-serial', 'chardev:agent'],
    ...['-chardev', `socket,id=qtest,path=${inFolder('qtest')}`, '-qtest', 'chardev:qtest', '-qtest-log', '/dev/null'],
    ...['-kernel', inFolder('kernel'), '-initrd', inFolder('initrd'), '-append', parts.commandLine],
    ...['-option-rom', inFolder('rom')],
    ...devices.words,
  ];
  const stdio = ['pipe', 'pipe', 'pipe', ...served.map(() => 'pipe' as const)] as 'pipe'[];
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
  for (const [index, device] of served.entries())
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
        return placeShared(memory, window, carrier, devices, settle);
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
  devices: QemuDevices,
  settle: () => void,
): Promise<void> {
  const { base } = window;
  if (carrier.base !== barAround({ base, lengthBytes: BigInt(window.platform.vcfg.lengthBytes) })?.base)
    throw liveError(
      'LIVE_BAR',
      `The device with the window is at ${formatHex(carrier.base)}, and the window should be at ${formatHex(base)}.`,
      `This was tried with QEMU ${TRIED_VERSION} and its SeaBIOS: use those, or v86.`,
    );
  type Place = QemuDevices['carrier'];
  const register = ({ device, function: number }: Place, offset: number) =>
    ECAM_BASE + (((device << 3) | number) << ECAM_FUNCTION_BITS) + offset;
  const decode = async (place: Place, on: boolean) => {
    const at = register(place, COMMAND_OFFSET);
    const command = (await memory.read32(at)) & 0xffff;
    await memory.write32(at, on ? command | MEMORY_DECODE : command & ~MEMORY_DECODE);
  };
  await decode(devices.carrier, true);
  for (const { packed, place } of devices.pages) {
    const address = Number(base) + packed * FUNCTION_BYTES + PAGE_BYTES;
    await decode(place, false);
    await memory.write32(register(place, BAR2_OFFSET), address | BAR2_FLAGS);
    await memory.write32(register(place, BAR2_OFFSET + 4), 0);
    await decode(place, true);
  }
  settle();
}
