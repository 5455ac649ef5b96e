import type { JSX } from 'preact';
import { formatHex } from '../../base/index.js';
import type { AmlValue } from '../../interpreter/index.js';

const MOST_BYTES = 4096;

function typeName(value: AmlValue): string {
  if (typeof value === 'bigint') return 'Integer';
  if (typeof value === 'string') return 'String';
  if (value instanceof Uint8Array) return `Buffer, ${value.length} bytes`;
  if (Array.isArray(value)) return `Package, ${value.length} elements`;
  return 'Reference';
}

function Bytes({ bytes }: { readonly bytes: Uint8Array }): JSX.Element {
  const lines: string[] = [];
  for (let at = 0; at < Math.min(bytes.length, MOST_BYTES); at += 16) {
    const row = [...bytes.subarray(at, at + 16)];
    const hex = row.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const text = row.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·')).join('');
    lines.push(`${at.toString(16).padStart(4, '0')}  ${hex.padEnd(47)}  ${text}`);
  }
  return <pre class="mono value-bytes">{lines.join('\n')}</pre>;
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
      {value instanceof Uint8Array && <Bytes bytes={value} />}
      {typeof value === 'object' && 'reference' in value && <span class="mono big">{value.reference}</span>}
    </div>
  );
}
