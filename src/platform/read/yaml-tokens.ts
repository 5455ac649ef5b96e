import { type CST, Lexer, Parser } from 'yaml';

/** The mark that the lexer inserts before a scalar. */
const SCALAR = '\x1f';
/** All marks that the lexer inserts between lexemes: before a document, at a faulty end of brackets. They are not text. */
const MARKS: ReadonlySet<string> = new Set(['\x02', '\x18', SCALAR]);
const NEW_LINES: ReadonlySet<string> = new Set(['', '\n', '\r\n']);

/** Counts the entries of open lists and mappings from the lexemes, before they are parsed. */
class EntryCounter {
  /** Commas in each open bracket. */
  readonly #flow: number[] = [];
  /** Dashes by column. An inner list ends with the entry that holds it. */
  #block: { column: number; count: number }[] = [];
  #column = 0;
  #isScalar = false;
  /** Characters seen so far. */
  offset = 0;

  /** For a lexeme that starts or ends an entry, the entries of its list so far; 0 for any other. */
  count(lexeme: string): number {
    // Not CST.tokenType: with CST, a bundle gets all that edits tokens, 5 kB.
    const sign = this.#isScalar ? undefined : lexeme;
    this.#isScalar = sign === SCALAR;
    if (sign !== undefined && MARKS.has(sign)) return 0;
    const column = this.#column;
    this.offset += lexeme.length;
    this.#column = sign !== undefined && NEW_LINES.has(sign) ? 0 : column + lexeme.length;
    if (sign === '[' || sign === '{') this.#flow.push(0);
    else if (sign === ']' || sign === '}') this.#flow.pop();
    else if (sign === ',') {
      const count = (this.#flow.pop() ?? 0) + 1;
      this.#flow.push(count);
      return count;
    } else if (sign === '-') {
      this.#block = this.#block.filter((list) => list.column <= column);
      const last = this.#block.at(-1);
      if (last?.column === column) return ++last.count;
      this.#block.push({ column, count: 1 });
      return 1;
    }
    return 0;
  }
}

/** The tokens of a text. Calls `refuse`, which must throw, at the first entry past `mostEntries` of a list. */
export function yamlTokens(
  text: string,
  mostEntries: number,
  onNewLine: (offset: number) => void,
  refuse: (offset: number) => never,
): CST.Token[] {
  const parser = new Parser(onNewLine);
  const counter = new EntryCounter();
  const tokens: CST.Token[] = [];
  onNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    if (counter.count(lexeme) > mostEntries) refuse(counter.offset - 1);
    tokens.push(...parser.next(lexeme));
  }
  tokens.push(...parser.end());
  return tokens;
}
