import type { FunctionDescription } from '../../vocab/index.js';
import type { PciConfiguration } from './pci-configuration.js';

/** The parts of a description in the configuration space, apart from identity and header type. */
export type DescribedParts = Pick<FunctionDescription, 'bars' | 'msix' | 'capabilities'>;

/** PCI 3.0 §6.8.2.3: the table has one vector more than the number in its control word. */
const MSIX_ID = 0x11;
/** Enable, and the mask of all vectors: bits 15 and 14 of the control word. */
const MSIX_WRITABLE = 0xc000_0000;

function dwordBytes(value: number): number[] {
  return [value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24];
}

/** Adds BARs and capabilities, in the order of the description, and MSI-X last. Throws a DiagnosticError if one does not fit. */
export function addParts(
  configuration: PciConfiguration,
  { bars = [], msix, capabilities = [] }: DescribedParts,
): void {
  for (const { index, kind, address, sizeBytes, prefetchable = false } of bars)
    configuration.addBar({ index, kind, address, sizeBytes, prefetchable });
  for (const { id, version, bytes, writable } of capabilities) {
    const body = Uint8Array.from(bytes);
    if (version === undefined) configuration.addCapability({ id, body, writableBits: writable });
    else configuration.addExtendedCapability(id, version, body);
  }
  if (msix === undefined) return;
  const { vectors, table, pba } = msix;
  const control = vectors - 1;
  const body = [
    control & 0xff,
    control >>> 8,
    ...dwordBytes((table.offsetBytes | table.bar) >>> 0),
    ...dwordBytes((pba.offsetBytes | pba.bar) >>> 0),
  ];
  configuration.addCapability({ id: MSIX_ID, body: Uint8Array.from(body), writableBits: [MSIX_WRITABLE] });
}
