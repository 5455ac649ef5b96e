import { errorAt } from '../../base/index.js';
import type { Diagnostic } from '../../vocab/index.js';
import { RESERVED_SEGMENTS } from '../keywords.js';
import type { Term } from '../term.js';
import type { Names } from './names.js';
import { nameText } from './text.js';

/** Encodings that mean the same as another one, which is what iasl writes instead. */
export type Wide = 'constant' | 'length' | 'name' | 'field' | 'package' | 'external';

const WIDE_TEXT = {
  constant: 'integers stand in more bytes than their values need',
  length: 'package lengths stand in more bytes than they need',
  name: 'names of one or two segments have a prefix for more',
  field: 'field widths stand in another number of bytes than iasl writes',
  package: 'packages of a constant size have the opcode for a computed one',
  external: 'Externals have another place or form than iasl gives them',
} as const satisfies Record<Wide, string>;

const KEEP = 'Keep the table itself: no ASL text compiles to the same bytes.';

/** One step in. */
const STEP = '    ';
const MARGINS: readonly string[] = Array.from({ length: 32 }, (_, steps) => STEP.repeat(steps));
/** Pieces that are put before they are copied into one string. */
const MOST_PIECES = 512;

/** The text so far, and where in the terms it is. */
export class PrintState {
  /** ASL 2.0's operators are written. */
  readonly symbols: boolean;
  /** Statements say where they were decoded. */
  readonly offsets: boolean;
  readonly names: Names;
  /** Steps that a line is set in. */
  level = 0;
  /** Dwords are EISA identifiers, as in _HID and _CID. */
  identifiers = false;
  /** A _HID or _CID had a string that is none as ACPI wants it. */
  badIdentifiers = false;
  /** The text but for its latest pieces, and these as one string that V8 holds as a chain until it is read. */
  readonly #settled: string[] = [];
  #latest = '';
  #pieces = 0;
  readonly #found: Diagnostic[] = [];
  readonly #wide = new Map<Wide, { count: number; readonly first: number }>();

  constructor(names: Names, symbols: boolean, offsets: boolean) {
    this.names = names;
    this.symbols = symbols;
    this.offsets = offsets;
  }

  put(piece: string): void {
    this.#latest += piece;
    if (++this.#pieces >= MOST_PIECES) this.#settle();
  }

  /** What a line begins with, with so many steps more than the level's. */
  putMargin(more = 0): void {
    const steps = this.level + more;
    this.put(MARGINS[steps] ?? STEP.repeat(steps));
  }

  /** Has the latest pieces copied into one string: their chain, kept for long, would cost the collector more. */
  #settle(): void {
    this.#latest.charCodeAt(0);
    this.#settled.push(this.#latest);
    this.#latest = '';
    this.#pieces = 0;
  }

  /** Everything that was put. */
  get text(): string {
    return this.#settled.join('') + this.#latest;
  }

  /** A name as ASL writes it; one that is a word of ASL cannot stand alone. */
  putName(name: string, offsetBytes: number): void {
    this.put(nameText(name));
    if (name.length === 4 && RESERVED_SEGMENTS.has(name))
      this.#report(offsetBytes, `The name ${name} is a word of ASL, and iasl has no way to quote it.`);
  }

  /** Lines one step further in. */
  indented(write: () => void): void {
    this.level++;
    write();
    this.level--;
  }

  /** What ASL has no words for: a comment in the text, and a finding. */
  unsayable(term: Term, why: string): void {
    this.put(`/* ${why} */`);
    this.#report(term.start, why);
  }

  #report(offsetBytes: number, why: string): void {
    const place = { ...(offsetBytes < 0 ? {} : { offsetBytes }), path: this.names.path };
    this.#found.push(errorAt('AML_NOT_PRINTABLE', place, why, KEEP));
  }

  /** Counts an encoding that the text cannot keep, decoded at an offset. */
  wide(kind: Wide, offsetBytes: number): void {
    const known = this.#wide.get(kind);
    if (known === undefined) this.#wide.set(kind, { count: 1, first: offsetBytes });
    else known.count++;
  }

  get diagnostics(): readonly Diagnostic[] {
    const notes = [...this.#wide].map(
      ([kind, { count, first }]): Diagnostic => ({
        code: 'AML_WIDTH_NOT_PRINTABLE',
        severity: 'note',
        place: { offsetBytes: first },
        message: `${count} ${WIDE_TEXT[kind]}, here the first: ASL means the same, and compiles to the usual width.`,
        cure: 'Keep the table itself if its bytes must stay.',
      }),
    );
    return [...this.#found, ...notes];
  }
}
