import { CST, Lexer, Parser } from 'yaml';

/** Marks that the lexer inserts between lexemes; they are not text. */
const MARKS = new Set(['doc-mode', 'flow-error-end', 'scalar']);

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
    const type = this.#isScalar ? undefined : CST.tokenType(lexeme);
    this.#isScalar = type === 'scalar';
    if (type !== null && type !== undefined && MARKS.has(type)) return 0;
    const column = this.#column;
    this.offset += lexeme.length;
    this.#column = type === 'newline' ? 0 : column + lexeme.length;
    if (type === 'flow-seq-start' || type === 'flow-map-start') this.#flow.push(0);
    else if (type === 'flow-seq-end' || type === 'flow-map-end') this.#flow.pop();
    else if (type === 'comma') {
      const count = (this.#flow.pop() ?? 0) + 1;
      this.#flow.push(count);
      return count;
    } else if (type === 'seq-item-ind') {
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
