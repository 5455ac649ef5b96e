import { DiagnosticError } from '../../base/index.js';
import type { Diagnostic } from '../../vocab/index.js';

/** Calls between the page and its workers: one message for a call, one for its answer, and any number of news messages between them. */

/** What a worker does for one kind of call. `tell` sends news before the answer. */
type Handler = (argument: never, tell: (news: unknown) => void) => unknown;
export type Handlers = Readonly<Record<string, Handler>>;

export type ArgumentOf<H extends Handlers, Name extends keyof H> = Parameters<H[Name]>[0];
export type AnswerOf<H extends Handlers, Name extends keyof H> = Awaited<ReturnType<H[Name]>>;

interface Call {
  readonly id: number;
  readonly name: string;
  readonly argument: unknown;
}

interface Answer {
  readonly id: number;
  readonly kind: 'value' | 'news' | 'failure';
  readonly value: unknown;
}

/** Why a call failed, as it crosses from the worker. */
interface Failure {
  readonly message: string;
  readonly diagnostics?: readonly Diagnostic[];
}

function failureOf(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  return error instanceof DiagnosticError ? { message, diagnostics: error.diagnostics } : { message };
}

/** In a worker: answers calls by these handlers from now on. */
export function serveCalls(handlers: Handlers): void {
  self.addEventListener('message', async ({ data }: MessageEvent<Call>) => {
    const { id, name, argument } = data;
    const send = (kind: Answer['kind'], value: unknown) => self.postMessage({ id, kind, value } satisfies Answer);
    try {
      const handler = handlers[name] as (argument: unknown, tell: (news: unknown) => void) => unknown;
      send('value', await handler(argument, (news) => send('news', news)));
    } catch (error) {
      send('failure', failureOf(error));
    }
  });
}

/** A call ended because its worker was stopped. */
export class StoppedError extends Error {
  override readonly name = 'StoppedError';
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly onNews: ((news: unknown) => void) | undefined;
}

/** A worker. It starts with the first call, and again with the first call after it was stopped. */
export class WorkerPort<H extends Handlers> {
  readonly #file: string;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #last = 0;

  /** `file`: name of the worker's script, which the build writes beside the page's own. */
  constructor(file: string) {
    this.#file = file;
  }

  call<Name extends keyof H & string>(
    name: Name,
    argument: ArgumentOf<H, Name>,
    onNews?: (news: unknown) => void,
  ): Promise<AnswerOf<H, Name>> {
    const worker = this.#start();
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject, onNews });
      worker.postMessage({ id, name, argument } satisfies Call);
    });
  }

  /** Ends the worker at once, whatever it is doing. */
  stop(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#refuseAll(new StoppedError('It was stopped.'));
  }

  #start(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const worker = new Worker(new URL(this.#file, import.meta.url), { type: 'module' });
    worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => this.#take(data));
    worker.addEventListener('error', (event) => {
      this.#worker = undefined;
      this.#refuseAll(new Error(event.message || `${this.#file} could not be loaded.`));
    });
    this.#worker = worker;
    return worker;
  }

  #take({ id, kind, value }: Answer): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    if (kind === 'news') {
      waiting.onNews?.(value);
      return;
    }
    this.#waiting.delete(id);
    if (kind === 'value') waiting.resolve(value);
    else waiting.reject(errorOf(value as Failure));
  }

  #refuseAll(error: Error): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(error);
  }
}

function errorOf({ message, diagnostics }: Failure): Error {
  return diagnostics === undefined ? new Error(message) : new DiagnosticError(diagnostics);
}
