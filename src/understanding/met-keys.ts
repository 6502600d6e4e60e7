const places = 1 << 24;
const perWord = 16;

/** Which hashes have been met once and which twice, in little memory: now and then one met once counts as met twice. */
export class MetKeys {
  /** Two bits for each place of a hash: met, met again. */
  readonly #bits = new Uint32Array(places / perWord);

  add(key: number): void {
    const place = key & (places - 1);
    const word = place >>> 4;
    const shift = (place & 15) << 1;
    const bits = this.#bits[word] as number;
    this.#bits[word] = bits | (((bits >>> shift) & 1) === 0 ? 1 << shift : 2 << shift);
  }

  hasTwice(key: number): boolean {
    const place = key & (places - 1);
    return (((this.#bits[place >>> 4] as number) >>> ((place & 15) << 1)) & 2) !== 0;
  }
}
