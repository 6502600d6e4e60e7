/** A filed report is never changed; a correction is a version of its own. */
export type ReportStatus = 'draft' | 'approved';

/** The parts that a person writes, by the word that the form has for them. */
export const narrativeParts = ['direction', 'media', 'difficulties', 'tasks', 'proposals'] as const;
export type NarrativePart = (typeof narrativeParts)[number];
export type Narrative = Record<NarrativePart, string>;

/** One report of a scope (a unit, or `province:<id>`) and period. Instants are ISO 8601 in UTC. */
export interface StoredReport {
  id: string;
  scope: string;
  period: string;
  /** 1, 2, 3 … of this scope and period. */
  version: number;
  status: ReportStatus;
  /** Goes up with each change; a change names the one that it was made from. */
  revision: number;
  /** The frozen figures, canonical JSON. */
  snapshot: string;
  /** SHA-256 of `snapshot`, lower-case hex; the act of approval, which is sealed, names it. */
  snapshotHash: string;
  narrative: Narrative;
  /** Heading, recipients and signer as they were when the report was approved; null while it is a draft. */
  form: unknown;
  /** The document's number as the clerk gave it, e.g. `05`; null until then. */
  number: string | null;
  /** Day of issue, `YYYY-MM-DD`. */
  issuedOn: string | null;
  createdAt: string;
  createdBy: string;
  updatedAt: string;
  updatedBy: string;
  approvedAt: string | null;
  approvedBy: string | null;
}

/** Who acts, and when. */
export interface ReportAct {
  by: string;
  at: string;
}

export interface FrozenFigures {
  snapshot: string;
  snapshotHash: string;
}

/** Keeps reports. Every change is audited together with what it changed. */
export interface ReportStore {
  /** Begins the next version. Rejects with AppError `conflict` while another draft of the scope and period is open. */
  create(
    report: { scope: string; period: string; narrative: Narrative } & FrozenFigures,
    act: ReportAct,
  ): Promise<StoredReport>;
  read(id: string): Promise<StoredReport | undefined>;
  /** Newest first, without what makes them long. */
  list(scopes: readonly string[], limit: number): Promise<Omit<StoredReport, 'snapshot'>[]>;
  /** The approved version that counts: the highest. */
  readApproved(scope: string, period: string): Promise<StoredReport | undefined>;
  readDraft(scope: string, period: string): Promise<StoredReport | undefined>;
  /**
   * Changes a draft. Undefined when it is no draft any more or somebody else changed it since `revision`.
   */
  edit(
    id: string,
    revision: number,
    change: { narrative: Narrative } | FrozenFigures,
    act: ReportAct,
  ): Promise<StoredReport | undefined>;
  /** Locks a draft for good. Undefined as with `edit`. */
  approve(
    id: string,
    revision: number,
    given: { number: string | null; issuedOn: string | null; form: unknown },
    act: ReportAct,
  ): Promise<StoredReport | undefined>;
  /** Drops a draft; false when there is none. */
  discard(id: string, revision: number, act: ReportAct): Promise<boolean>;
}
