export declare function bundleTypeScript(entry: string): Promise<string>;

/** A TypeScript entry and all that it imports as one module for a page, as text. What it imports from Node.js stays outside. */
export declare function bundleForPage(entry: string): Promise<string>;

/** What a test file reaches: files of the project, and modules outside it. */
interface Reached {
  readonly inputs: Readonly<Record<string, object>>;
  readonly imports: readonly { readonly path: string; readonly external?: boolean }[];
}

/** Every test file below a folder, and what each reaches by imports. Paths count from the project. */
export declare function importsOfTests(folder: string): Promise<ReadonlyMap<string, Reached>>;
