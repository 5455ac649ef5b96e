/** Controls, formats such as those that turn text round, lone surrogates, and code points that are no characters. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Noncharacter_Code_Point}\p{Co}\p{Zl}\p{Zp}]/gu;

/** Text of a user's on one line: what cannot be seen stands there as its code point, `U+202E`. */
export function plainText(text: string): string {
  return text
    .replaceAll(/[\s\u0085]+/gu, ' ')
    .trim()
    .replaceAll(INVISIBLE, (character) => {
      const hex = (character.codePointAt(0) as number).toString(16).toUpperCase();
      return `<U+${hex.padStart(4, '0')}>`;
    });
}
