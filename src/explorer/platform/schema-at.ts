/** Where in the platform's JSON Schema a key of the text is: for completion and hover. */

export interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
}

/** A key, or undefined for an element of a list. */
export type KeyPath = readonly (string | undefined)[];

function resolved(schema: Schema, root: Schema): Schema {
  const name = /^#\/\$defs\/(.+)$/.exec(schema.$ref ?? '')?.[1];
  return name === undefined ? schema : { ...(root.$defs?.[name] ?? {}), ...schema };
}

/** The forms that a value may have. */
function formsOf(schema: Schema, root: Schema): Schema[] {
  const whole = resolved(schema, root);
  return [whole, ...(whole.anyOf ?? []).flatMap((each) => formsOf(each, root))];
}

/** What the schema says of the value at a path. */
export function schemasAt(root: Schema, path: KeyPath): readonly Schema[] {
  let forms = formsOf(root, root);
  for (const key of path) {
    const next = forms.flatMap((form) => (key === undefined ? form.items : form.properties?.[key]) ?? []);
    forms = next.flatMap((each) => formsOf(each, root));
  }
  return forms;
}

export interface KeyOption {
  readonly name: string;
  readonly description: string;
}

/** The keys that an object at a path may have. */
export function keysAt(root: Schema, path: KeyPath): readonly KeyOption[] {
  const found = new Map<string, KeyOption>();
  for (const form of schemasAt(root, path))
    for (const [name, property] of Object.entries(form.properties ?? {}))
      if (!found.has(name)) found.set(name, { name, description: resolved(property, root).description ?? '' });
  return [...found.values()];
}

/** The words that a value at a path may be. */
export function valuesAt(root: Schema, path: KeyPath): readonly string[] {
  const words = schemasAt(root, path).flatMap((form) => [
    ...(form.enum ?? []),
    ...(form.const === undefined ? [] : [form.const]),
    ...(form.type === 'boolean' ? [true, false] : []),
    ...(form.examples ?? []).filter((each) => typeof each !== 'object'),
  ]);
  return [...new Set(words.map(String))];
}

/**
 * The keys that lead to a line of YAML, by how far the lines above are indented, and through the braces of a flow mapping
 * on the line itself up to `column`.
 */
export function pathAt(lines: readonly string[], line: number, column: number): KeyPath {
  const path: (string | undefined)[] = [];
  const own = (lines[line] ?? '').slice(0, column);
  const inFlow: (string | undefined)[] = [];
  for (const found of own.matchAll(/([A-Za-z_]+)\s*:\s*[{[]|[{[]|[}\]]/g)) {
    if (/[}\]]$/.test(found[0])) inFlow.pop();
    else if (found[1] !== undefined) {
      inFlow.push(found[1]);
      if (found[0].endsWith('[')) inFlow.push(undefined);
    } else inFlow.push(found[0] === '{' ? '' : undefined);
  }
  let indent = /^\s*(?:- )?\s*/.exec(own)?.[0].length ?? 0;
  const isItem = /^\s*- /.test(lines[line] ?? '');
  if (isItem) path.unshift(undefined);
  let limit = isItem ? (/^\s*/.exec(lines[line] ?? '')?.[0].length ?? 0) : indent;
  indent = limit;
  for (let at = line - 1; at >= 0 && limit > 0; at--) {
    const text = lines[at] ?? '';
    if (text.trim() === '' || text.trim().startsWith('#')) continue;
    const dash = /^(\s*)- /.exec(text);
    const depth = /^\s*/.exec(text)?.[0].length ?? 0;
    const keyDepth = dash === null ? depth : (dash[1] as string).length + 2;
    const key = /^\s*(?:- )?\s*([A-Za-z_]+)\s*:\s*(?:#.*)?$/.exec(text)?.[1];
    if (keyDepth < limit && key !== undefined) {
      path.unshift(key);
      limit = keyDepth;
    }
    if (dash !== null && (dash[1] as string).length < limit) {
      path.unshift(undefined);
      limit = (dash[1] as string).length;
    }
  }
  return [...path, ...inFlow.filter((key) => key !== '')];
}
