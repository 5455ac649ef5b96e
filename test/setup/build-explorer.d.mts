/** Writes the explorer's page into a folder, which is emptied first. Resolves to its scripts. */
export function buildExplorer(
  folder: string,
  options?: { readonly minify?: boolean },
): Promise<readonly { readonly fileName: string; readonly code: string }[]>;
