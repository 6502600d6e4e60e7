/** Where an edit stands: on the drafter's desk, before a second pair of eyes, in force (or to be), or done with. */
export type ChangeStatus = 'draft' | 'submitted' | 'published' | 'rejected' | 'withdrawn' | 'rolled-back';

/** What the linter said of an edit. */
export interface ChangeFinding {
  severity: 'error' | 'warning';
  code: string;
  message: string;
  fix: string;
}

/** An edit of content as it is stored. Instants are ISO 8601 in UTC. */
export interface StoredChange {
  id: string;
  /** `topic:<id>` or `unit:<id>`. */
  subject: string;
  /** Aspect, or name of a unit's fact. */
  part: string;
  /** Null for what all units share. */
  unitId: string | null;
  /** The edit itself; its form belongs to the content room. */
  change: unknown;
  /** What was said before, in the same form; null where nothing was. */
  before: unknown;
  /** Why, in the drafter's words. */
  note: string;
  status: ChangeStatus;
  findings: ChangeFinding[];
  draftedBy: string;
  draftedAt: string;
  submittedAt: string | null;
  decidedBy: string | null;
  decidedAt: string | null;
  decisionNote: string | null;
  /** From then on it counts. */
  effectiveAt: string | null;
  rolledBackBy: string | null;
  rolledBackAt: string | null;
  rollbackReason: string | null;
}

export type NewChange = Pick<
  StoredChange,
  'id' | 'subject' | 'part' | 'unitId' | 'change' | 'before' | 'note' | 'draftedBy' | 'draftedAt'
>;

/**
 * Keeps edits of content. Each step is audited with it and throws AppError `conflict` when the edit does not stand
 * where the step begins, or the officer may not take it: an edit is decided by somebody else than who drafted it.
 */
export interface ContentChangeStore {
  add(change: NewChange): Promise<void>;
  /** Replaces a draft, or one that was rejected, which becomes a draft again. */
  revise(
    id: string,
    officer: string,
    given: Pick<StoredChange, 'change' | 'before' | 'note'>,
    at: string,
  ): Promise<void>;
  submit(id: string, officer: string, findings: readonly ChangeFinding[], at: string): Promise<void>;
  approve(
    id: string,
    officer: string,
    decision: { effectiveAt: string; note: string; findings: readonly ChangeFinding[] },
    at: string,
  ): Promise<void>;
  reject(id: string, officer: string, note: string, at: string): Promise<void>;
  /** Takes a draft or a submitted edit away; only its drafter can. */
  withdraw(id: string, officer: string, at: string): Promise<void>;
  /** Ends a published edit, also one whose time has not come: what was before it counts again. */
  rollBack(id: string, officer: string, reason: string, at: string): Promise<void>;
  read(id: string): Promise<StoredChange | undefined>;
  /** Newest first. */
  list(query: {
    statuses?: readonly ChangeStatus[];
    subject?: string;
    limit: number;
  }): Promise<StoredChange[]>;
  /** Published edits that count at an instant, in the order in which they count. */
  inForce(at: string): Promise<{ id: string; change: unknown }[]>;
  /** Changes whenever `inForce` does; cheap to ask. */
  mark(at: string): Promise<string>;
}
