/** Hands a text to the browser to save. */
export function saveFile(name: string, text: string, type: 'application/json' | 'text/yaml'): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  // The download reads the text after the click has returned.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
