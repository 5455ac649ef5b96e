import {
  Composer,
  type CST,
  type Document,
  type ErrorCode,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type ScalarTag,
  type Tags,
} from 'yaml';
import type { Place, PlatformCode } from '../../vocab/index.js';
import { MOST_NUMBER_CHARACTERS } from '../schema/schema-leaves.js';
import { cutShort, Findings, formatPath, MOST_FINDINGS, type Path } from './findings.js';
import { yamlTokens } from './yaml-tokens.js';

/** Limits on a platform file and those it includes. One that exceeds a limit is refused without further work. */
export interface PlatformLimits {
  /** Characters in a file. */
  readonly textLength: number;
  /** Characters in all files together. */
  readonly totalLength: number;
  /** Files, the first one included. */
  readonly files: number;
  /** How deep files include files. */
  readonly includeDepth: number;
  /** Nesting depth of lists and mappings. */
  readonly depth: number;
  /** Values in all files; those that an alias repeats count again. */
  readonly values: number;
  /** Keys in one mapping. */
  readonly keys: number;
  /** Entries in one list. */
  readonly entries: number;
  /** Findings reported; one more says that there are others. */
  readonly findings: number;
}

export const DEFAULT_PLATFORM_LIMITS: PlatformLimits = {
  textLength: 4 << 20,
  totalLength: 16 << 20,
  files: 256,
  includeDepth: 16,
  depth: 32,
  values: 2_000_000,
  keys: 1000,
  entries: 65_536,
  findings: MOST_FINDINGS,
};

/** A YAML text as a plain value: numbers as bigint or number, mappings as objects. */
export interface YamlSource {
  /** Undefined if the text cannot be read; the findings say why. */
  readonly value: unknown;
  readonly findings: Findings;
  /** Number of values, counting those that aliases repeat. */
  readonly values: number;
}

/** Most syntax errors that are reported: later ones mostly follow from the first. */
const MOST_SYNTAX_FINDINGS = 20;
/** Most characters of a parser message, which may quote the file. */
const MOST_SYNTAX_CHARACTERS = 240;

/** Leaves longer numbers as text, which is then refused: parsing a bigint of a million digits takes a second. */
function ofShortNumbers(tag: ScalarTag): ScalarTag {
  const { test } = tag;
  if (tag.tag !== 'tag:yaml.org,2002:int' || test === undefined) return tag;
  return { ...tag, test: new RegExp(`^(?=.{1,${MOST_NUMBER_CHARACTERS}}$)(?:${test.source})`) };
}

const YAML_OPTIONS = {
  version: '1.2',
  schema: 'core',
  intAsBigInt: true,
  customTags: (tags: Tags) =>
    tags.map((tag) => (typeof tag === 'object' && tag.collection === undefined ? ofShortNumbers(tag) : tag)),
} as const;

const INDENT_CURE = 'Check the indentation: the keys of a mapping begin in one column, and so do the dashes of a list.';
const ANCHOR_CURE = 'Write an anchor as &NAME once, and an alias as *NAME alone.';
const KEY_CURE = 'Indent this line as its neighbours are; put a text that holds a colon in quotes.';

/** What to do about each error of the parser that has no code of ours. */
const SYNTAX_CURES: Readonly<Partial<Record<ErrorCode, string>>> = {
  ALIAS_PROPS: ANCHOR_CURE,
  BAD_ALIAS: ANCHOR_CURE,
  BAD_COLLECTION_TYPE: 'Remove the tag.',
  BAD_DIRECTIVE: 'Remove the line that begins with %.',
  BAD_DQ_ESCAPE: 'Double each backslash, or use single quotes.',
  BAD_INDENT: INDENT_CURE,
  BAD_PROP_ORDER: ANCHOR_CURE,
  BAD_SCALAR_START: 'Put the text in quotes.',
  BLOCK_AS_IMPLICIT_KEY: KEY_CURE,
  BLOCK_IN_FLOW: 'Between brackets or braces, write lists as [a, b] and mappings as { key: value }.',
  KEY_OVER_1024_CHARS: KEY_CURE,
  MULTILINE_IMPLICIT_KEY: KEY_CURE,
  MULTIPLE_ANCHORS: ANCHOR_CURE,
  MULTIPLE_TAGS: 'Remove the tags.',
  NON_STRING_KEY: 'Write a word as the key, such as buses: 64.',
  TAB_AS_INDENT: 'Indent with spaces.',
  TAG_RESOLVE_FAILED: 'Remove the tag.',
};

/** Cures of errors whose code says too little, by words of their message. */
const MESSAGE_CURES: readonly (readonly [message: RegExp, cure: string])[] = [
  [/^Sequence item without -/, INDENT_CURE],
  [
    /^Implicit map keys need to be followed by map values/,
    'Write KEY: VALUE, or indent this line as part of the value above.',
  ],
  [/^Comments must be separated/, 'Put a space before the #, or the text in quotes.'],
  [/^Flow .* must/, 'Close the bracket or brace, and indent each line between more than its key.'],
  [/^Missing closing/, 'Close the quotes.'],
  [/^Missing space after :/, 'Put a space after the colon.'],
  [/^Unexpected .* at node end/, 'Check the indentation and the quotes of this line: a value ends before it.'],
];

function syntaxCure(code: ErrorCode, message: string): string {
  const [, cure] = MESSAGE_CURES.find(([words]) => words.test(message)) ?? [];
  return cure ?? SYNTAX_CURES[code] ?? 'Fix the YAML here: are all brackets and quotes closed?';
}

/** Thrown to stop reading; the reason has been reported. */
class Stop extends Error {}

class YamlReader {
  readonly #lines = new LineCounter();
  readonly #limits: PlatformLimits;
  readonly #file: string | undefined;
  readonly #anchors = new Map<string, { node: Node; value: unknown; values: number }>();
  readonly #targets = new Map<Node, Node>();
  #root: Node | null = null;
  #values = 0;
  readonly findings: Findings;

  constructor(file: string | undefined, limits: PlatformLimits, among: Findings | undefined) {
    this.#file = file;
    this.#limits = limits;
    const locate = (path: Path, ofKey: boolean) => this.#locate(path, ofKey);
    this.findings = among?.placedBy(locate) ?? new Findings(locate, limits.findings);
    this.findings.noteFile(file);
  }

  get values(): number {
    return this.#values;
  }

  #placeAt(offset: number): Place {
    const { line, col } = this.#lines.linePos(offset);
    // Before the first line is counted, and in an empty text, both are 0.
    const at = { line: Math.max(line, 1), column: Math.max(col, 1) };
    return this.#file === undefined ? at : { file: this.#file, ...at };
  }

  #report(code: PlatformCode, offset: number, message: string, cure: string): void {
    this.findings.push({ code, severity: 'error', place: this.#placeAt(offset), message, cure });
  }

  #refuse(code: PlatformCode, offset: number, message: string, cure: string): never {
    this.#report(code, offset, message, cure);
    throw new Stop();
  }

  /** The place of the node at a path, or of its nearest existing parent. */
  #locate(path: Path, ofKey: boolean): Place {
    let node: Node | null = this.#root;
    let offset = node?.range?.[0] ?? 0;
    for (const [depth, part] of path.entries()) {
      const container: Node | null = (node && this.#targets.get(node)) ?? node;
      if (isMap(container)) {
        const pair = container.items.find(({ key }) => isScalar(key) && String(key.value) === part);
        if (!pair) break;
        const wantsKey = (ofKey && depth === path.length - 1) || pair.value === null;
        node = (pair.value as Node | null) ?? null;
        offset = ((wantsKey ? pair.key : pair.value) as Node).range?.[0] ?? offset;
      } else if (isSeq(container) && typeof part === 'number') {
        node = (container.items[part] as Node | undefined) ?? null;
        offset = node?.range?.[0] ?? offset;
      } else break;
    }
    return { ...this.#placeAt(offset), path: formatPath(path) };
  }

  /**
   * Walks the tokens with an explicit stack: composing nodes recurses, and deep nesting would overflow the call
   * stack.
   */
  #checkTokens(tokens: readonly CST.Token[]): void {
    const { depth: most, keys: mostKeys } = this.#limits;
    const open: { token: CST.Token; depth: number }[] = tokens.map((token) => ({ token, depth: 0 }));
    for (let next = open.pop(); next; next = open.pop()) {
      const { token, depth } = next;
      if (token.type === 'document') {
        if (token.value) open.push({ token: token.value, depth });
      } else if ('items' in token) {
        if (depth >= most) {
          const message = `Lists and mappings are nested more than ${most} deep.`;
          this.#refuse(
            'PLATFORM_TOO_DEEP',
            token.offset,
            message,
            'A platform needs at most 8. Is this a platform file?',
          );
        }
        const isList = token.type === 'block-seq' || (token.type === 'flow-collection' && token.start.source === '[');
        if (!isList && token.items.length > mostKeys) {
          const message = `A mapping has ${token.items.length} keys; the limit is ${mostKeys}.`;
          this.#refuse('PLATFORM_TOO_LARGE', token.offset, message, 'Is this a platform file?');
        }
        for (const { key, value } of token.items) {
          if (key) open.push({ token: key, depth: depth + 1 });
          if (value) open.push({ token: value, depth: depth + 1 });
        }
      }
    }
  }

  #count(node: Node, values: number): void {
    this.#values += values;
    if (this.#values <= this.#limits.values) return;
    const message = `The file has more than ${this.#limits.values} values, counting those that aliases repeat.`;
    this.#refuse('PLATFORM_TOO_LARGE', node.range?.[0] ?? 0, message, 'Remove some, or use fewer aliases.');
  }

  #plain(node: Node | null): unknown {
    if (node === null) return null;
    if (isAlias(node)) {
      const target = this.#anchors.get(node.source);
      if (!target) {
        const name = cutShort(node.source);
        const message = `The alias *${name} has no anchor before it.`;
        this.#refuse('PLATFORM_YAML_SYNTAX', node.range?.[0] ?? 0, message, `Mark the value it repeats with &${name}.`);
      }
      this.#count(node, target.values);
      this.#targets.set(node, target.node);
      return target.value;
    }
    const before = this.#values;
    this.#count(node, 1);
    let value: unknown;
    if (isSeq(node)) value = node.items.map((item) => this.#plain(item as Node | null));
    else if (isMap(node)) {
      const entries = node.items.map((pair): [string, unknown] => {
        const key = pair.key as Node;
        if (!isScalar(key)) {
          this.#refuse(
            'PLATFORM_BAD_TYPE',
            key.range?.[0] ?? 0,
            'A key is a list or a mapping.',
            'Write a word as the key, such as buses: 64.',
          );
        }
        return [String(key.value), this.#plain(pair.value as Node | null)];
      });
      value = Object.fromEntries(entries);
    } else value = isScalar(node) ? node.value : undefined;
    const { anchor } = node;
    if (anchor !== undefined) this.#anchors.set(anchor, { node, value, values: this.#values - before });
    return value;
  }

  #compose(text: string): Document.Parsed {
    const { entries } = this.#limits;
    const tokens = yamlTokens(text, entries, this.#lines.addNewLine, (offset) => {
      const message = `A list has too many entries; the limit is ${entries}.`;
      return this.#refuse('PLATFORM_TOO_LARGE', offset, message, 'Is this a platform file?');
    });
    this.#checkTokens(tokens);
    const composer = new Composer({ ...YAML_OPTIONS, prettyErrors: false });
    const [document, second] = composer.compose(tokens, true, text.length) as Iterable<Document.Parsed>;
    if (second) {
      const cure = 'Keep one platform per file, without --- between its parts.';
      this.#report('PLATFORM_MANY_DOCUMENTS', second.range[0], 'The file holds more than one document.', cure);
    }
    return document as Document.Parsed;
  }

  #reportSyntax(document: Document.Parsed): void {
    // The parser only warns about an unknown tag, but ignoring it would silently change the value's meaning.
    for (const { code, message, pos } of [...document.errors, ...document.warnings].slice(0, MOST_SYNTAX_FINDINGS)) {
      const sentence = cutShort(message, MOST_SYNTAX_CHARACTERS).replace(/\.?$/, '.');
      if (code === 'DUPLICATE_KEY') {
        this.#report('PLATFORM_DUPLICATE_KEY', pos[0], 'This mapping already has this key.', 'Remove one of them.');
      } else {
        this.#report('PLATFORM_YAML_SYNTAX', pos[0], sentence, syntaxCure(code, message));
      }
    }
    if (document.errors.some(({ code }) => code !== 'DUPLICATE_KEY')) throw new Stop();
  }

  read(text: string, wanted: YamlRoot): unknown {
    try {
      if (text.length > this.#limits.textLength) {
        const message = `The file has ${text.length} characters; the limit is ${this.#limits.textLength}.`;
        this.#refuse('PLATFORM_TOO_LARGE', 0, message, 'Is this a platform file?');
      }
      const document = this.#compose(text);
      this.#reportSyntax(document);
      this.#root = document.contents;
      const value = this.#plain(document.contents);
      if (!(wanted === 'list' ? isSeq(this.#root) : isMap(this.#root))) {
        const kinds: [is: boolean, kind: string][] = [
          [this.#root === null, 'empty'],
          [isSeq(this.#root), 'a list'],
          [isMap(this.#root), 'a mapping'],
        ];
        const kind = kinds.find(([is]) => is)?.[1] ?? 'a single value';
        const message = `The file is ${kind}, not a ${wanted}.`;
        this.#refuse('PLATFORM_NOT_A_MAPPING', 0, message, 'Begin with a key such as functions:.');
      }
      return value;
    } catch (error) {
      if (error instanceof Stop) return undefined;
      throw error;
    }
  }
}

/** What a file must be at the top level. */
type YamlRoot = 'mapping' | 'list';

/**
 * Parses YAML 1.2 within limits. Later checks add to its findings, which know where each path is in the text. With `among`,
 * they go to the same list as those of another file.
 */
export function readYaml(
  text: string,
  file: string | undefined,
  limits: PlatformLimits,
  { wanted = 'mapping', among }: { wanted?: YamlRoot; among?: Findings | undefined } = {},
): YamlSource {
  const reader = new YamlReader(file, limits, among);
  const value = reader.read(text, wanted);
  return { value, findings: reader.findings, values: reader.values };
}
