import { type DecodedResources, decodeResources, type ResourceDescriptor } from '../../aml/index.js';
import { formatHex, toHex } from '../../base/index.js';

/** A resource descriptor for people. */
export interface ShownResource {
  /** ASL's macro: `QWordMemory`. */
  readonly kind: string;
  /** The range in one line, if it has one. */
  readonly range?: string;
  /** Everything that it says, as name and value. */
  readonly values: readonly (readonly [name: string, value: string])[];
}

function valueText(value: unknown): string {
  if (typeof value === 'bigint') return formatHex(value);
  if (typeof value === 'number') return value < 10 ? String(value) : formatHex(value);
  if (value instanceof Uint8Array) return toHex(value);
  if (Array.isArray(value)) return value.map(valueText).join(', ') || 'none';
  if (typeof value === 'object' && value !== null) return JSON.stringify(value);
  return String(value);
}

type Plain = Readonly<Record<string, unknown>>;

function rangeOf(descriptor: Plain): string | undefined {
  const least = descriptor.min ?? descriptor.base ?? descriptor.address ?? descriptor.interrupts;
  const most = descriptor.max;
  const length = descriptor.length;
  if (least === undefined) return undefined;
  const end = most === undefined || most === least ? '' : `..${valueText(most)}`;
  return `${valueText(least)}${end}${length === undefined ? '' : `, length ${valueText(length)}`}`;
}

function shown(descriptor: ResourceDescriptor): ShownResource {
  const { kind, ...values } = descriptor as ResourceDescriptor & Plain;
  const range = rangeOf(values);
  return {
    kind,
    ...(range !== undefined && { range }),
    values: Object.entries(values).map(([name, value]) => [name, valueText(value)] as const),
  };
}

/** The descriptors in a resource template's bytes; none if they are not one. */
export function shownResources(bytes: Uint8Array): readonly ShownResource[] {
  const { descriptors }: DecodedResources = decodeResources(bytes);
  return descriptors.filter(({ kind }) => kind !== 'EndTag').map(shown);
}
