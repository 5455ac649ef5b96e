import { DiagnosticError } from '../../base/index.js';
import { checkWhole } from '../../platform/config-address.js';
import { PAGE_BYTES } from '../../platform/layout.js';
import type { DeviceCode } from '../../vocab/index.js';
import type { DeviceId } from '../bus/bus-device.js';
import { checkInstance, checkObject, checkOptionalNumber, checkPort } from '../check-arguments.js';
import { DiagnosticLog, deviceFinding, thrownText } from '../diagnostic-log.js';
import { SharedMemory } from '../memory/shared-memory.js';
import { SnapshotReader } from '../snapshot-reader.js';
import type { ThreadPort } from './guest-thread.js';
import { MessageMailbox, readDeviceRanges } from './sandbox-calls.js';
import { type SandboxedDevice, SandboxedFunction } from './sandboxed-function.js';

export interface SandboxOptions {
  /** How long the worker may take to start. Default: 10,000. */
  readonly startTimeoutMilliseconds?: number;
  /** How long a call may take, with the host's thread blocked, before the sandbox counts as dead. Default: 1000. */
  readonly answerTimeoutMilliseconds?: number;
  /** Bytes of the longest message, usually a snapshot: 1 to 2^30. Default: 1 MiB. */
  readonly messageBytes?: number;
}

const START_TIMEOUT_MILLISECONDS = 10_000;
const ANSWER_TIMEOUT_MILLISECONDS = 1000;
const MESSAGE_BYTES = 0x10_0000;
const MOST_MESSAGE_BYTES = 0x4000_0000;
/** Characters of a device's label or name. */
const MOST_LABEL = 200;

function refuse(code: DeviceCode, message: string): never {
  throw new DiagnosticError([deviceFinding(code, 'sandbox', message)]);
}

/** Calls to a sandbox block, which the main thread of a browser must not do. */
function requireBlocking(): void {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1, 0);
  } catch (thrown) {
    refuse('SANDBOX_CLOSED', `This thread may not block: ${thrownText(thrown)}. Run the machine in a worker.`);
  }
}

/**
 * Opens the sandbox at the other end of the port, where a worker calls `serveSandbox`. Rejects with a DiagnosticError if
 * this thread may not block, if the worker does not start in time, or if what it reports about its device is invalid, and
 * with a TypeError or RangeError for an argument that cannot be used.
 */
export async function openSandbox(
  port: ThreadPort,
  log: DiagnosticLog,
  options: SandboxOptions = {},
): Promise<SandboxedFunction> {
  checkPort('port', port);
  checkInstance('log', log, DiagnosticLog, 'a DiagnosticLog');
  checkObject('options', options, 'SandboxOptions');
  for (const name of ['startTimeoutMilliseconds', 'answerTimeoutMilliseconds'] as const)
    checkOptionalNumber(`options.${name}`, options[name], 1);
  if (options.messageBytes !== undefined)
    checkWhole('options.messageBytes', options.messageBytes, MOST_MESSAGE_BYTES, 1);
  requireBlocking();
  const mailbox = new MessageMailbox(options.messageBytes ?? MESSAGE_BYTES);
  const hello = await new Promise<unknown>((resolve, reject) => {
    const limit = options.startTimeoutMilliseconds ?? START_TIMEOUT_MILLISECONDS;
    const finding = deviceFinding('SANDBOX_TIMEOUT', 'sandbox', `The worker did not start in ${limit} ms.`);
    const timer = setTimeout(() => reject(new DiagnosticError([finding])), limit);
    port.onmessage = ({ data }) => {
      clearTimeout(timer);
      resolve(data);
    };
    port.postMessage(mailbox.buffer);
  }).finally(() => {
    port.onmessage = null;
  });
  if (typeof hello === 'object' && hello !== null && 'thrown' in hello)
    refuse('SANDBOX_CLOSED', `The device did not start: ${thrownText(hello.thrown)}.`);
  const { device, rings } = readHello(hello);
  const line = {
    mailbox,
    ring: rings ? () => port.postMessage(null) : undefined,
    answerTimeoutMilliseconds: options.answerTimeoutMilliseconds ?? ANSWER_TIMEOUT_MILLISECONDS,
  };
  return new SandboxedFunction(device, line, log);
}

function readHello(hello: unknown): { readonly device: SandboxedDevice; readonly rings: boolean } {
  const reader = new SnapshotReader();
  const fields = reader.object(hello, 'sandbox', ['wake', 'label', 'id', 'bridge', 'ranges', 'page']);
  const rings = reader.choice(fields.wake, 'sandbox.wake', ['wait', 'message']) === 'message';
  const device = {
    label: reader.text(fields.label, 'sandbox.label', MOST_LABEL),
    id: readId(reader, fields.id),
    bridge: reader.optional(fields.bridge, 'sandbox.bridge', (value, at) => reader.integer(value, at, 0, 255)),
    ranges: readDeviceRanges(reader, fields.ranges, 'sandbox.ranges'),
    page: reader.optional(fields.page, 'sandbox.page', (value, at) => readPage(reader, value, at)),
  };
  const [wrong] = reader.findings;
  if (wrong !== undefined)
    refuse('SANDBOX_MESSAGE', `What the sandbox reports about its device is invalid: ${wrong.message}`);
  return { device, rings };
}

function readId(reader: SnapshotReader, value: unknown): DeviceId {
  const fields = reader.object(value, 'sandbox.id', ['kind', 'vendor', 'device', 'name']);
  if (reader.choice(fields.kind, 'sandbox.id.kind', ['pci', 'platform']) === 'platform')
    return { kind: 'platform', name: reader.text(fields.name, 'sandbox.id.name', MOST_LABEL) };
  const part = (key: string) => reader.integer(fields[key], `sandbox.id.${key}`, 0, 0xffff);
  return { kind: 'pci', vendor: part('vendor'), device: part('device') };
}

/** Exactly one page: a longer one would cover the next function's registers. */
function readPage(reader: SnapshotReader, value: unknown, path: string): SharedMemory {
  if (value instanceof SharedArrayBuffer && value.byteLength === PAGE_BYTES) return new SharedMemory(value);
  reader.refuse('SANDBOX_MESSAGE', path, `The shared page is not a shared buffer of ${PAGE_BYTES} bytes.`);
  return new SharedMemory(PAGE_BYTES);
}
