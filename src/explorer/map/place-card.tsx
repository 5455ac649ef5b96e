import type { JSX } from 'preact';
import { formatHex } from '../../base/index.js';
import type { Platform } from '../../vocab/index.js';
import { ColumnHeads } from '../parts/column-heads.js';
import { sizeText, stripOf } from './address-space.js';
import { accessorsOf, type Place } from './place.js';

interface PlaceCardProps {
  readonly platform: Platform;
  readonly at: bigint;
  readonly place: Place | undefined;
  /** ACPI path of the function; empty if there is none. */
  readonly path: string;
}

function Elsewhere({ platform, at }: { readonly platform: Platform; readonly at: bigint }): JSX.Element {
  const here = stripOf(platform).ranges.filter(({ base, end }) => at >= base && at < end);
  return (
    <p>
      {here.length === 0
        ? 'Nothing is there.'
        : `In ${here.map(({ name, base, end }) => `${name} (${sizeText(end - base)} from ${formatHex(base)})`).join(' and ')}.`}
    </p>
  );
}

/** What is at an address: function, page, register, AML field, accessor in C. */
export function PlaceCard({ platform, at, place, path }: PlaceCardProps): JSX.Element {
  const { description, described } = place ?? {};
  const { base } = platform.vcfg;
  return (
    <section class="card place-card" aria-label="At this address" aria-live="polite">
      <h2 class="mono">{formatHex(at)}</h2>
      {place === undefined ? (
        <Elsewhere platform={platform} at={at} />
      ) : (
        <dl class="facts">
          <div>
            <dt>Function</dt>
            <dd>
              <span class="mono">{place.bdf}</span> <b class="mono">{description?.name ?? 'no function there'}</b>{' '}
              <span class="muted">{description?.label}</span>
            </dd>
          </div>
          <div>
            <dt>Page</dt>
            <dd>
              {place.page}{' '}
              <span class="muted">
                {place.page === 'trapped' ? '(each access leaves the guest)' : '(plain memory, no exit)'}
              </span>
            </dd>
          </div>
          <div>
            <dt>Register</dt>
            <dd class="mono">
              {place.register}
              {place.byte === 0 ? '' : `, byte ${place.byte}`} {described !== undefined && <b>{described.name}</b>}{' '}
              {place.run !== undefined && <b>{place.run}</b>}{' '}
              {described !== undefined && (
                <span class="muted">
                  {described.access}, reset {formatHex(described.reset)}
                </span>
              )}
            </dd>
          </div>
          {described?.description !== undefined && (
            <div>
              <dt>Purpose</dt>
              <dd>{described.description}</dd>
            </div>
          )}
          {described !== undefined && path !== '' && (
            <div>
              <dt>AML field</dt>
              <dd class="mono">
                {path}.{described.name.replace(/_+$/, '')}
              </dd>
            </div>
          )}
          {described !== undefined && description !== undefined && (
            <div>
              <dt>In C</dt>
              <dd class="mono wrap">{accessorsOf(description, described).join('  ')}</dd>
            </div>
          )}
          <div>
            <dt>Offset</dt>
            <dd class="mono">VCFG + {formatHex(at - base)}</dd>
          </div>
        </dl>
      )}
      {described !== undefined && described.fields.length > 0 && (
        <table class="bits">
          <caption class="unseen">Fields of {described.name}</caption>
          <ColumnHeads names={['Bits', 'Field', 'Meaning']} />
          <tbody>
            {[...described.fields].reverse().map(({ name, lowBit, widthBits, label, description: what }) => (
              <tr key={name} class={place?.field?.name === name ? 'current' : undefined}>
                <td class="mono">{widthBits === 1 ? lowBit : `${lowBit + widthBits - 1}..${lowBit}`}</td>
                <th scope="row" class="mono">
                  {name}
                </th>
                <td>{[label, what].filter((each) => each !== undefined).join(': ')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
