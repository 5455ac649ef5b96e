/** Characters of a text that is read as a number or an address; 64 bits in decimal take 20. */
export const MOST_NUMBER_CHARACTERS = 80;
/** Characters of a word of the file in the path of a finding. */
const MOST_SHOWN = 80;

/** A word of the file as findings show it: its beginning alone, if it is long. */
export function cutShort(text: string, most: number = MOST_SHOWN): string {
  return text.length > most ? `${text.slice(0, most)}…` : text;
}
