import type { JSX } from 'preact';
import { hex8 } from '../machine/register-table.js';
import { counted } from '../parts/hex-text.js';
import { counts, guestTouches, traps } from './boot.js';

const MOST_SHOWN = 100;
const MOST_COUNTED = 40;

const of = (count: number) => count.toLocaleString('en');

/** The accesses that left the guest, the latest first, and how often each register was touched. */
export function TrapList(): JSX.Element {
  const now = counts.value;
  const most = [...guestTouches.value].sort(([, a], [, b]) => b.reads + b.writes - a.reads - a.writes);
  return (
    <section class="panel traps" aria-label="Traps">
      <div class="panel-head slim">
        <h2>Traps</h2>
        {now !== undefined && (
          <span class="muted">
            {counted(now.reads, 'read')}, {counted(now.writes, 'write')}
            {now.shared === undefined ? '' : `, ${of(now.shared)} uses of shared pages without a trap`}
          </span>
        )}
      </div>
      <div class="trap-columns">
        <section class="scroll" tabIndex={0} aria-label="Latest traps">
          <ol class="trap-list">
            {traps.value.slice(0, MOST_SHOWN).map(({ number, kind, where, value, widthBytes }) => (
              <li key={number}>
                <span class="muted trap-number">{of(number)}</span>
                <span class={`access ${kind}`}>{kind}</span>
                <b class="mono">{where}</b>
                <span class="mono">{hex8(value)}</span>
                {widthBytes !== 4 && (
                  <span class="severity warning">{counted(widthBytes, 'byte')}: not a whole register</span>
                )}
              </li>
            ))}
          </ol>
          {traps.value.length === 0 && <p class="empty">No access has left the guest yet.</p>}
        </section>
        <section class="scroll" tabIndex={0} aria-label="Traps by register">
          <table class="rows">
            <thead>
              <tr>
                <th scope="col">Register</th>
                <th scope="col" class="number">
                  Reads
                </th>
                <th scope="col" class="number">
                  Writes
                </th>
              </tr>
            </thead>
            <tbody>
              {most.slice(0, MOST_COUNTED).map(([where, { reads, writes }]) => (
                <tr key={where}>
                  <th scope="row" class="mono">
                    {where}
                  </th>
                  <td class="mono number">{of(reads)}</td>
                  <td class="mono number">{of(writes)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      </div>
    </section>
  );
}
