/** Texts are told apart by 32-bit hashes of what they are made of, so that none is joined while a message is read. */

/** Taken once: in a context of its own (a test's) each look-up of a global is slow. */
const { imul } = Math;

/** A well mixed hash of one word, unsigned. */
export function hashWord(word: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < word.length; at++) hash = imul(hash ^ word.charCodeAt(at), 0x01000193);
  return mix(hash);
}

/** The hash of two parts in this order, told apart by `salt` from other pairings of them. */
export function hashPair(one: number, other: number, salt: number): number {
  return mix(imul(one ^ imul(salt + 1, 0x9e3779b1), 0x85ebca77) + imul(other, 0xc2b2ae3d));
}

function mix(hash: number): number {
  let mixed = hash ^ (hash >>> 16);
  mixed = imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
