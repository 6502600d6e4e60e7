/** An account that is staff's own: no figure counts it. */
export interface UncountedCitizen {
  unitId: string;
  /** Pseudonym. */
  citizen: string;
  reason: string;
  markedBy: string;
  /** ISO 8601, UTC. */
  markedAt: string;
}

export interface UncountedCitizens {
  /** False when it was marked before, which stays as it is. */
  mark(entry: UncountedCitizen): Promise<boolean>;
  /** Whether it was marked. */
  unmark(unitId: string, citizen: string): Promise<boolean>;
  list(unitId: string): Promise<UncountedCitizen[]>;
}
