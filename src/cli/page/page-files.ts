import { join } from 'node:path';
import { DiagnosticError, errorAt } from '../../base/index.js';
import type { Io } from '../io.js';

/** A file that the page opens when it starts. */
export interface GivenFile {
  readonly name: string;
  /** Other paths that lead to it, such as links. */
  readonly alsoAt?: readonly string[];
  readonly bytes: Uint8Array;
}

/** The file that marks a folder as a copy of the page. */
export const MARK = 'vcfg-explorer.json';

/** Who serves the page: the command, which takes scripts and has guest files, or any other server, from a copy. */
type ServedBy = 'command' | 'copy';

/** Every file of the page, by its path below it: `main.js`, `examples/dsdt.aml`. Throws a DiagnosticError if it is not built. */
export function pageFiles({ files, pageFolder }: Pick<Io, 'files' | 'pageFolder'>): Map<string, string> {
  const folder = pageFolder();
  const found = new Map<string, string>();
  const walk = (below: string) => {
    for (const name of [...files.list(join(folder, below))].sort()) {
      const path = below === '' ? name : `${below}/${name}`;
      if (files.kindOf(join(folder, path)) === 'folder') walk(path);
      else found.set(path, join(folder, path));
    }
  };
  if (files.kindOf(join(folder, 'index.html')) === 'file') walk('');
  if (found.size > 0) return found;
  const message = 'The explorer’s page is missing: this copy of the package was not fully built.';
  throw new DiagnosticError([
    errorAt('COMMAND_FILE_UNREADABLE', { file: folder }, message, 'Build it: npm run build.'),
  ]);
}

/** The page itself, marked so that it asks for the list of files to open. */
export function servedPage(html: string, by: ServedBy): string {
  return html.replace('<meta charset="utf-8" />', (line) => `${line}\n    <meta name="vcfg-served" content="${by}" />`);
}

/** The list of the files to open, as the page reads it, and where each is. */
export function servedList(
  given: readonly GivenFile[],
  started: string,
): { json: string; paths: Map<string, GivenFile> } {
  const paths = new Map(given.map((file, index) => [`given/${index}`, file] as const));
  const files = [...paths].map(([path, { name, alsoAt }]) => ({ name, path: `./${path}`, ...(alsoAt && { alsoAt }) }));
  return { json: JSON.stringify({ started, files }), paths };
}

/** The policy in the page's own meta element, to send as a header too. */
export function policyOf(html: string): string | undefined {
  return /http-equiv="Content-Security-Policy"\s+content="([^"]+)"/.exec(html)?.[1];
}

/** The worker that boots guests: it makes WebAssembly from bytes, and v86 keeps time in a worker made of text. */
const BOOT_WORKER = 'boot-worker.js';

/** The policy to send with a script, which a worker applies to itself: the page's, with what {@link BOOT_WORKER} needs added. */
export function scriptPolicy(name: string, html: string): string | undefined {
  const policy = policyOf(html);
  if (name !== BOOT_WORKER) return policy;
  return policy
    ?.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'")
    .replace("worker-src 'self'", "worker-src 'self' blob:");
}
