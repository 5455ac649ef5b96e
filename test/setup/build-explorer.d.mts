/** Writes the explorer's page into a folder, which is emptied first. Resolves to what esbuild says of it. */
export function buildExplorer(
  folder: string,
  options?: { readonly minify?: boolean },
): Promise<{ readonly outputs: Readonly<Record<string, { readonly bytes: number }>> }>;
