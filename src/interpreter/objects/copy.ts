import { fail } from './fault.js';
import { AmlNode } from './node.js';
import { AmlBuffer, AmlPackage, AmlString, type Element, SharedInteger, type Value } from './objects.js';

/** Packages within packages that are copied; a package that holds itself has no end. */
const DEPTH_LIMIT = 200;

/** Bytes that an object takes besides what it holds. */
export const OBJECT_BYTES = 96;

/** What copying costs, in bytes. */
export type Spend = (bytes: number) => void;

function copyElement(element: Element, spend: Spend, depth: number): Element {
  if (element instanceof AmlPackage || element instanceof AmlBuffer || element instanceof AmlString)
    return copyValue(element, spend, depth);
  return element instanceof SharedInteger ? element.value : element;
}

/** A value of its own, so that changing one does not change the other. References refer to what they did. */
export function copyValue<T extends Value>(value: T, spend: Spend, depth = 0): T {
  if (typeof value !== 'object' || value instanceof AmlNode) return value;
  if (value instanceof AmlString) {
    spend(OBJECT_BYTES + value.text.length);
    return new AmlString(value.text) as T;
  }
  if (value instanceof AmlBuffer) {
    spend(OBJECT_BYTES + value.bytes.length);
    return new AmlBuffer(value.bytes.slice()) as T;
  }
  if (value instanceof AmlPackage) {
    if (depth > DEPTH_LIMIT) fail('AE_LIMIT', `Packages are nested more than ${DEPTH_LIMIT} deep.`);
    spend(OBJECT_BYTES + 16 * value.elements.length);
    const elements = value.elements.map((element) => copyElement(element, spend, depth + 1));
    return new AmlPackage(elements, value.unresolved) as T;
  }
  return value;
}
