import { segmentText } from '../../aml/grammar/name-bytes.js';
import { IN_SOURCE, isLoneKey, RECORD, type Tape, VALUE, WIDE_NAME } from '../../aml/tape/tape.js';
import { errorAt } from '../../base/index.js';
import type { Diagnostic } from '../../vocab/index.js';
import { type AslWriter, isReserved } from './asl-writer.js';
import type { Names } from './names.js';
import { TemplateMemory } from './resource-templates.js';

/** Encodings for which iasl writes another one with the same meaning. */
export type Wide = 'constant' | 'length' | 'name' | 'field' | 'package' | 'connection' | 'external';

const WIDE_TEXT = {
  constant: 'Integers are encoded in more bytes than their values need',
  length: 'Package lengths are encoded in more bytes than they need',
  name: 'Names of one or two segments have a prefix for more',
  field: 'Field widths are encoded in a different number of bytes than iasl uses',
  package: 'Packages of constant size have the opcode for a computed size',
  connection: 'Connections end with an EndTag, which iasl leaves out there',
  external: 'Externals have a different place or form than iasl gives them',
} as const satisfies Record<Wide, string>;

const KEEP = 'Keep the table itself: no ASL text compiles to these bytes.';

/** How many terms that ASL cannot express get a finding of their own. */
const MOST_FINDINGS = 100;

/** The text so far, and where on the tape it is. */
export class PrintState {
  readonly tape: Tape;
  /** The tape's words; the tape does not grow any more. */
  readonly words: Int32Array;
  readonly out: AslWriter;
  readonly names: Names;
  /** Operators are written as ASL 2.0 symbols. */
  readonly symbols: boolean;
  /** Each statement has a comment with its offset. */
  readonly offsets: boolean;
  /** Records that are left out of the statements, since they are printed elsewhere. */
  readonly #hidden: ReadonlySet<number>;
  /** The last of them; -1 if there is none. */
  readonly lastHidden: number;
  /** Indentation level. */
  level: number;
  /** Dwords are printed as EISA identifiers, as in _HID and _CID. */
  identifiers = false;
  /** A string in a _HID or _CID was not a valid ACPI or PNP ID. */
  badIdentifiers = false;
  /** A resource has a value that iasl accepts only while its error 6139 is off. */
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

  /** Begins a line. */
  putMargin(): void {
    this.out.margin(this.level);
  }

  /** A name in ASL, of a term at an offset. A single segment that is an ASL keyword is reported. */
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
      this.#report(offsetBytes, `The name ${segmentText(key)} is an ASL keyword, and iasl has no way to quote it.`);
  }

  /** The first statement in a list that is not hidden, from a record on. */
  shown(record: number): number {
    let at = record;
    while (at <= this.lastHidden && this.#hidden.has(at)) at = this.tape.next(at);
    return at;
  }

  /** Something that ASL cannot express: prints a comment and reports a finding. */
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

  /** Counts an encoding at an offset that the text cannot keep. */
  wide(kind: Wide, offsetBytes: number): void {
    const known = this.#wide.get(kind);
    if (known === undefined) this.#wide.set(kind, { count: 1, first: offsetBytes });
    else known.count++;
  }

  /** Counts a resource template that is printed as bytes, which compile to the same template. */
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
        cure: 'Nothing is lost: the text compiles to the same bytes.',
      },
    ];
  }

  get diagnostics(): readonly Diagnostic[] {
    const widths = [...this.#wide].map(
      ([kind, { count, first }]): Diagnostic => ({
        code: 'AML_WIDTH_NOT_PRINTABLE',
        severity: 'note',
        place: first < 0 ? {} : { offsetBytes: first },
        message: `${WIDE_TEXT[kind]} (${count} in all, the first one here). The text means the same and compiles to the usual encoding.`,
        cure: 'If the bytes must not change, keep the table itself.',
      }),
    );
    const notes = [...widths, ...this.#templateNotes()];
    if (this.#unlisted === 0) return [...this.#found, ...notes];
    const message = `${this.#unlisted} more terms cannot be expressed in ASL; the text has a comment for each.`;
    return [...this.#found, errorAt('AML_NOT_PRINTABLE', {}, message, KEEP), ...notes];
  }
}
