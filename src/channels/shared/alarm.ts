/** Something that a person must put right before the unit can send again. Holds no token and no citizen's id. */
export interface ChannelAlarm {
  channel: string;
  unitId: string;
  /** The platform's code, or a word of ours. */
  code: string;
  /** What to do, for the operator. */
  advice: string;
}

export type RaiseAlarm = (alarm: ChannelAlarm) => void;
