import { computed, signal } from '@preact/signals';
import type { JSX } from 'preact';
import { formatHex, formatPciAddress } from '../../base/index.js';
import type { FunctionDescription, Platform } from '../../vocab/index.js';
import { address, noteWords } from '../state/address.js';
import { platformAnswer } from '../state/platform.js';
import { AddressStrip } from './address-strip.js';
import { FunctionPages } from './function-pages.js';
import { addressOf, type Place, parseAddress, placeAt } from './place.js';
import { PlaceCard } from './place-card.js';

/** The address that is looked at, as the URL has it. */
const looked = computed(() => parseAddress(address.value.words.address ?? ''));
const typed = signal('');

const bdfOf = ({ address: at }: FunctionDescription) => formatPciAddress(at);
const goToAddress = (at: bigint) => noteWords({ address: formatHex(at) });

function AddressForm({ platform }: { readonly platform: Platform }): JSX.Element {
  const at = parseAddress(typed.value);
  return (
    <form
      class="address-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (at !== undefined) goToAddress(at);
      }}
    >
      <label for="map-address">Address</label>
      <input
        id="map-address"
        class="mono"
        spellcheck={false}
        placeholder={formatHex(platform.vcfg.base + 0x40008n)}
        value={typed.value}
        onInput={(event) => {
          typed.value = event.currentTarget.value;
        }}
      />
      <button type="submit" class="primary" disabled={at === undefined}>
        Go there
      </button>
    </form>
  );
}

interface BusProps {
  readonly platform: Platform;
  readonly bus: number;
  readonly place: Place | undefined;
}

/** The 256 functions that a bus has room for, the platform's among them, to scale: each is 8 KiB. */
function BusGrid({ platform, bus, place }: BusProps): JSX.Element {
  const here = platform.functions.filter((each) => each.address.bus === bus);
  const cells = new Map(here.map((each) => [each.address.device * 8 + each.address.function, each]));
  return (
    <div class="bus-grid" aria-hidden="true">
      {Array.from({ length: 256 }, (_, index) => {
        // A column is a device, a row a function.
        const found = cells.get((index % 32) * 8 + Math.floor(index / 32));
        const isCurrent = found !== undefined && place?.bdf === bdfOf(found);
        const kind = found === undefined ? 'free' : found.bridge !== undefined ? 'bridge' : (found.profile ?? 'plain');
        return (
          <i
            key={index}
            class={`cell ${kind}${isCurrent ? ' current' : ''}`}
            title={found && `${bdfOf(found)} ${found.name}`}
            onClick={() => found && goToAddress(addressOf(platform, found, 'trapped', 0))}
          />
        );
      })}
    </div>
  );
}

function BusList({ platform, place }: { readonly platform: Platform; readonly place: Place | undefined }): JSX.Element {
  const buses = [...new Set(platform.functions.map((each) => each.address.bus))];
  const current = place === undefined ? buses[0] : Number.parseInt(place.bdf.slice(-7, -5), 16);
  const shown = buses.includes(current ?? 0) ? (current ?? 0) : (buses[0] ?? 0);
  const functions = platform.functions.filter((each) => each.address.bus === shown);
  return (
    <section class="card bus-card" aria-label="Buses">
      <h2>
        Bus {shown.toString(16).padStart(2, '0')}{' '}
        <span class="muted small">
          of {platform.vcfg.buses}, 2 MiB each; a column is a device, a cell a function of 8 KiB
        </span>
      </h2>
      {buses.length > 1 && (
        <fieldset class="chips">
          <legend class="unseen">Buses with functions</legend>
          {buses.map((bus) => (
            <button
              type="button"
              key={bus}
              class="chip mono"
              aria-pressed={bus === shown}
              onClick={() => {
                const first = platform.functions.find((each) => each.address.bus === bus);
                if (first !== undefined) goToAddress(addressOf(platform, first, 'trapped', 0));
              }}
            >
              {bus.toString(16).padStart(2, '0')}
            </button>
          ))}
        </fieldset>
      )}
      <BusGrid platform={platform} bus={shown} place={place} />
      <ul class="function-list">
        {functions.slice(0, 300).map((each) => (
          <li key={bdfOf(each)}>
            <button
              type="button"
              class="function"
              aria-pressed={place?.bdf === bdfOf(each)}
              onClick={() => goToAddress(addressOf(platform, each, 'trapped', 0))}
            >
              <span class="mono">{bdfOf(each)}</span> <b class="mono">{each.name}</b>{' '}
              <span class="muted">{each.label}</span>
            </button>
          </li>
        ))}
      </ul>
      {functions.length > 300 && <p class="muted small">{functions.length - 300} more are in the grid.</p>}
    </section>
  );
}

/** The guest's memory on one strip, the window from bus to field, and what is at an address. */
export function MapPane(): JSX.Element {
  const answer = platformAnswer.value;
  const platform = answer?.platform;
  if (platform === undefined)
    return (
      <p class="empty">{answer === undefined ? 'Reading the platform…' : 'The platform has errors: see Platform.'}</p>
    );
  const first = platform.functions[0];
  const at = looked.value ?? (first && addressOf(platform, first, 'trapped', 0));
  const place = at === undefined ? undefined : placeAt(platform, at);
  const index = place?.description === undefined ? -1 : platform.functions.indexOf(place.description);
  return (
    <section class="map scroll" tabIndex={0} aria-label="Address map">
      <div class="card">
        <div class="map-head">
          <h2>Guest-physical addresses</h2>
          <AddressForm platform={platform} />
        </div>
        <AddressStrip platform={platform} at={at} onGo={goToAddress} />
      </div>
      <div class="map-grid">
        <BusList platform={platform} place={place} />
        <div class="map-main">
          {at !== undefined && (
            <PlaceCard platform={platform} at={at} place={place} path={answer?.paths[index] ?? ''} />
          )}
          {place?.description !== undefined && (
            <FunctionPages platform={platform} description={place.description} place={place} onGo={goToAddress} />
          )}
        </div>
      </div>
    </section>
  );
}
