import type { DescriptorKind, ResourceDescriptor } from './index.js';

/** The memory of a resource descriptor. */
export interface DescribedMemory {
  /** ASL's name of its descriptor. */
  readonly kind: DescriptorKind;
  readonly base: bigint;
  readonly lengthBytes: bigint;
}

/** Bytes in each unit of a Memory24. ACPI 6.5 §6.4.3.1 */
const MEMORY24_UNIT = 0x100n;

/** The memory that a descriptor is of; undefined for other descriptors, and for one of no length. ACPI 6.5 §6.4.3 */
export function memoryRange(descriptor: ResourceDescriptor): DescribedMemory | undefined {
  if (!('length' in descriptor)) return undefined;
  const { kind } = descriptor;
  if (!kind.includes('Memory')) return undefined;
  const unit = kind === 'Memory24' ? MEMORY24_UNIT : 1n;
  const base = 'base' in descriptor ? descriptor.base : 'min' in descriptor ? descriptor.min : 0;
  const lengthBytes = BigInt(descriptor.length) * unit;
  return lengthBytes === 0n ? undefined : { kind, base: BigInt(base) * unit, lengthBytes };
}
