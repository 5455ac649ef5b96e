/** Times that a smaller input is tried. */
const MOST_TRIES = 2000;

/** The smallest input found by leaving runs out, longer ones first, that is still as `isFaulty` wants it. */
export function shrink(bytes: Uint8Array, isFaulty: (bytes: Uint8Array) => boolean): Uint8Array {
  let smallest = bytes;
  let tries = 0;
  for (let length = bytes.length >> 1; length > 0; length >>= 1) {
    for (let at = 0; at + length <= smallest.length && tries < MOST_TRIES; tries++) {
      const shorter = new Uint8Array(smallest.length - length);
      shorter.set(smallest.subarray(0, at));
      shorter.set(smallest.subarray(at + length), at);
      if (isFaulty(shorter)) smallest = shorter;
      else at += length;
    }
  }
  return smallest;
}
