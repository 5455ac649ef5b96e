type Tolerated = readonly [message: number, what: string];

/**
 * Errors of iasl that real firmware earns and that change no byte, by number. The printed text turns them off, since
 * it shows what a table holds, not what it should hold. iasl takes 32 of them at the most.
 */
const ALWAYS: readonly Tolerated[] = [
  [6004, 'too many arguments in a call'],
  [6005, 'too few arguments in a call'],
  [6006, 'an argument used before it is set'],
  [6010, 'a type unknown, of what another table declares'],
  [6029, 'an access wider than the region'],
  [6030, 'an access past the end of the region'],
  [6031, 'a field past the end of the region'],
  [6058, 'an operand of another type'],
  [6066, 'a local used before it is set'],
  [6067, 'a local or argument outside of methods'],
  [6074, 'a name declared twice'],
  [6080, 'the value of a method that returns none'],
  [6081, 'a Break outside of loops'],
  [6084, 'a name that another table declares'],
  [6085, 'a name that another table declares'],
  [6086, 'arguments for what is no method'],
  [6088, 'a name of another scope'],
  [6090, 'a resource of nothing but zeros'],
  [6100, 'a region that wants access by bytes'],
  [6105, 'a predefined name of another type'],
  [6106, 'a predefined package of another length'],
  [6114, 'a result that is not used'],
  [6117, 'a scope of what is no device'],
  [6142, 'a name used before it is declared'],
  [6160, 'a path through another table'],
  [6161, 'a path into another table'],
  [6163, 'a name that another method makes'],
];

/** These for a table with malformed _HID or _CID strings, and the others for one without. */
const BAD_IDENTIFIERS: readonly Tolerated[] = [
  [6033, 'a _HID of another length'],
  [6034, 'a _HID prefix'],
  [6035, 'a _HID suffix'],
  [6061, 'a _HID that begins with an asterisk'],
  [6136, 'a _HID in lower case'],
];
const GOOD_IDENTIFIERS: readonly Tolerated[] = [
  [6012, 'a region that wants a Connection'],
  [6099, 'a region that wants access by buffers'],
  [6016, 'an alias of itself'],
  [6143, 'a name of another method'],
  [6153, 'a method that makes names and calls itself'],
];

/** Lines that turn the errors off. */
export function toleranceText(badIdentifiers: boolean): string {
  return [...ALWAYS, ...(badIdentifiers ? BAD_IDENTIFIERS : GOOD_IDENTIFIERS)]
    .map(([message, what]) => `#pragma disable (${message}) // ${what}\n`)
    .join('');
}
