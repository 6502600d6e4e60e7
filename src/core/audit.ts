/** One act of a member of staff or of the system. `before` and `after` hold what changed, without citizens' words. */
export interface AuditRecord {
  /** ISO 8601, UTC. */
  at: string;
  actor: string;
  unitId: string | null;
  /** Stable word such as `content.publish`. */
  action: string;
  /** What was acted on, e.g. `topic:birth-registration`. */
  subject: string;
  before: unknown;
  after: unknown;
}

export interface AuditQuery {
  limit: number;
  /** The `seq` below which to go on. */
  before?: number;
  /** Acts on this unit only. */
  unitId?: string;
  actor?: string;
  /** The action, or its first word: `user` finds `user.role`. */
  action?: string;
  /** Half-open interval of instants. */
  from?: Date;
  to?: Date;
}

export interface AuditStore {
  append(record: AuditRecord): Promise<void>;
  /** Newest first. */
  list(query: AuditQuery): Promise<(AuditRecord & { seq: number })[]>;
}
