import { type Extension, RangeSetBuilder } from '@codemirror/state';
import { Decoration, type DecorationSet, type EditorView, ViewPlugin, type ViewUpdate } from '@codemirror/view';
import { OPCODES } from '../../aml/index.js';

/** Colours of code, line by line for what is in view: no parser runs through a text of ten megabytes. */

type Token = 'comment' | 'string' | 'number' | 'keyword' | 'declare' | 'local' | 'name' | 'key';

const MARKS = Object.fromEntries(
  (['comment', 'string', 'number', 'keyword', 'declare', 'local', 'name', 'key'] as const).map((token) => [
    token,
    Decoration.mark({ class: `tok-${token}` }),
  ]),
) as Record<Token, Decoration>;

export interface CodeWords {
  readonly declares: ReadonlySet<string>;
  readonly keywords: ReadonlySet<string>;
  /** What begins a comment that goes on to the end of the line. */
  readonly lineComment: RegExp;
}

const DECLARES =
  'DefinitionBlock Scope Device Method Name OperationRegion Field IndexField BankField Mutex Event Alias External Processor PowerResource ThermalZone CreateField CreateBitField CreateByteField CreateWordField CreateDWordField CreateQWordField';
const MORE_ASL =
  'ResourceTemplate EisaId ToUUID Buffer Package Return If Else ElseIf While Break Continue Switch Case Default Offset AccessAs Connection Unicode Arg0 Zero One Ones';

export const ASL_WORDS: CodeWords = {
  declares: new Set(DECLARES.split(' ')),
  keywords: new Set([...OPCODES.map(({ op }) => op as string), ...MORE_ASL.split(' ')]),
  lineComment: /\/\//,
};

const C =
  'static inline const uint32_t uint64_t uint8_t int void volatile struct typedef return if else while for unsigned char define include ifndef endif enum switch case';
const RUST =
  'pub fn const let mut impl struct use mod unsafe u8 u16 u32 u64 usize self Self return if else match for while where trait type as crate super enum';
const TYPESCRIPT =
  'export const import from type interface function return readonly number bigint string as satisfies let if else for of new';
const words = (text: string): CodeWords => ({
  declares: new Set(),
  keywords: new Set(text.split(' ')),
  lineComment: /\/\//,
});

export const C_WORDS: CodeWords = words(C);
export const RUST_WORDS: CodeWords = words(RUST);
export const TYPESCRIPT_WORDS: CodeWords = words(TYPESCRIPT);

const TOKEN =
  /(\/\*.*?(?:\*\/|$)|\/\/.*$)|("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|\b(0x[0-9A-Fa-f_]+n?|\d[\d_]*n?)\b|(\\?\^*[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)/g;

function tokenOf([, comment, string, number, word]: RegExpExecArray, set: CodeWords): Token | undefined {
  if (comment !== undefined) return 'comment';
  if (string !== undefined) return 'string';
  if (number !== undefined) return 'number';
  if (word === undefined) return undefined;
  if (set.declares.has(word)) return 'declare';
  if (set.keywords.has(word)) return 'keyword';
  if (/^(?:Local[0-7]|Arg[0-6])$/.test(word)) return 'local';
  return /^\\?\^*[A-Z_][A-Z0-9_]{0,3}(?:\.[A-Z_][A-Z0-9_]{0,3})*$/.test(word) ? 'name' : undefined;
}

/** The tokens of a line, in order: from, to, kind. */
type LineTokens = (text: string) => Iterable<readonly [from: number, to: number, token: Token]>;

/** The most characters of a line that are coloured: generated tables may have very long ones. */
const MOST_CHARACTERS = 2000;

function coloured(view: EditorView, tokens: LineTokens): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  for (const { from, to } of view.visibleRanges) {
    for (let at = from; at <= to; ) {
      const line = view.state.doc.lineAt(at);
      for (const [start, end, token] of tokens(line.text.slice(0, MOST_CHARACTERS)))
        builder.add(line.from + start, line.from + end, MARKS[token]);
      at = line.to + 1;
    }
  }
  return builder.finish();
}

function lineColours(tokens: LineTokens): Extension {
  return ViewPlugin.fromClass(
    class {
      decorations: DecorationSet;
      constructor(view: EditorView) {
        this.decorations = coloured(view, tokens);
      }
      update(update: ViewUpdate) {
        if (update.docChanged || update.viewportChanged) this.decorations = coloured(update.view, tokens);
      }
    },
    { decorations: (plugin) => plugin.decorations },
  );
}

function* tokensOf(text: string, set: CodeWords): Generator<readonly [number, number, Token]> {
  // A line of a comment block, as generated drivers have them.
  if (/^\s*\*/.test(text)) {
    yield [0, text.length, 'comment'];
    return;
  }
  for (const found of text.matchAll(TOKEN)) {
    const token = tokenOf(found as RegExpExecArray, set);
    if (token !== undefined) yield [found.index, found.index + found[0].length, token];
  }
}

/** Colours code by these words. */
export function codeColours(set: CodeWords): Extension {
  return lineColours((text) => tokensOf(text, set));
}

/** A comment after the line's start or a space, a text in quotes, a key, a number or a truth value. */
const YAML_TOKEN =
  /((?:^|(?<=\s))#.*$)|("(?:[^"\\]|\\.)*"|'(?:[^']|'')*')|([A-Za-z_][\w-]*)(?=\s*:(?:\s|$))|(?<![\w.:/-])(0x[0-9A-Fa-f_]+|\d[\d_]*(?:\.\.\d+)?(?:\s?[KMGT]iB)?|true|false)(?![\w.:-])/g;
const YAML_KINDS = ['comment', 'string', 'key', 'number'] as const;

function* yamlTokens(text: string): Generator<readonly [number, number, Token]> {
  for (const found of text.matchAll(YAML_TOKEN)) {
    const kind = YAML_KINDS.find((_, index) => found[index + 1] !== undefined);
    if (kind !== undefined) yield [found.index, found.index + found[0].length, kind];
  }
}

/** Colours of YAML as platform files have it. */
export const YAML_COLOURS: Extension = lineColours(yamlTokens);
