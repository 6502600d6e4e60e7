import { hashPair, hashWord } from '../text/hash-words.ts';

/** Long numbers say nothing about what is meant; short ones (lớp 6, mức 2, 1022) may. */
export function maskNumber(word: string): string {
  if (word.length <= 4) return word;
  const first = word.charCodeAt(0);
  return first >= 48 && first <= 57 ? '#' : word;
}

const pieceSalt = 101;

/** Hashes of the character pieces of 3 and 4 letters of one word, its ends marked. */
export function listPieces(word: string): number[] {
  const bounded = `<${word}>`;
  const pieces: number[] = [];
  for (let length = 3; length <= 4; length++) {
    for (let at = 0; at + length <= bounded.length; at++) {
      pieces.push(hashPair(hashWord(bounded.slice(at, at + length)), 0, pieceSalt));
    }
  }
  return pieces;
}
