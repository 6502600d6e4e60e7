/** A half-open interval of instants. */
export interface OverviewInterval {
  from: Date;
  to: Date;
}

/** What happened on one channel. */
export interface ChannelFigures {
  channel: string;
  interactions: number;
  answered: number;
  askedBack: number;
  notUnderstood: number;
  handedOver: number;
  /** Distinct pseudonyms; one person on two channels counts on each. */
  citizens: number;
  /** Guidance sessions: exchanges with gaps under 30 minutes, at least one of them answered. */
  sessions: number;
  /** Last judgements on answers of this channel. */
  helpful: number;
  notHelpful: number;
}

export interface DayFigures {
  /** Calendar day in Vietnam. */
  day: string;
  channel: string;
  interactions: number;
}

export interface TopicFigures {
  topic: string;
  interactions: number;
}

/** All figures of a span of days. */
export interface SpanFigures {
  channels: ChannelFigures[];
  days: DayFigures[];
  /** Most asked first. */
  topics: TopicFigures[];
}

/** A span of days of which all but the last ones are over, and seldom change any more. */
export interface SettlingInterval extends OverviewInterval {
  /** The Vietnamese midnight up to which they are over; between `from` and `to`. */
  settled: Date;
}

/** The figures of one unit. Test traffic never counts, nor does what no citizen caused. */
export interface OverviewReader {
  readChannels(interval: OverviewInterval): Promise<ChannelFigures[]>;
  readDays(interval: OverviewInterval): Promise<DayFigures[]>;
  /** Most asked first; what was answered only. */
  readTopics(interval: OverviewInterval, limit: number): Promise<TopicFigures[]>;
  /** All of it, as exact, without counting again what is over. */
  readSpan(interval: SettlingInterval): Promise<SpanFigures>;
  /** How many questions were not understood. */
  countMissed(interval: OverviewInterval): Promise<number>;
}
