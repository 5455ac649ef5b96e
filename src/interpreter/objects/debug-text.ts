import type { Machine } from './machine.js';
import { AmlNode } from './node.js';
import { AmlBuffer, AmlPackage, AmlString, IndexReference, NodeReference, typeName, type Value } from './objects.js';
import { elementsOf, valueOfElement } from './resolve.js';

/** Elements and levels of a package that Debug shows. */
const MOST_ELEMENTS = 256;
const MOST_LEVELS = 8;
/** What showing a value costs, in bytes: of a Buffer 256 of them are shown. */
const DEBUG_COST = 2048;

/** A value as Debug shows it. */
export function debugText(machine: Machine, value: Value | undefined, level = 0): string {
  if (value === undefined) return 'uninitialized';
  if (typeof value === 'number' || typeof value === 'bigint') return `0x${value.toString(16).toUpperCase()}`;
  machine.work(value instanceof AmlString ? value.text.length : DEBUG_COST);
  if (value instanceof AmlString) return JSON.stringify(value.text);
  if (value instanceof AmlBuffer)
    return `Buffer (${value.bytes.length}) {${Array.from(value.bytes.subarray(0, MOST_ELEMENTS), (byte) => byte.toString(16).padStart(2, '0')).join(' ')}}`;
  if (value instanceof AmlPackage) {
    if (level >= MOST_LEVELS) return 'Package {...}';
    const elements = elementsOf(machine, value).slice(0, MOST_ELEMENTS);
    return `Package (${value.elements.length}) {${elements.map((element) => debugText(machine, valueOfElement(element), level + 1)).join(', ')}}`;
  }
  if (value instanceof AmlNode) return `${typeName(value)} ${value.path}`;
  if (value instanceof NodeReference) return `reference to ${value.node.path}`;
  if (value instanceof IndexReference && value.container instanceof AmlPackage && level < MOST_LEVELS)
    return `reference to ${debugText(machine, valueOfElement(elementsOf(machine, value.container)[value.index]), level + 1)}`;
  return typeName(value);
}
