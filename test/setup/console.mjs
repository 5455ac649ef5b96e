/** Output of the set-up scripts: on standard output, in sections that a newcomer can read from top to bottom. */

const colored = process.stdout.isTTY && !process.env.NO_COLOR;

/** Begins a section. */
export function heading(text) {
  const line = `== ${text}`;
  console.log(`\n${colored ? `\u001b[1m${line}\u001b[0m` : line}`);
}

/** Prints one line. */
export function say(text) {
  console.log(text);
}

/** Milliseconds as `3.2 s`. */
export function seconds(milliseconds) {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

/** Ends a script that cannot continue: says what happened, then how to fix it. */
export function fail(message, cure, code = 1) {
  console.error(`\n${message}\n${cure}`);
  process.exit(code);
}
