import { DiagnosticError } from '../../base/index.js';
import type { DeviceCode, Diagnostic } from '../../vocab/index.js';
import {
  type BusAccessInfo,
  type BusDevice,
  type ConfigWriteResult,
  type DeviceId,
  type DeviceRange,
  type Json,
  NO_CHANGE,
} from '../bus/bus-device.js';
import { type DiagnosticLog, deviceFinding, thrownText } from '../diagnostic-log.js';
import type { SharedMemory } from '../memory/shared-memory.js';
import { bytesJson, SnapshotReader, wideJson } from '../snapshot-reader.js';
import { callMailbox, closeMailbox, endCall } from './mailbox-state.js';
import { type MessageMailbox, readChange, readDeviceRanges, readFindings, type SandboxCall } from './sandbox-calls.js';
import type { SandboxRequest } from './serve-sandbox.js';

/** What a sandboxed device reported about itself when its sandbox was opened. */
export interface SandboxedDevice {
  readonly label: string;
  readonly id: DeviceId;
  readonly bridge: number | undefined;
  readonly ranges: readonly DeviceRange[];
  readonly page: SharedMemory | undefined;
}

/** The connection to an open sandbox. */
export interface SandboxLine {
  readonly mailbox: MessageMailbox;
  /** Wakes a sandbox that does not watch its mailbox. */
  readonly ring: (() => void) | undefined;
  /** How long a call may take before the sandbox counts as dead. */
  readonly answerTimeoutMilliseconds: number;
}

type Reading<T> = (reader: SnapshotReader, answer: unknown, path: string) => T;

const MOST = 0xffff_ffff;
const readDwordAnswer: Reading<number> = (reader, answer, path) => reader.integer(answer, path, 0, MOST);
const readNothing: Reading<void> = () => {};
const readJson: Reading<Json> = (_reader, answer) => answer as Json;

/**
 * A function whose device runs in its own worker; {@link openSandbox} creates it. Each call blocks this thread until the
 * device has answered. A sandbox that closes, is too slow or sends an invalid answer is dead for good: that leaves one
 * diagnostic, reads give 0, writes are dropped, and the rest of the machine continues. What the device throws is thrown
 * here. Its configuration space is not mapped into the guest for reading: the device could not keep it up to date there.
 */
export class SandboxedFunction implements BusDevice {
  readonly #device: SandboxedDevice;
  readonly #line: SandboxLine;
  readonly #log: DiagnosticLog;
  #ranges: readonly DeviceRange[];
  #fault: Diagnostic | undefined;

  constructor(device: SandboxedDevice, line: SandboxLine, log: DiagnosticLog) {
    this.#device = device;
    this.#line = line;
    this.#log = log;
    this.#ranges = device.ranges;
  }

  /** Why the sandbox no longer answers; undefined while it does. */
  get fault(): Diagnostic | undefined {
    return this.#fault;
  }

  /** Call this when the worker ends; otherwise the next call waits for its whole time limit. */
  close(reason = 'The sandbox was closed.'): void {
    this.#die('SANDBOX_CLOSED', reason);
  }

  #die(code: DeviceCode, message: string): void {
    if (this.#fault !== undefined) return;
    this.#fault = deviceFinding(code, this.#device.label, message);
    closeMailbox(this.#line.mailbox.state);
    if (this.#log.count(code)) this.#log.keep(code, this.#device.label, message);
  }

  /** The device's answer; undefined if the sandbox is dead. Throws what the device threw. */
  #call<T>(call: SandboxCall, given: readonly unknown[], read: Reading<T>): T | undefined {
    if (this.#fault !== undefined) return undefined;
    const { mailbox, ring, answerTimeoutMilliseconds } = this.#line;
    if (!mailbox.write({ call, given } satisfies SandboxRequest))
      throw new DiagnosticError([this.#tooLong(`What ${call} is given`)]);
    const outcome = callMailbox(mailbox.state, answerTimeoutMilliseconds, ring);
    if (outcome === 'timeout')
      this.#die('SANDBOX_TIMEOUT', `${call} was not answered in ${answerTimeoutMilliseconds} ms.`);
    else if (outcome === 'closed') this.#die('SANDBOX_CLOSED', `The sandbox closed before it answered ${call}.`);
    if (outcome !== 'answer') return undefined;
    return this.#readAnswer(call, read);
  }

  #tooLong(what: string): Diagnostic {
    return deviceFinding('SANDBOX_MESSAGE', this.#device.label, `${what} is too long for the mailbox of its sandbox.`);
  }

  #readAnswer<T>(call: SandboxCall, read: Reading<T>): T | undefined {
    const reader = new SnapshotReader();
    let fields: Readonly<Record<string, unknown>>;
    try {
      fields = reader.object(this.#line.mailbox.read(), call, ['answer', 'thrown', 'findings', 'tooLong']);
    } catch (thrown) {
      this.#die('SANDBOX_MESSAGE', `The answer to ${call} is not JSON: ${thrownText(thrown)}.`);
      return undefined;
    }
    endCall(this.#line.mailbox.state);
    if (fields.tooLong === true) throw new DiagnosticError([this.#tooLong(`What ${call} answers`)]);
    const findings = 'thrown' in fields ? readFindings(reader, fields.findings, `${call}.findings`) : [];
    const answer = 'thrown' in fields ? undefined : read(reader, fields.answer, call);
    const [wrong] = reader.findings;
    if (wrong !== undefined) {
      this.#die('SANDBOX_MESSAGE', `The answer to ${call} is invalid: ${wrong.message}`);
      return undefined;
    }
    if (findings.length > 0) throw new DiagnosticError(findings);
    if ('thrown' in fields) throw new Error(thrownText(fields.thrown));
    return answer;
  }

  debugLabel(): string {
    return this.#device.label;
  }

  deviceId(): DeviceId {
    return this.#device.id;
  }

  isBridge(): number | undefined {
    return this.#device.bridge;
  }

  sharedPage(): SharedMemory | undefined {
    return this.#device.page;
  }

  read({ offset, address, id }: BusAccessInfo, data: Uint8Array): void {
    const given = [wideJson(offset), wideJson(address), id, data.length];
    const answer = this.#call('read', given, (reader, hex, path) => reader.bytes(hex, path, data.length));
    if (answer !== undefined) data.set(answer);
  }

  write({ offset, address, id }: BusAccessInfo, data: Uint8Array): void {
    const given = [wideJson(offset), wideJson(address), id, bytesJson(data), data.length];
    this.#call('write', given, readNothing);
  }

  configRegisterRead(register: number): number {
    return this.#call('configRegisterRead', [register], readDwordAnswer) ?? 0;
  }

  configRegisterWrite(register: number, offset: number, data: Uint8Array): ConfigWriteResult {
    const given = [register, offset, bytesJson(data), data.length];
    const change = this.#call('configRegisterWrite', given, readChange) ?? NO_CHANGE;
    if (change.mmioAdd.length + change.mmioRemove.length + change.ioAdd.length + change.ioRemove.length > 0)
      this.getRanges();
    return change;
  }

  virtualConfigRegisterRead(register: number): number {
    return this.#call('virtualConfigRegisterRead', [register], readDwordAnswer) ?? 0;
  }

  virtualConfigRegisterWrite(register: number, value: number): void {
    this.#call('virtualConfigRegisterWrite', [register, value], readNothing);
  }

  initPciConfigMapping(): boolean {
    return false;
  }

  /** Called on the device when its sandbox was opened. */
  onSandboxed(): void {}

  /** The ranges of a dead sandbox are the last that it reported, so that they can be taken off the buses. */
  getRanges(): readonly DeviceRange[] {
    this.#ranges = this.#call('getRanges', [], readDeviceRanges) ?? this.#ranges;
    return this.#ranges;
  }

  savedRanges(data: unknown): readonly DeviceRange[] | undefined {
    const read: Reading<readonly DeviceRange[] | undefined> = (reader, answer, path) =>
      reader.optional(answer, path, (ranges, at) => readDeviceRanges(reader, ranges, at));
    return this.#call('savedRanges', [data ?? null], read);
  }

  /** Closes the sandbox. Whoever started its worker ends it. */
  destroyDevice(): void {
    this.#call('destroyDevice', [], readNothing);
    closeMailbox(this.#line.mailbox.state);
  }

  sleep(): void {
    this.#call('sleep', [], readNothing);
  }

  wake(): void {
    this.#call('wake', [], readNothing);
  }

  /** Throws a DiagnosticError if the sandbox is dead: its state is lost. */
  snapshot(): Json {
    const state = this.#call('snapshot', [], readJson);
    if (this.#fault !== undefined) throw new DiagnosticError([this.#fault]);
    return state ?? null;
  }

  checkSnapshot(data: unknown): readonly Diagnostic[] {
    return this.#findings('checkSnapshot', data);
  }

  restore(data: unknown): readonly Diagnostic[] {
    const findings = this.#findings('restore', data);
    this.getRanges();
    return findings;
  }

  #findings(call: 'checkSnapshot' | 'restore', data: unknown): readonly Diagnostic[] {
    try {
      return this.#call(call, [data ?? null], readFindings) ?? (this.#fault === undefined ? [] : [this.#fault]);
    } catch (thrown) {
      if (thrown instanceof DiagnosticError) return thrown.diagnostics;
      throw thrown;
    }
  }
}
