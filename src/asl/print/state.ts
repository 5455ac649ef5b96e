import { segmentText } from '../../aml/grammar/name-bytes.js';
import { IN_SOURCE, isLoneKey, RECORD, type Tape, VALUE, WIDE_NAME } from '../../aml/tape/tape.js';
import { errorAt } from '../../base/index.js';
import type { Diagnostic } from '../../vocab/index.js';
import { type AslWriter, isReserved } from './asl-writer.js';
import type { Names } from './names.js';
import { TemplateMemory } from './resource-templates.js';

/** Encodings that mean the same as another one, which is what iasl writes instead. */
export type Wide = 'constant' | 'length' | 'name' | 'field' | 'package' | 'connection' | 'external';

const WIDE_TEXT = {
  constant: 'integers stand in more bytes than their values need',
  length: 'package lengths stand in more bytes than they need',
  name: 'names of one or two segments have a prefix for more',
  field: 'field widths stand in another number of bytes than iasl writes',
  package: 'packages of a constant size have the opcode for a computed one',
  connection: 'connections end with an EndTag, which iasl leaves out there',
  external: 'Externals have another place or form than iasl gives them',
} as const satisfies Record<Wide, string>;

const KEEP = 'Keep the table itself: no ASL text compiles to the same bytes.';

/** Terms that ASL cannot say of which each has a finding of its own. */
const MOST_FINDINGS = 100;

/** The text so far, and where on the tape it is. */
export class PrintState {
  readonly tape: Tape;
  /** The tape's, which does not grow any more. */
  readonly words: Int32Array;
  readonly out: AslWriter;
  readonly names: Names;
  /** ASL 2.0's operators are written. */
  readonly symbols: boolean;
  /** Statements say where they were decoded. */
  readonly offsets: boolean;
  /** Records that are no statements of the text; they are said elsewhere. */
  readonly #hidden: ReadonlySet<number>;
  /** The last of them; -1 if there is none. */
  readonly lastHidden: number;
  /** Steps that a line is set in. */
  level: number;
  /** Dwords are EISA identifiers, as in _HID and _CID. */
  identifiers = false;
  /** A _HID or _CID had a string that is none as ACPI wants it. */
  badIdentifiers = false;
  /** A resource has a value that iasl takes only with its error 6139 turned off. */
  outOfRange = false;
  readonly templates = new TemplateMemory();
  readonly #found: Diagnostic[] = [];
  /** How many more there were. */
  #unlisted = 0;
  readonly #wide = new Map<Wide, { count: number; readonly first: number }>();
  /** Resource templates that were printed as bytes: how many, and of the first one where and why. */
  #asBytes: { count: number; readonly first: number; readonly why: string } | undefined;

  constructor(
    tape: Tape,
    out: AslWriter,
    names: Names,
    how: { readonly symbols: boolean; readonly offsets: boolean; readonly level: number },
    hidden: readonly number[],
  ) {
    this.tape = tape;
    this.words = tape.words;
    this.out = out;
    this.names = names;
    this.symbols = how.symbols;
    this.offsets = how.offsets;
    this.level = how.level;
    this.#hidden = new Set(hidden);
    this.lastHidden = hidden.at(-1) ?? -1;
  }

  /** What a line begins with. */
  putMargin(): void {
    this.out.margin(this.level);
  }

  /** A name as ASL writes it, of a term at an offset; one that is a word of ASL cannot stand alone. */
  putName(record: number, offsetBytes: number): void {
    const { tape, out } = this;
    const value = this.words[record * RECORD + VALUE] as number;
    if (isLoneKey(value)) this.putSegment(value, offsetBytes);
    else if (value === IN_SOURCE) out.nameAt(tape.source, tape.start(record));
    else out.name(tape.name(record));
  }

  /** The name of a Path. */
  putPathName(path: number): void {
    const offsetBytes = this.tape.start(path);
    this.putName(path, offsetBytes);
    if (((this.words[path * RECORD] as number) & WIDE_NAME) !== 0) this.wide('name', offsetBytes);
  }

  /** A NameSeg, by its key. */
  putSegment(key: number, offsetBytes: number): void {
    this.out.segment(key);
    // Padding tells it from the word.
    if (isReserved(key) && (key & 0xff) !== 0x5f)
      this.#report(offsetBytes, `The name ${segmentText(key)} is a word of ASL, and iasl has no way to quote it.`);
  }

  /** The first statement in a list that is not hidden, from a record on. */
  shown(record: number): number {
    let at = record;
    while (at <= this.lastHidden && this.#hidden.has(at)) at = this.tape.next(at);
    return at;
  }

  /** What ASL has no words for: a comment in the text, and a finding. */
  unsayable(record: number, why: string): void {
    this.out.put(`/* ${why} */`);
    this.#report(this.tape.start(record), why);
  }

  #report(offsetBytes: number, why: string): void {
    if (this.#found.length < MOST_FINDINGS) {
      const place = { ...(offsetBytes < 0 ? {} : { offsetBytes }), path: this.names.path };
      this.#found.push(errorAt('AML_NOT_PRINTABLE', place, why, KEEP));
    } else {
      this.#unlisted++;
    }
  }

  /** Counts an encoding that the text cannot keep, decoded at an offset. */
  wide(kind: Wide, offsetBytes: number): void {
    const known = this.#wide.get(kind);
    if (known === undefined) this.#wide.set(kind, { count: 1, first: offsetBytes });
    else known.count++;
  }

  /** Counts a resource template that was printed as bytes, which iasl compiles to the same. */
  templateAsBytes(why: string, offsetBytes: number): void {
    if (this.#asBytes === undefined) this.#asBytes = { count: 1, first: offsetBytes, why };
    else this.#asBytes.count++;
  }

  #templateNotes(): Diagnostic[] {
    if (this.#asBytes === undefined) return [];
    const { count, first, why } = this.#asBytes;
    const what = count === 1 ? '1 resource template is' : `${count} resource templates are`;
    return [
      {
        code: 'AML_TEMPLATE_AS_BYTES',
        severity: 'note',
        place: first < 0 ? {} : { offsetBytes: first },
        message: `${what} printed as bytes, the first because of this: ${why}.`,
        cure: 'Nothing is lost: the bytes compile to themselves.',
      },
    ];
  }

  get diagnostics(): readonly Diagnostic[] {
    const widths = [...this.#wide].map(
      ([kind, { count, first }]): Diagnostic => ({
        code: 'AML_WIDTH_NOT_PRINTABLE',
        severity: 'note',
        place: first < 0 ? {} : { offsetBytes: first },
        message: `${count} ${WIDE_TEXT[kind]}, here the first: ASL means the same, and compiles to the usual width.`,
        cure: 'Keep the table itself if its bytes must stay.',
      }),
    );
    const notes = [...widths, ...this.#templateNotes()];
    if (this.#unlisted === 0) return [...this.#found, ...notes];
    const message = `${this.#unlisted} more terms have no words in ASL; a comment stands in the text for each.`;
    return [...this.#found, errorAt('AML_NOT_PRINTABLE', {}, message, KEEP), ...notes];
  }
}
