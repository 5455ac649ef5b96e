type MediaType = 'application/json' | 'text/yaml' | 'text/plain' | 'application/octet-stream';

/** Hands a text or bytes to the browser to save. */
export function saveFile(name: string, contents: string | Uint8Array, type: MediaType): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([contents as BlobPart], { type }));
  link.download = name;
  link.click();
  // The download reads the text after the click has returned.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** A name for what is made from a table's file: `dir/dsdt.aml` and `acpidump.txt#DSDT` give `dsdt` and `acpidump-DSDT`. */
export function savedName(file: string): string {
  const name = file.split(/[\\/]/).at(-1) ?? '';
  return name.replace(/\.(?:aml|dat|bin|hex|gz)$/i, '').replaceAll(/[^\w.-]+/g, '-') || 'table';
}
