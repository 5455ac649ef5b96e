import type { JSX } from 'preact';
import { formatHex } from '../../base/index.js';
import type { AmlValue } from '../../interpreter/index.js';
import { counted, hexText } from '../parts/hex-text.js';

/** Most bytes of a buffer that are shown. */
const MOST_BYTES = 4096;

function typeName(value: AmlValue): string {
  if (typeof value === 'bigint') return 'Integer';
  if (typeof value === 'string') return 'String';
  if (value instanceof Uint8Array) return `Buffer, ${counted(value.length, 'byte')}`;
  if (Array.isArray(value)) return `Package, ${counted(value.length, 'element')}`;
  return 'Reference';
}

/** A value of AML, packages as lists within lists. */
export function ValueView({ value }: { readonly value: AmlValue }): JSX.Element {
  if (Array.isArray(value)) {
    const elements = value as readonly (AmlValue | undefined)[];
    return (
      <details open class="value">
        <summary>
          <span class="type">{typeName(value)}</span>
        </summary>
        <ol start={0}>
          {elements.map((each, index) => (
            <li key={index}>
              {each === undefined ? <span class="muted">not initialized</span> : <ValueView value={each} />}
            </li>
          ))}
        </ol>
      </details>
    );
  }
  return (
    <div class="value">
      <span class="type">{typeName(value)}</span>{' '}
      {typeof value === 'bigint' && (
        <span class="mono big">
          {formatHex(value)} <span class="muted">{value.toLocaleString('en')}</span>
        </span>
      )}
      {typeof value === 'string' && <span class="mono big">{JSON.stringify(value)}</span>}
      {value instanceof Uint8Array && <pre class="mono value-bytes">{hexText(value.subarray(0, MOST_BYTES), 4)}</pre>}
      {typeof value === 'object' && 'reference' in value && <span class="mono big">{value.reference}</span>}
    </div>
  );
}
