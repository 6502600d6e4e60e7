import type { Translator } from '../content/translator.ts';

/** A text of the console; the namespace is `staff` unless the key names another (`staff-overview:title`). */
export interface StaffText {
  (key: string, values?: Readonly<Record<string, string | number>>): string;
  has(key: string): boolean;
}

/** The console speaks Vietnamese. */
export function createStaffText(t: Translator): StaffText {
  const full = (key: string) => (key.includes(':') ? key : `staff:${key}`);
  return Object.assign(
    (key: string, values?: Readonly<Record<string, string | number>>) => t('vi', full(key), values),
    { has: (key: string) => t.has('vi', full(key)) },
  );
}
