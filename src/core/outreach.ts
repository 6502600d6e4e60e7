/** Kinds of communication acts, as plans and reports name them. */
export const outreachKinds = [
  'article',
  'video',
  'poster',
  'leaflet',
  'meeting',
  'broadcast',
  'loudspeaker',
  'digital-team',
  'training',
  'social-post',
  'newsletter',
] as const;

export type OutreachKind = (typeof outreachKinds)[number];

/** What staff write down of one communication act. */
export interface OutreachFacts {
  kind: OutreachKind;
  title: string;
  /** `YYYY-MM-DD`. */
  day: string;
  place: string | null;
  /** Whom it was for. */
  audience: string | null;
  /** Where it can be seen, https or http. */
  link: string | null;
  /** The topic that it explains. */
  topic: string | null;
  /** How many people it is thought to have reached, as staff estimated. */
  reached: number | null;
}

/** One item of a unit's register. Instants are ISO 8601 in UTC. */
export interface OutreachItem extends OutreachFacts {
  /** Stands in links, on posters and in the log; see `outreach-code.ts`. */
  code: string;
  createdAt: string;
  createdBy: string;
  updatedAt: string;
  updatedBy: string;
  withdrawnAt: string | null;
  attachment: { name: string; type: string; bytes: number } | null;
}

export interface OutreachFile {
  name: string;
  type: string;
  body: Uint8Array;
}

/** Who came through one item. Test traffic never counts. */
export interface OutreachCount {
  code: string;
  /** Distinct by channel and pseudonym. */
  citizens: number;
  /** What they sent in the conversations that began there. */
  interactions: number;
  answers: number;
}

export interface OutreachFilter {
  /** Both days inclusive. */
  firstDay?: string;
  lastDay?: string;
  kind?: OutreachKind;
  /** Withdrawn ones too. */
  withWithdrawn?: boolean;
}

/** The outreach register of one unit; every method is bound to it. */
export interface OutreachStore {
  /** False when the code is taken, by whatever unit. */
  add(code: string, facts: OutreachFacts, by: string, at: string): Promise<boolean>;
  /** False when there is no such item. */
  update(code: string, facts: OutreachFacts, by: string, at: string): Promise<boolean>;
  /** Withdraws an item, or takes that back with null. */
  setWithdrawn(code: string, withdrawnAt: string | null, by: string, at: string): Promise<boolean>;
  read(code: string): Promise<OutreachItem | undefined>;
  /** Newest day first. */
  list(filter: OutreachFilter): Promise<OutreachItem[]>;
  /** Who came through each item within a half-open interval, or ever; items that nobody came through are left out. */
  countCame(interval?: { from: Date; to: Date }): Promise<OutreachCount[]>;
  /** Replaces the file of an item, or removes it with null. */
  setFile(code: string, file: OutreachFile | null): Promise<void>;
  readFile(code: string): Promise<OutreachFile | undefined>;
}

/** An item as a conversation knows it. */
export interface OutreachMark {
  code: string;
  topic: string | null;
}
