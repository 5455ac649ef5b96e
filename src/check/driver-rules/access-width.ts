import { errorAt } from '../../base/index.js';
import type { Diagnostic, Platform } from '../../vocab/index.js';
import type { DriverFacts } from '../subject/driver-facts.js';
import { accessorProbe, placeOfAccessor } from './header-accessors.js';

/** Accessors that touch a trapped register with fewer than 32 bits: the device answers only whole dwords. */

const NARROW_TYPES: ReadonlyMap<number, string> = new Map([
  [8, 'u?int8_t|u8|__u8|s8|UINT8|INT8|(?:(?:un)?signed\\s+)?char|bool|_Bool'],
  [16, 'u?int16_t|u16|__u16|s16|UINT16|INT16|(?:(?:un)?signed\\s+)?short(?:\\s+int)?'],
]);
/** Functions that systems have for it, and what headers usually call their own. */
const NARROW_CALLS: ReadonlyMap<number, string> = new Map([
  [8, '(?:__raw_)?(?:read|write)b(?:_relaxed)?|io(?:read|write)8|Mmio(?:Read|Write)8|\\w*(?:read|write)_?8'],
  [16, '(?:__raw_)?(?:read|write)w(?:_relaxed)?|io(?:read|write)16(?:be)?|Mmio(?:Read|Write)16|\\w*(?:read|write)_?16'],
]);

interface NarrowAccess {
  readonly bits: number;
  /** As the header writes it. */
  readonly text: string;
}

const PATTERNS: readonly (readonly [bits: number, pattern: RegExp])[] = [8, 16].flatMap((bits) => [
  // The dereference of a cast pointer: *(volatile uint8_t *), or (( … *)p)[i].
  [
    bits,
    new RegExp(
      `\\*\\s*\\(\\s*(?:(?:const|volatile)\\s+)*(?:${NARROW_TYPES.get(bits)})\\s*(?:(?:const|volatile)\\s*)*\\*\\s*(?:(?:const|volatile|restrict)\\s*)*\\)`,
    ),
  ] as const,
  [bits, new RegExp(`\\b(?:${NARROW_CALLS.get(bits)})\\s*\\(`, 'i')] as const,
]);

function narrowIn(body: string): NarrowAccess | undefined {
  for (const [bits, pattern] of PATTERNS) {
    const found = pattern.exec(body)?.[0];
    if (found !== undefined) return { bits, text: found.replace(/\s*\($/, '').replaceAll(/\s+/g, ' ') };
  }
  return undefined;
}

/** What a function touches with fewer than 32 bits, by itself or in a function of the header that it calls. */
class NarrowAccesses {
  readonly #known = new Map<string, NarrowAccess | undefined>();
  readonly #functions: ReadonlyMap<string, string>;

  constructor({ functions }: DriverFacts) {
    this.#functions = new Map(
      [...functions.values()].flatMap(({ name, body }) => (body === undefined ? [] : [[name, body] as const])),
    );
  }

  of(name: string): NarrowAccess | undefined {
    if (this.#known.has(name)) return this.#known.get(name);
    this.#known.set(name, undefined);
    const body = this.#functions.get(name);
    if (body === undefined) return undefined;
    let found = narrowIn(body);
    for (const [, called] of found === undefined ? body.matchAll(/\b([A-Za-z_]\w*)\s*\(/g) : []) {
      found = this.of(called as string);
      if (found !== undefined) break;
    }
    this.#known.set(name, found);
    return found;
  }
}

/** Findings about accessors of registers; memory of the shared page takes any width. */
export function narrowAccessors(platform: Platform, facts: DriverFacts): Diagnostic[] {
  const accesses = new NarrowAccesses(facts);
  return accessorProbe(platform, facts).accessors.flatMap((accessor) => {
    if (!accessor.takesPage || accessor.registerIndex === undefined) return [];
    const found = accesses.of(accessor.text.name);
    if (found === undefined) return [];
    const { bits, text } = found;
    const message = `${accessor.text.name} accesses ${bits} bits (${text}) of ${accessor.of}, and a register of the trapped page is accessed by 32.`;
    const cure = 'Read and write the whole dword, and take the field out of it by shift and mask.';
    const diagnostic = errorAt('VCFG_HEADER_ACCESSOR', placeOfAccessor(accessor, facts.file), message, cure);
    return [{ ...diagnostic, function: accessor.function }];
  });
}
