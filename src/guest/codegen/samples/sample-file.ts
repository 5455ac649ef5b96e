/** One file of a sample. */
export interface SampleFile {
  /** Path from the folder that the samples are written to, with `/`. */
  readonly name: string;
  readonly contents: string;
}
