/** What stands in the files of a new topic where somebody still has to write. */
export const placeholder = { vi: 'Cần viết', en: 'To be written' } as const;

/** Where in a parsed file a placeholder stands: the path of each text that holds one. */
export function findPlaceholders(value: unknown, path: readonly PropertyKey[] = []): PropertyKey[][] {
  if (typeof value === 'string') {
    return Object.values(placeholder).some((words) => value.includes(words)) ? [[...path]] : [];
  }
  if (Array.isArray(value)) return value.flatMap((one, index) => findPlaceholders(one, [...path, index]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) => findPlaceholders(one, [...path, key]));
}
