import type { JSX } from 'preact';
import { formatHex } from '../../base/index.js';
import type { FunctionDescription, Platform } from '../../vocab/index.js';
import { counted } from '../parts/hex-text.js';
import { addressOf, type Place, REGISTER_BYTES } from './place.js';

const PAGE_REGISTERS = 1024;

interface FunctionPagesProps {
  readonly platform: Platform;
  readonly description: FunctionDescription;
  readonly place: Place;
  readonly onGo: (address: bigint) => void;
}

/** A page as 1024 cells to scale, those that are described coloured. */
function PageGrid({
  kinds,
  current,
  onPick,
}: {
  readonly kinds: readonly string[];
  readonly current: number;
  readonly onPick: (register: number) => void;
}): JSX.Element {
  return (
    <div
      class="page-grid"
      aria-hidden="true"
      onClick={(event) => {
        const cell = (event.target as HTMLElement).dataset.register;
        if (cell !== undefined) onPick(Number(cell));
      }}
    >
      {kinds.map((kind, register) => (
        <i key={register} class={`cell ${kind}${register === current ? ' current' : ''}`} data-register={register} />
      ))}
    </div>
  );
}

/** The two pages of a function: registers by their place, and as a list. */
export function FunctionPages({ platform, description, place, onGo }: FunctionPagesProps): JSX.Element {
  const trapped = Array.from({ length: PAGE_REGISTERS }, () => 'free');
  for (const { index, access } of description.registers) trapped[index] = `access-${access}`;
  const shared = Array.from({ length: PAGE_REGISTERS }, () => 'free');
  for (const { offsetBytes, lengthBytes } of description.shared) {
    const last = Math.ceil((offsetBytes + lengthBytes) / REGISTER_BYTES);
    for (let at = Math.floor(offsetBytes / REGISTER_BYTES); at < last; at++) shared[at] = 'shared-run';
  }
  const go = (page: Place['page']) => (register: number) => onGo(addressOf(platform, description, page, register));
  return (
    <div class="pages">
      <section class="card" aria-label="Trapped page">
        <h2>
          Trapped page <span class="muted small mono">{formatHex(addressOf(platform, description, 'trapped', 0))}</span>
        </h2>
        <PageGrid kinds={trapped} current={place.page === 'trapped' ? place.register : -1} onPick={go('trapped')} />
        <ul class="register-list">
          {description.registers.map(({ name, index, access, label }) => (
            <li key={name}>
              <button
                type="button"
                class="register"
                aria-pressed={place.page === 'trapped' && place.register === index}
                onClick={() => go('trapped')(index)}
              >
                <i class={`cell access-${access}`} aria-hidden="true" />
                <span class="mono muted">{index}</span> <b class="mono">{name}</b>{' '}
                <span class="mono muted">{access}</span> <span class="muted">{label}</span>
              </button>
            </li>
          ))}
        </ul>
        {description.registers.length === 0 && <p class="muted">No registers.</p>}
      </section>
      <section class="card" aria-label="Shared page">
        <h2>
          Shared page <span class="muted small mono">{formatHex(addressOf(platform, description, 'shared', 0))}</span>
        </h2>
        <PageGrid kinds={shared} current={place.page === 'shared' ? place.register : -1} onPick={go('shared')} />
        <ul class="register-list">
          {description.shared.map(({ name, offsetBytes, lengthBytes, label }) => (
            <li key={name}>
              <button
                type="button"
                class="register"
                aria-pressed={place.run === name}
                onClick={() => go('shared')(Math.floor(offsetBytes / REGISTER_BYTES))}
              >
                <i class="cell shared-run" aria-hidden="true" />
                <span class="mono muted">0x{offsetBytes.toString(16)}</span> <b class="mono">{name}</b>{' '}
                <span class="mono muted">{counted(lengthBytes, 'byte')}</span> <span class="muted">{label}</span>
              </button>
            </li>
          ))}
        </ul>
        {description.shared.length === 0 && <p class="muted">Not described: the function has no shared page.</p>}
      </section>
    </div>
  );
}
