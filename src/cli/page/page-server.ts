import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';
import type { Io } from '../io.js';
import { type GivenFile, pageFiles, policyOf, scriptPolicy, servedList, servedPage } from './page-files.js';
import { ScriptShelf } from './script-shelf.js';

/** Serves the page and the files from the command line, to this machine alone. */

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.yaml': 'text/plain; charset=utf-8',
};

const HOST = '127.0.0.1';

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: Uint8Array | string;
  readonly policy?: string;
}

const BYTES = 'application/octet-stream';
const REFUSED = (status: number, body: string): Answer => ({ status, type: 'text/plain; charset=utf-8', body });
const NOT_FOUND = REFUSED(404, 'Not found.');

function send(response: ServerResponse, { status, type, body, policy }: Answer, isHead: boolean): void {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  response.writeHead(status, {
    'Content-Type': type,
    'Content-Length': bytes.length,
    'Cache-Control': 'no-cache',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Cross-Origin-Opener-Policy': 'same-origin',
    // Shared pages are a SharedArrayBuffer, which a page has only if it is isolated.
    'Cross-Origin-Embedder-Policy': 'require-corp',
    'Content-Security-Policy': policy ?? "default-src 'none'",
  });
  response.end(isHead ? undefined : bytes);
}

/** What a guest is made of, as far as this machine has it. */
export interface GuestShelf {
  /** Files that there are, and needed ones that there are not, by their names below `guest/`. */
  list(): { readonly names: readonly string[]; readonly missing: readonly string[] };
  read(name: string): Promise<Uint8Array | undefined>;
}

const GUEST = 'guest/';

/** A page that is being served. */
export interface PageServer {
  readonly address: string;
  close(): Promise<void>;
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, () => resolve((server.address() as AddressInfo).port));
  });
}

/** Answers requests for the listed files alone: a path is looked up, never followed. */
class Pages {
  readonly #io: Io;
  readonly #paths: Map<string, string>;
  readonly #given: Map<string, GivenFile>;
  readonly #list: string;
  readonly #scripts = new ScriptShelf();
  readonly #guest: GuestShelf;

  constructor(given: readonly GivenFile[], guest: GuestShelf, io: Io) {
    this.#io = io;
    this.#guest = guest;
    this.#paths = pageFiles(io);
    const { json, paths } = servedList(given, io.files.randomHex());
    this.#given = paths;
    this.#list = json;
  }

  async get(path: string): Promise<Answer> {
    const name = path === '' ? 'index.html' : path;
    const json = TYPES['.json'] as string;
    if (name === 'served.json') return { status: 200, type: json, body: this.#list };
    if (name === 'guest.json') return { status: 200, type: json, body: JSON.stringify(this.#guest.list()) };
    if (name.startsWith(GUEST)) {
      const body = await this.#guest.read(name.slice(GUEST.length));
      return body === undefined ? NOT_FOUND : { status: 200, type: BYTES, body };
    }
    const given = this.#given.get(name);
    if (given !== undefined) return { status: 200, type: BYTES, body: given.bytes };
    const script = this.#scripts.get(name);
    if (script !== undefined) return { status: 200, type: TYPES['.js'] as string, body: script };
    const file = this.#paths.get(name);
    if (file === undefined) return NOT_FOUND;
    const type = TYPES[extname(name)] ?? BYTES;
    const bytes = this.#io.files.read(file);
    if (!name.endsWith('.html')) {
      const policy = name.endsWith('.js') ? scriptPolicy(name, this.#text('index.html')) : undefined;
      return { status: 200, type, body: bytes, ...(policy !== undefined && { policy }) };
    }
    const html = new TextDecoder().decode(bytes);
    const policy = policyOf(html);
    return {
      status: 200,
      type,
      body: name === 'index.html' ? servedPage(html, 'command') : html,
      ...(policy !== undefined && { policy }),
    };
  }

  #text(name: string): string {
    const file = this.#paths.get(name);
    return file === undefined ? '' : new TextDecoder().decode(this.#io.files.read(file));
  }

  async post(path: string, request: IncomingMessage): Promise<Answer> {
    if (path !== 'scripts') return NOT_FOUND;
    const taken = await this.#scripts.take(request);
    if (taken === undefined) return REFUSED(413, 'The script is too long.');
    return { status: 200, type: TYPES['.json'] as string, body: JSON.stringify({ path: `./${taken}` }) };
  }
}

async function answer(request: IncomingMessage, pages: Pages, port: number): Promise<Answer> {
  const hosts = [`${HOST}:${port}`, `localhost:${port}`];
  // A page elsewhere would reach this address by a name of its own (DNS rebinding).
  if (!hosts.includes(request.headers.host ?? '')) return REFUSED(403, 'This server answers for 127.0.0.1 only.');
  const path = /^\/([^?#]*)/.exec(request.url ?? '')?.[1];
  if (path === undefined) return REFUSED(400, 'Bad request.');
  if (request.method === 'GET' || request.method === 'HEAD') return pages.get(path);
  if (request.method !== 'POST') return REFUSED(405, 'Only GET and POST are answered.');
  const { origin } = request.headers;
  if (origin === undefined || !hosts.some((host) => origin === `http://${host}`))
    return REFUSED(403, 'The request comes from another origin.');
  return pages.post(path, request);
}

interface PageOptions {
  readonly port: number;
  readonly orFree: boolean;
  /** Default: an empty one. */
  readonly guest?: GuestShelf;
}

const NO_GUEST: GuestShelf = { list: () => ({ names: [], missing: [] }), read: async () => undefined };

/** Serves the page on a port; with `orFree`, on a free one if that port is in use. */
export async function servePage(
  given: readonly GivenFile[],
  { port, orFree, guest = NO_GUEST }: PageOptions,
  io: Io,
): Promise<PageServer> {
  const pages = new Pages(given, guest, io);
  let taken = port;
  const server = createServer((request, response) => {
    answer(request, pages, taken)
      .catch(() => REFUSED(500, 'The file could not be read.'))
      .then((found) => send(response, found, request.method === 'HEAD'));
  });
  try {
    taken = await listen(server, port);
  } catch (error) {
    if (!orFree || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    taken = await listen(server, 0);
  }
  return {
    address: `http://${HOST}:${taken}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
