import type { Place } from '../../../vocab/index.js';
import type { ImportLog } from '../model/import-log.js';
import type { ImportLimits } from '../model/limits.js';
import { PlaceFinder } from '../model/place-finder.js';
import { RdlFault, type Token, tokensOf } from './tokens.js';

/** Text of an included file, by the path in its `include` and the file that has it; undefined if there is none. */
export type IncludeResolver = (path: string, from: string | undefined) => { file: string; text: string } | undefined;

/** Files in one another, and files at all. */
const MOST_DEPTH = 16;
const MOST_FILES = 1000;
/** Macros in one another. */
const MOST_MACROS = 32;

/**
 * A directive, a use of a macro, or Perl; or a string or comment, in which there is none. One without an end reaches to the
 * end of the text: else the next would be looked for in it, and so on.
 */
const MARK = /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|"(?:[^"\\]|\\[\s\S])*(?:"|\\?$)|<%|`([A-Za-z_][A-Za-z0-9_]*)/g;
/** The rest of the line of a directive; a backslash joins lines. */
const REST = /(?:[^\n\\]|\\[\s\S])*/y;

/** The word after a directive, on its line. */
const WORD_AFTER = /[^\S\n]*([A-Za-z_][A-Za-z0-9_]*)/y;
/** Directives that take the rest of their line. */
const LINE_DIRECTIVES = new Set(['define', 'undef', 'include', 'line']);

/** Reads the directives of a file and those that it includes. SystemRDL 2.0 §16, and Verilog's for its macros */
export class Preprocessor {
  readonly #include: IncludeResolver;
  readonly #limits: ImportLimits;
  readonly #log: ImportLog;
  readonly #macros = new Map<string, string>();
  #characters = 0;
  #files = 0;
  #tokens = 0;

  constructor(include: IncludeResolver, limits: ImportLimits, log: ImportLog) {
    this.#include = include;
    this.#limits = limits;
    this.#log = log;
  }

  #refuse(
    code: 'IMPORT_RDL_SYNTAX' | 'IMPORT_RDL_PERL' | 'IMPORT_RDL_INCLUDE' | 'IMPORT_TOO_LARGE',
    place: Place,
    message: string,
    cure: string,
  ): never {
    this.#log.error(code, place, message, cure);
    throw new RdlFault();
  }

  /**
   * The tokens of a file, without directives; the last is the end. Each is read when it is asked for, so a file that is
   * wrong at its beginning costs nothing more. Throws an RdlFault, with an error in the log.
   */
  *read(text: string, file: string | undefined): Generator<Token, void> {
    let place: Place = { line: 1, column: 1 };
    for (const token of this.#readFile(text, file, { ...(file !== undefined && { file }) }, 0)) {
      place = token.place;
      yield token;
    }
    yield { kind: 'end', text: 'the end of the file', place };
  }

  /** Tokens of a piece between directives; of a macro's body, all at the place where it is used. */
  *#readPiece(piece: string, start: Place, place?: Place): Generator<Token, void> {
    for (const token of tokensOf(piece, start, this.#log)) {
      if (token.kind === 'end') break;
      if (++this.#tokens > this.#limits.parts) {
        const message = `The description has more than ${this.#limits.parts} words and signs.`;
        this.#refuse('IMPORT_TOO_LARGE', token.place, message, 'Split the description and import the parts.');
      }
      yield place === undefined ? token : { ...token, place };
    }
  }

  *#useMacro(name: string, place: Place, depth: number): Generator<Token, void> {
    const body = this.#macros.get(name);
    if (body === undefined) {
      this.#refuse('IMPORT_RDL_SYNTAX', place, `The macro \`${name} is not defined.`, 'Define it before it is used.');
    }
    if (depth > MOST_MACROS) {
      this.#refuse(
        'IMPORT_TOO_LARGE',
        place,
        `The macro \`${name} uses itself, or macros nest more than ${MOST_MACROS} deep.`,
        'Define it without itself.',
      );
    }
    this.#characters += body.length;
    this.#checkSize(place);
    let from = 0;
    for (const match of body.matchAll(new RegExp(MARK))) {
      if (match[1] === undefined) continue;
      yield* this.#readPiece(body.slice(from, match.index), place, place);
      yield* this.#useMacro(match[1], place, depth + 1);
      from = match.index + match[0].length;
    }
    yield* this.#readPiece(body.slice(from), place, place);
  }

  #checkSize(place: Place): void {
    if (this.#characters <= this.#limits.characters) return;
    const message = `With its included files and macros, the description has more than ${this.#limits.characters} characters.`;
    this.#refuse('IMPORT_TOO_LARGE', place, message, 'Split the description and import the parts.');
  }

  *#includeFile(rest: string, place: Place, file: string | undefined, depth: number): Generator<Token, void> {
    const path = /^\s*(?:"([^"\n]+)"|<([^>\n]+)>)/
      .exec(rest)
      ?.slice(1)
      .find((each) => each !== undefined);
    if (path === undefined) {
      this.#refuse('IMPORT_RDL_INCLUDE', place, '`include does not name a file.', 'Write `include "FILE".');
    }
    if (depth >= MOST_DEPTH || ++this.#files > MOST_FILES) {
      const message = `Includes are nested more than ${MOST_DEPTH} deep, or there are more than ${MOST_FILES}.`;
      this.#refuse('IMPORT_RDL_INCLUDE', place, message, 'Does a file include itself? Guard it with `ifndef.');
    }
    const found = this.#include(path, file);
    if (found === undefined) {
      const message = `The included file "${path.slice(0, 80)}" was not found.`;
      this.#refuse('IMPORT_RDL_INCLUDE', place, message, 'Put it beside this file, or give its folder with --include.');
    }
    yield* this.#readFile(found.text, found.file, place, depth + 1);
  }

  *#readFile(source: string, file: string | undefined, from: Place, depth: number): Generator<Token, void> {
    const text = source.replace(/^\uFEFF/, '');
    this.#characters += text.length;
    this.#checkSize(from);
    const finder = new PlaceFinder(text, file);
    /** Of the conditions around: whether the branch is read, which it is if those around it are, and whether one was. */
    const conditions: { reads: boolean; hasRead: boolean; place: Place }[] = [];
    const reads = () => conditions.at(-1)?.reads ?? true;
    let done = 0;
    let start = finder.at(0);
    const readPiece = this.#readPiece.bind(this);
    /** Reads up to an offset, and goes on from another. */
    function* pass(end: number, next: number): Generator<Token, void> {
      const piece = reads() ? text.slice(done, end) : '';
      if (piece.trim() !== '') yield* readPiece(piece, start);
      start = finder.at(next);
      done = next;
    }
    const marked = new PlaceFinder(text, file);
    const marks = new RegExp(MARK);
    for (let match = marks.exec(text); match !== null; match = marks.exec(text)) {
      const place = marked.at(match.index);
      if (match[0] === '<%' && reads()) {
        const message = 'The file has Perl (<% … %>), which is not run.';
        this.#refuse(
          'IMPORT_RDL_PERL',
          place,
          message,
          'Run it through a SystemRDL compiler that knows Perl, and import the result.',
        );
      }
      const name = match[1];
      if (name === undefined) continue;
      // Only for directives that take their line: a long line can hold any number of macros and conditions.
      REST.lastIndex = marks.lastIndex;
      const isLine = LINE_DIRECTIVES.has(name);
      const rest = isLine ? (REST.exec(text)?.[0] ?? '') : '';
      const end = marks.lastIndex + rest.length;
      WORD_AFTER.lastIndex = marks.lastIndex;
      const [skipped = '', word = ''] = WORD_AFTER.exec(text) ?? [];
      const isCondition = ['ifdef', 'ifndef', 'elsif', 'else', 'endif'].includes(name);
      if (!isCondition && !reads()) continue;
      const wordEnd = name === 'else' || name === 'endif' ? marks.lastIndex : marks.lastIndex + skipped.length;
      yield* pass(match.index, isLine ? end : isCondition ? wordEnd : marks.lastIndex);
      if (name === 'ifdef' || name === 'ifndef') {
        const is = this.#macros.has(word) === (name === 'ifdef');
        conditions.push({ reads: is && reads(), hasRead: is, place });
      } else if (isCondition) {
        const last = conditions.pop();
        if (last === undefined) this.#refuse('IMPORT_RDL_SYNTAX', place, `\`${name} has no \`ifdef.`, 'Remove it.');
        const is = !last.hasRead && (name === 'else' || (name === 'elsif' && this.#macros.has(word)));
        if (name !== 'endif') conditions.push({ reads: is && reads(), hasRead: last.hasRead || is, place });
      } else if (name === 'define') {
        if (/^\s*[A-Za-z_][A-Za-z0-9_]*\(/.test(rest)) {
          this.#refuse(
            'IMPORT_RDL_SYNTAX',
            place,
            `The macro \`${word} has arguments.`,
            'Replace its uses with what it stands for.',
          );
        }
        this.#macros.set(
          word,
          rest
            .replace(/^\s*[A-Za-z_][A-Za-z0-9_]*/, '')
            .replaceAll(/\\\r?\n/g, '\n')
            .replace(/\/\/[^\n]*$/, ''),
        );
      } else if (name === 'undef') this.#macros.delete(word);
      else if (name === 'include') yield* this.#includeFile(rest, place, file, depth);
      else if (name !== 'line') yield* this.#useMacro(name, place, 0);
      marks.lastIndex = Math.max(done, marks.lastIndex);
    }
    yield* pass(text.length, text.length);
    const open = conditions.at(-1);
    if (open !== undefined)
      this.#refuse('IMPORT_RDL_SYNTAX', open.place, 'This condition has no `endif.', 'Add one after it.');
  }
}
