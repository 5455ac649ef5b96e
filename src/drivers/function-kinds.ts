import type { FunctionDescription } from '../vocab/index.js';

/** Functions with the same registers and runs. Above this many, a driver has their accessors once. */
const MOST_SEPARATE = 16;

/** What a driver has to know of a function beside its own description. */
export interface FunctionKind {
  /** Whether the function's accessors are those of `first`. */
  readonly isShared: boolean;
  /** The first function of the kind, whose name the accessors have. */
  readonly first: FunctionDescription;
}

/** Texts of what has been written out: functions made from one template have the very same arrays. */
function kindText(
  { profile, registers, wide, arrays, shared }: FunctionDescription,
  texts: WeakMap<object, string>,
): string {
  const textOf = (part: object | undefined) => {
    if (part === undefined) return '';
    const known = texts.get(part);
    if (known !== undefined) return known;
    const text = JSON.stringify(part, (_, value) => (typeof value === 'bigint' ? `${value}n` : value));
    texts.set(part, text);
    return text;
  };
  return [profile ?? '', textOf(registers), textOf(wide), textOf(arrays), textOf(shared)].join('\n');
}

/**
 * The kind of each function. Many functions of one kind share one set of accessors, since a set for each makes a driver too
 * large to compile; a few have one each, so that every name begins with the function's.
 */
export function functionKinds(functions: readonly FunctionDescription[]): Map<FunctionDescription, FunctionKind> {
  const texts = new WeakMap<object, string>();
  const groups = new Map<string, FunctionDescription[]>();
  for (const description of functions) {
    const text = kindText(description, texts);
    const group = groups.get(text);
    if (group) group.push(description);
    else groups.set(text, [description]);
  }
  // In the order of the functions.
  const kinds = new Map<FunctionDescription, FunctionKind>(
    functions.map((description) => [description, { isShared: false, first: description }]),
  );
  for (const group of groups.values()) {
    const [first] = group as [FunctionDescription];
    const isEmpty = first.registers.length === 0 && first.shared.length === 0;
    const isShared = group.length > MOST_SEPARATE && !isEmpty;
    for (const description of group) kinds.set(description, { isShared, first: isShared ? first : description });
  }
  return kinds;
}
