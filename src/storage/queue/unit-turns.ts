/** What waits, by unit: units take turns, so that the flood of one delays no other; within a unit the oldest comes first. */
export class UnitTurns<I> {
  /** In the order of their turns. */
  readonly #lines = new Map<string, I[]>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(unitId: string, item: I): void {
    const line = this.#lines.get(unitId);
    if (line === undefined) this.#lines.set(unitId, [item]);
    else line.push(item);
    this.#size += 1;
  }

  /** Takes at most `limit`, one of each unit in turn. */
  take(limit: number): I[] {
    const taken: I[] = [];
    while (taken.length < limit) {
      const [next] = this.#lines;
      if (next === undefined) break;
      const [unitId, line] = next;
      this.#lines.delete(unitId);
      taken.push(...line.splice(0, 1));
      if (line.length > 0) this.#lines.set(unitId, line);
    }
    this.#size -= taken.length;
    return taken;
  }
}
