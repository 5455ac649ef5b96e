import { DiagnosticError } from '../../base/index.js';
import type { Diagnostic, LiveCode, PciAddress } from '../../vocab/index.js';

/** One access of the guest to a register: it left the guest, and the device core answered. */
export interface TrapEvent {
  readonly kind: 'trap';
  readonly access: 'read' | 'write';
  readonly address: PciAddress;
  /** Name of the function there; undefined if the platform has none. */
  readonly function: string | undefined;
  /** Page 1 is trapped only where no shared page is mapped. */
  readonly page: 'trapped' | 'shared';
  /** Index of the dword in its page. */
  readonly register: number;
  /** Name of the register; undefined if the platform has none. */
  readonly name: string | undefined;
  /** What was read or written, unsigned. */
  readonly value: number;
  /** 4 for a whole register. Any other width is answered with zeros or dropped, as crosvm does. */
  readonly widthBytes: number;
}

/** Bytes that the guest wrote to its console: the kernel's log and the shell. */
export interface ConsoleEvent {
  readonly kind: 'console';
  readonly text: string;
}

/** The first use of a function's shared page since {@link LiveCounts} were last reset. */
export interface SharedEvent {
  readonly kind: 'shared';
  readonly address: PciAddress;
  readonly function: string | undefined;
}

/** Something that the user should know: a note about the guest, or why it ended. */
export interface FindingEvent {
  readonly kind: 'finding';
  readonly finding: Diagnostic;
}

/** The shell at the guest's console has ended, by `exit` or Ctrl-D. The guest starts another one. */
export interface ShellEvent {
  readonly kind: 'shell';
}

export type LiveEvent = TrapEvent | ConsoleEvent | SharedEvent | FindingEvent | ShellEvent;

export type LiveListener<Kind extends LiveEvent['kind']> = (event: Extract<LiveEvent, { kind: Kind }>) => void;

/**
 * What happens in a live guest, as it happens. A listener is called while the guest waits, so it should be short; what it throws is
 * a finding. Trap events are made only while somebody listens.
 */
export class LiveEvents {
  readonly #listeners = new Map<LiveEvent['kind'], Set<(event: LiveEvent) => void>>();
  /** Whether anybody listens to traps. Read on every access. */
  hearsTraps = false;

  /** Calls a listener for each event of a kind, until the returned function is called. Throws a TypeError if it is not a function. */
  on<Kind extends LiveEvent['kind']>(kind: Kind, listener: LiveListener<Kind>): () => void {
    if (typeof listener !== 'function') throw new TypeError(`listener is ${String(listener)}; it must be a function.`);
    if (!KINDS.includes(kind)) throw new RangeError(`kind is ${String(kind)}; it must be one of ${KINDS.join(', ')}.`);
    const heard = this.#listeners.get(kind) ?? new Set();
    this.#listeners.set(kind, heard);
    const call = (event: LiveEvent) => listener(event as Extract<LiveEvent, { kind: Kind }>);
    heard.add(call);
    this.hearsTraps = (this.#listeners.get('trap')?.size ?? 0) > 0;
    return () => {
      heard.delete(call);
      this.hearsTraps = (this.#listeners.get('trap')?.size ?? 0) > 0;
    };
  }

  /** Tells every listener. One that throws does not keep the others from hearing, nor the guest from its answer. */
  emit(event: LiveEvent): void {
    for (const listener of this.#listeners.get(event.kind) ?? [])
      try {
        listener(event);
      } catch (thrown) {
        if (event.kind === 'finding') continue;
        const message = `A listener to ${event.kind} events threw: ${thrown instanceof Error ? thrown.message : String(thrown)}.`;
        this.report(liveFinding('LIVE_LISTENER', message, 'Catch it in the listener.', 'warning'));
      }
  }

  report(finding: Diagnostic): void {
    this.emit({ kind: 'finding', finding });
  }
}

const KINDS: readonly string[] = ['trap', 'console', 'shared', 'finding', 'shell'] satisfies LiveEvent['kind'][];

/** A finding about a live guest. */
export function liveFinding(
  code: LiveCode,
  message: string,
  cure: string,
  severity: Diagnostic['severity'] = 'error',
): Diagnostic {
  return { code, severity, place: { path: 'live guest' }, message, cure };
}

/** {@link liveFinding} as an error to throw. */
export function liveError(code: LiveCode, message: string, cure: string): DiagnosticError {
  return new DiagnosticError([liveFinding(code, message, cure)]);
}
