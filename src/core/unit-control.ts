/** A text in Vietnamese and, where there is one, in English. */
export interface LocalizedText {
  vi: string;
  en?: string | undefined;
}

/** Said first in every reply of a unit until `until` (ISO 8601, UTC). */
export interface EmergencyNotice {
  text: LocalizedText;
  until: string;
}

/** The bot of one unit and channel is switched off: it says nothing, or one fixed text. */
export interface SwitchedOff {
  mode: 'silent' | 'text';
  /** Present with mode `text`. */
  text?: LocalizedText | undefined;
}

/** A notice or switch with who set it, why and when; `value` null ends it. Instants are ISO 8601 in UTC. */
export type UnitControl = {
  unitId: string;
  reason: string;
  officer: string;
  at: string;
} & (
  | { kind: 'notice'; channel: ''; value: EmergencyNotice | null }
  | { kind: 'switch'; channel: string; value: SwitchedOff | null }
);

/** What is in force at this moment, in this process; follows all processes within seconds. */
export interface UnitControls {
  notice(unitId: string, now: Date): LocalizedText | undefined;
  /** Undefined while the bot works; `since` is when it was switched off. */
  switchedOff(unitId: string, channel: string): (SwitchedOff & { since: string }) | undefined;
}

/** Keeps notices and switches; append-only. */
export interface UnitControlStore {
  /** Stores it with its audit record and tells all processes. */
  append(control: UnitControl): Promise<void>;
  /** The newest of each unit, kind and channel, also those that ended. */
  current(): Promise<UnitControl[]>;
  /** Of the given units, newest first. */
  history(unitIds: readonly string[], limit: number): Promise<UnitControl[]>;
  /** Calls `onChange` after each change, also one of another process; resolves to the function that ends it. */
  watch(onChange: () => void): Promise<() => Promise<void>>;
}
