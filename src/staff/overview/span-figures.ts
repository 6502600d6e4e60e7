import type {
  ChannelFigures,
  DayFigures,
  OverviewInterval,
  OverviewReader,
  TopicFigures,
} from '../../core/overview.ts';

/** All figures of a span of days. */
export interface SpanFigures {
  channels: ChannelFigures[];
  days: DayFigures[];
  topics: TopicFigures[];
}

const topTopics = 10;

/** Counts everything that the overview shows of a span. Statement by statement: messages pass between them. */
export async function readSpan(reader: OverviewReader, interval: OverviewInterval): Promise<SpanFigures> {
  const channels = await reader.readChannels(interval);
  const days = await reader.readDays(interval);
  return { channels, days, topics: await reader.readTopics(interval, topTopics) };
}
