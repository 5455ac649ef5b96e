import type { GivenTable } from '../analysis/loaded-tables.js';

/** What is open, kept in the browser over a reload. */
export interface Session {
  readonly tables: readonly GivenTable[];
  readonly platform: PlatformFile | undefined;
}

/** A file that a platform includes. */
export interface IncludedFile {
  readonly file: string;
  /** Other paths that lead to it, such as links. */
  readonly alsoAt?: readonly string[];
  readonly text: string;
}

export interface PlatformFile extends Omit<IncludedFile, 'alsoAt'> {
  /** The files that it includes, directly or not, as far as they are open. */
  readonly includes?: readonly IncludedFile[];
}

/** Whether a text is a platform: every platform has `functions` at its outermost level, or includes a file that does. */
export const isPlatformText = (text: string): boolean => /^["']?(?:functions|include)["']?\s*:/m.test(text);

const DATABASE = 'vcfg-explorer';
const STORE = 'session';
const KEY = 'open';

function openDatabase(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('The browser stores nothing here.'));
  });
}

async function inStore<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await openDatabase();
  try {
    return await new Promise((resolve, reject) => {
      const request = work(database.transaction(STORE, mode).objectStore(STORE));
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error ?? new Error('The browser stores nothing here.'));
    });
  } finally {
    database.close();
  }
}

/** Keeps what is open. Where the browser keeps nothing, as in some private windows, a reload begins anew. */
export async function keepSession(session: Session): Promise<void> {
  await inStore('readwrite', (store) => store.put(session, KEY)).catch(() => {});
}

export async function keptSession(): Promise<Session | undefined> {
  return inStore<Session | undefined>('readonly', (store) => store.get(KEY)).catch(() => undefined);
}
