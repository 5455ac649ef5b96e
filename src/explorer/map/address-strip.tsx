import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { formatHex } from '../../base/index.js';
import type { Platform } from '../../vocab/index.js';
import { sizeText, stripOf } from './address-space.js';

interface AddressStripProps {
  readonly platform: Platform;
  readonly at: bigint | undefined;
  readonly onGo: (address: bigint) => void;
}

/** RAM, ECAM, bridge windows and the VCFG window in the order of their addresses; not to scale, since sizes differ a millionfold. */
export function AddressStrip({ platform, at, onGo }: AddressStripProps): JSX.Element {
  const strip = useMemo(() => stripOf(platform), [platform]);
  return (
    <div class="strip-scroll" role="group" aria-label="Address space">
      <div
        class="strip"
        style={{
          gridTemplateColumns: strip.columns.map((weight) => `minmax(0, ${weight}fr)`).join(' '),
          gridTemplateRows: `repeat(${strip.lanes}, auto)`,
        }}
      >
        {strip.ranges.map(({ name, kind, base, end, from, to, lane, overlaps }) => {
          const isHere = at !== undefined && at >= base && at < end;
          return (
            <button
              type="button"
              key={`${name}${base}`}
              class={`range ${kind}${isHere ? ' here' : ''}${overlaps ? ' overlaps' : ''}`}
              style={{ gridColumn: `${from + 1} / ${to + 1}`, gridRow: String(lane + 1) }}
              title={`${name}: ${formatHex(base)}..${formatHex(end - 1n)}`}
              onClick={() => onGo(base)}
            >
              <b>{name}</b>
              <span class="small">{sizeText(end - base)}</span>
              <span class="mono small">{formatHex(base)}</span>
              {overlaps && <span class="small">overlaps</span>}
            </button>
          );
        })}
      </div>
    </div>
  );
}
