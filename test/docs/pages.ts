import { writeCheckRules } from './check-rules.js';
import { writeManPage } from './man-page.js';
import { writeOpcodeCoverage } from './opcode-coverage.js';

export interface GeneratedPage {
  /** Path from the project's folder. */
  readonly path: string;
  /** The page's whole text, from sources of the project alone. */
  readonly write: () => string;
}

/** Every page of docs that is generated. `npm run docs` writes them, a test keeps them fresh. */
export const PAGES: readonly GeneratedPage[] = [
  { path: 'docs/opcode-coverage.md', write: writeOpcodeCoverage },
  { path: 'docs/check-rules.md', write: writeCheckRules },
  { path: 'docs/vcfg.1', write: writeManPage },
];
