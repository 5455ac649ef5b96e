import type { PciAddress } from '../vocab/index.js';
import { refuseArgument, requireText } from './check-arguments.js';
import { DiagnosticError, errorAt } from './diagnostics.js';

function refuse(code: 'PCI_ADDRESS_SYNTAX' | 'PCI_ADDRESS_RANGE', text: string, message: string): never {
  throw new DiagnosticError([
    errorAt(
      code,
      {},
      `"${text}": ${message}.`,
      'Write a PCI address as bb:dd.f in hex, such as 00:04.0 or 0000:3f:1f.7.',
    ),
  ]);
}

function hexPart(name: string, part: string, whole: string, most: number): number {
  const value = /^\+?[0-9a-fA-F]+$/.test(part) ? Number.parseInt(part, 16) : Number.NaN;
  if (!(value <= 0xffff_ffff)) refuse('PCI_ADDRESS_SYNTAX', whole, `${name} failed to parse as hex`);
  if (value > most) refuse('PCI_ADDRESS_RANGE', whole, `${name} out of range: the last is ${most.toString(16)}`);
  return value;
}

/**
 * Reads `[domain:]bus:device.function`, hex without prefix, parts from right to left. Throws a DiagnosticError that
 * names the part at fault; a domain other than 0 is one. crosvm f1e797a resources/src/pci_address.rs:118-205
 */
export function parsePciAddress(text: string): PciAddress {
  requireText(text, 'A PCI address');
  const dot = text.lastIndexOf('.');
  if (dot < 0) refuse('PCI_ADDRESS_SYNTAX', text, 'Missing delimiter between Device and Function');
  const fn = hexPart('Function', text.slice(dot + 1), text, 7);
  const parts = text.slice(0, dot).split(':');
  if (parts.length < 2) refuse('PCI_ADDRESS_SYNTAX', text, 'Missing delimiter between Bus and Device');
  if (parts.length > 3) refuse('PCI_ADDRESS_SYNTAX', text, 'Too many components in PCI address');
  const [bus, device] = parts.slice(-2) as [string, string];
  const address = { device: hexPart('Device', device, text, 31), bus: hexPart('Bus', bus, text, 255), function: fn };
  if (parts.length === 3) hexPart('Domain', parts[0] as string, text, 0);
  return address;
}

/** Throws a TypeError for what is not an address at all; ranges are not checked. */
function requireAddress(address: PciAddress): void {
  const { bus, device, function: fn } = address ?? {};
  if (typeof bus === 'number' && typeof device === 'number' && typeof fn === 'number') return;
  refuseArgument('address', address, '{ bus, device, function }, all numbers');
}

/** `bb:dd.f`. */
export function formatPciAddress(address: PciAddress): string {
  requireAddress(address);
  const hex = (value: number) => value.toString(16).padStart(2, '0');
  return `${hex(address.bus)}:${hex(address.device)}.${address.function.toString(16)}`;
}

/** Negative, zero or positive as `a` comes before, at or after `b` in bus, device, function order. */
export function comparePciAddress(a: PciAddress, b: PciAddress): number {
  requireAddress(a);
  requireAddress(b);
  return a.bus - b.bus || a.device - b.device || a.function - b.function;
}
