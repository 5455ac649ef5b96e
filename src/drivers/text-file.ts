/** One of several files that are generated together. */
export interface TextFile {
  /** Path from the folder that they are written to, with `/`. */
  readonly name: string;
  readonly contents: string;
  /** What it is, in a few words. */
  readonly what: string;
}
