import type { z } from 'zod';
import type { Choice, FormFields } from '../components.ts';
import type { Html } from '../html.ts';
import type { StaffText } from '../staff-text.ts';

/** How one part of a unit, a local fact or a setting, is shown, entered and kept. An item is one fact in the form of the unit's file. */
export interface FactForm {
  /** A part that holds one fact only (`single`), a list of them, or one for each topic. */
  shape: 'single' | 'list' | 'by-topic';
  /** One line that says what an item states. */
  summary(item: Item, t: StaffText): string;
  fields(draw: FormFields, item: Item | undefined, context: FactContext): Html[];
  /** Members that the form does not show: they stay as they are. */
  carried?: readonly string[];
  /** Reads the form; its output is an item without its confirmation. */
  form: z.ZodType<Item>;
  /** It is no fact that somebody has to confirm. */
  isSetting?: true;
}

export type Item = Record<string, unknown>;

export interface FactContext {
  t: StaffText;
  topics: readonly Choice[];
}

/** Without members that were left empty. */
export function filled(item: Item): Item {
  return Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined && value !== ''));
}

/** A text at a path of an item, as a field shows it. */
export function textAt(item: Item | undefined, ...path: string[]): string {
  const value = path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? (at as Item)[key] : undefined),
    item,
  );
  if (Array.isArray(value)) return value.join(', ');
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
