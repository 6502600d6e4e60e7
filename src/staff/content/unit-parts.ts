import type { Unit } from '../../content/library.ts';
import type { UnitPart } from '../../content/overlay/content-change.ts';
import { settingForms } from '../settings/setting-forms.ts';
import { factForms } from './fact-forms.ts';
import type { FactForm, Item } from './part-form.ts';

/** The forms of all that the console changes of a unit. */
export const partForms: Record<UnitPart, FactForm> = { ...factForms, ...settingForms };

/** The items of a unit's part with what each is called in a path: its place, its topic, or `one`. */
export function listItems(unit: Unit, fact: UnitPart): { key: string; item: Item }[] {
  const value: unknown = unit[fact];
  if (typeof value !== 'object' || value === null) return [];
  switch (partForms[fact].shape) {
    case 'single':
      return [{ key: 'one', item: value as Item }];
    case 'list':
      return (value as Item[]).map((item, index) => ({ key: String(index), item }));
    case 'by-topic':
      return Object.entries(value as Record<string, Item>).map(([topic, item]) => ({ key: topic, item: { topic, ...item } }));
  }
}

/** The part with an item put in the place of `key` (`new` = added at the end), or without it. */
export function withItem(unit: Unit, fact: UnitPart, key: string, item: Item | null): unknown {
  const { shape } = partForms[fact];
  if (shape === 'single') return { ...(listItems(unit, fact)[0]?.item ?? {}), ...item };
  const kept = listItems(unit, fact).map((one) => (one.key === key ? item : one.item));
  const items = [...kept, ...(key === 'new' ? [item] : [])].filter((one) => one !== null);
  if (shape === 'list') return items;
  return Object.fromEntries(items.map(({ topic, ...rest }) => [String(topic), rest]));
}
