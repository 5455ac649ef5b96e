import { formatHex, formatPciAddress } from '../../../base/index.js';
import { toJson } from '../../../base/json.js';
import type { LiveGuest, TrapEvent } from '../../../live/index.js';
import type { Diagnostic, DiagnosticCode } from '../../../vocab/index.js';
import { counted } from '../../write/report.js';

/** An access as a line of `--trace`. */
export function traceLine(event: TrapEvent): string {
  const where = `${event.function ?? '?'} ${formatPciAddress(event.address)}`;
  const register = event.name ?? `register ${event.register}${event.page === 'shared' ? ' of the shared page' : ''}`;
  const width = event.widthBytes === 4 ? '' : `, ${counted(event.widthBytes, 'byte')}: not a whole register`;
  return `${event.access.padEnd(5)} ${where} ${register} 0x${event.value.toString(16).padStart(8, '0')}${width}`;
}

const jsonOfTrap = ({ kind: _, ...trap }: TrapEvent) => ({ ...trap, address: formatPciAddress(trap.address) });

/** What a run of the command reports at its end. */
export interface Outcome {
  readonly guest: LiveGuest;
  readonly ran: { readonly output: string; readonly exitCode: number } | undefined;
  readonly traps: readonly TrapEvent[];
  readonly findings: readonly Diagnostic[];
}

function sharedRows(guest: LiveGuest) {
  return guest.platform.functions
    .map(({ name }) => ({ name, uses: guest.sharedUses(name) }))
    .filter((row): row is { name: string; uses: number } => row.uses !== undefined && row.uses > 0);
}

/** How often the guest used its registers and shared pages, as text. */
export function closingLines(guest: LiveGuest): string[] {
  const { reads, writes } = guest.counts;
  const shared = sharedRows(guest);
  const pages = shared.map(({ name, uses }) => `${name} ${uses}`).join(', ');
  return [
    `${counted(reads + writes, 'exit')}: ${counted(reads, 'read')}, ${counted(writes, 'write')}`,
    guest.counts.shared === undefined
      ? 'shared pages are plain memory, whose use nobody sees'
      : `${counted(guest.counts.shared, 'use')} of shared pages, without an exit${pages === '' ? '' : `: ${pages}`}`,
  ];
}

/** What the device core logs where a hook of the device file throws. `LIVE_HOOK` says it first, with the line in that file. */
const OF_HOOKS: ReadonlySet<DiagnosticCode> = new Set(['REGISTER_HOOK_FAILED', 'VFIO_BACKEND_FAILED', 'DSM_FAILED']);

/** What the device core logged, without what has been told of hooks already. */
export function withoutRepeats(logged: readonly Diagnostic[], told: readonly Diagnostic[]): readonly Diagnostic[] {
  if (!told.some(({ code }) => code === 'LIVE_HOOK')) return logged;
  return logged.filter(({ code }) => !OF_HOOKS.has(code));
}

/** The outcome as `--json` prints it; with the accesses if they were traced. */
export function outcomeJson({ guest, ran, traps, findings }: Outcome, isTraced: boolean): string {
  return toJson(
    {
      backEnd: guest.backEnd,
      kept: guest.wasKept,
      base: formatHex(guest.platform.vcfg.base),
      ...(ran && { run: ran }),
      counts: guest.counts,
      shared: sharedRows(guest),
      ...(isTraced && { accesses: traps.map(jsonOfTrap) }),
      diagnostics: findings,
    },
    2,
  );
}
