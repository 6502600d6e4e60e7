/** Share of common members of two sets (Jaccard), 0 to 1; two empty sets have nothing in common. */
export function measureOverlap(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  let common = 0;
  for (const member of one) if (other.has(member)) common += 1;
  const all = one.size + other.size - common;
  return all === 0 ? 0 : common / all;
}
