import { DiagnosticError } from '../../base/index.js';
import type { BusDevice } from '../bus/bus-device.js';
import { checkObject, checkOptionalChoice, checkPort } from '../check-arguments.js';
import { thrownText } from '../diagnostic-log.js';
import type { ThreadPort } from './guest-thread.js';
import { DEFAULT_WAKE, MailboxListener, type Wake } from './mailbox-listener.js';
import { deviceRangesJson, findingsJson, MessageMailbox, SANDBOX_CALLS, type SandboxCall } from './sandbox-calls.js';

/** A sandbox answers calls from outside: nothing inside it polls. */
type SandboxWake = Exclude<Wake, 'poll'>;

/** What a sandbox reports about its device when it opens; or what was thrown while it did. */
type SandboxHello =
  | {
      readonly wake: SandboxWake;
      readonly label: string;
      readonly id: ReturnType<BusDevice['deviceId']>;
      readonly bridge: number | null;
      readonly ranges: unknown;
      readonly page: SharedArrayBuffer | null;
    }
  | { readonly thrown: string };

/** A call as the host writes it. */
export interface SandboxRequest {
  readonly call: SandboxCall;
  readonly given: readonly unknown[];
}

/**
 * Serves a device to the machine at the other end of the port. The script of a sandbox's worker calls this once. The
 * device's `onSandboxed` is called when the machine opens the sandbox. The worker stays free for the device's own timers
 * and messages. Findings that the device leaves in its own log stay in the worker. Throws a TypeError or RangeError for
 * an argument that cannot be used.
 */
export function serveSandbox(device: BusDevice, port: ThreadPort, wake: SandboxWake = DEFAULT_WAKE): void {
  checkObject('device', device, 'a BusDevice');
  checkPort('port', port);
  checkOptionalChoice('wake', wake, ['wait', 'message']);
  let listener: MailboxListener | undefined;
  port.onmessage = ({ data }) => {
    if (listener !== undefined) {
      listener.poll();
      return;
    }
    const mailbox = new MessageMailbox(data as SharedArrayBuffer);
    const serve = () => {
      const answer = answerTo(device, mailbox.read() as SandboxRequest);
      if (!mailbox.write(answer)) mailbox.write({ tooLong: true });
    };
    try {
      device.onSandboxed();
      port.postMessage({
        wake,
        label: device.debugLabel(),
        id: device.deviceId(),
        bridge: device.isBridge() ?? null,
        ranges: deviceRangesJson(device.getRanges()),
        page: device.sharedPage?.()?.buffer ?? null,
      } satisfies SandboxHello);
      listener = new MailboxListener(mailbox.state, wake, serve);
    } catch (thrown) {
      port.postMessage({ thrown: thrownText(thrown) } satisfies SandboxHello);
    }
  };
}

function answerTo(device: BusDevice, { call, given }: SandboxRequest): unknown {
  try {
    return {
      answer: SANDBOX_CALLS[call](device, ...(given as never[] as [never, never, never, never, never])) ?? null,
    };
  } catch (thrown) {
    const findings = thrown instanceof DiagnosticError ? findingsJson(thrown.diagnostics) : [];
    return { thrown: thrownText(thrown), findings };
  }
}
