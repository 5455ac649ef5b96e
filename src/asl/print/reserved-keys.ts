import { RESERVED_SEGMENTS } from '../../aml/grammar/keywords.js';
import { keyInText } from '../../aml/grammar/name-bytes.js';

const reserved = new Set<number>();
/** 1 where one of them may be found: most names are looked up here alone. */
const marks = new Uint8Array(1 << 10);
const markOf = (key: number): number => Math.imul(key, 0x9e3779b1) >>> 22;

for (const text of RESERVED_SEGMENTS) {
  const key = keyInText(text.padEnd(4, '_'), 0);
  reserved.add(key);
  marks[markOf(key)] = 1;
}

/** Whether a NameSeg, without its padding, is a word of ASL. */
export function isReserved(key: number): boolean {
  return marks[markOf(key)] === 1 && reserved.has(key);
}
