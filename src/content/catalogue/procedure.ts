/** What was read out of a flattened table, and how far it may be trusted: 1 = every character has its place, 0 = none. */
export interface Parsed<T> {
  value: T;
  confidence: number;
}

export const ways = ['in-person', 'online', 'post'] as const;
export type WayName = (typeof ways)[number];

export const timeUnits = ['working-day', 'day', 'hour', 'month'] as const;
export type TimeUnit = (typeof timeUnits)[number];

/** A time limit. Both null: the page names none, or names a number without its unit, which is worth nothing. */
export interface TimeLimit {
  value: number | null;
  unit: TimeUnit | null;
}

/** A fee. `amount` 0 is what the page shows as free; null when the page names none or it cannot be told. */
export interface Fee {
  amount: number | null;
  currency: 'VND' | 'USD' | null;
  note: string;
}

/** One row of the table of ways: how to file, how long it takes then, what it costs then. */
export interface Way {
  way: WayName;
  time: TimeLimit;
  fees: Fee[];
  note: string;
}

/** One paper. A count is null when its digits run into the name's; 0 and 0 is how pages mark a remark. */
export interface DocumentItem {
  name: string;
  originals: number | null;
  copies: number | null;
  /** File names of the forms. */
  forms: string[];
}

/** The papers of one case ("Trường hợp ủy quyền"); the title is null when the page has only one list. */
export interface DocumentCase {
  title: string | null;
  items: DocumentItem[];
}

export const legalKinds = [
  'law',
  'decree',
  'circular',
  'joint-circular',
  'decision',
  'resolution',
  'ordinance',
] as const;
export type LegalKind = (typeof legalKinds)[number];

/** A document of the legal basis. `issuer` is the abbreviation in its number (CP, BTC …), null for the National Assembly's. */
export interface LegalReference {
  number: string | null;
  kind: LegalKind | null;
  abstract: string;
  /** Day of issue, `YYYY-MM-DD`, where the page says it beside the number. */
  issuedOn: string | null;
  issuer: string | null;
}

/** A procedure of the national database, read from a crawled page. Texts are the page's own, in one spelling (NFC). */
export interface CatalogueProcedure {
  code: string;
  name: string;
  /** Number of the decision that published it. */
  decision: string;
  /** The portal's page; null when the dump's address is not one of the portal's. */
  link: string | null;
  levels: string[];
  commune: boolean;
  kind: string;
  field: string;
  audience: string[];
  agencies: string[];
  address: string;
  steps: string;
  ways: Parsed<Way[]>;
  documents: Parsed<DocumentCase[]>;
  legal: Parsed<LegalReference[]>;
  conditions: string;
  results: string[];
  /** The fee is left to a People's Council, so a national text cannot state it. */
  localFee: boolean;
}
