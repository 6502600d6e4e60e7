import type { Aspect } from '../core/aspect.ts';
import type { Request } from '../core/understood.ts';
import { PhraseMatcher } from '../text/phrase-matcher.ts';
import type { MessagePart } from '../text/split-requests.ts';
import type { Token } from '../text/tokenise.ts';
import type { AspectFinder } from './aspect-finder.ts';
import type { Circumstances } from './circumstances.ts';
import type { ConfusableSets } from './confusable-sets.ts';
import { requestScoring, thresholds } from './constants.ts';
import type { ReadMessage } from './message-reader.ts';
import type { AspectRules } from './rule-schemas.ts';
import type { RankedLabel, Ranking, TopicClassifier } from './topic-classifier.ts';

export type RequestRules = Pick<AspectRules, 'wishes' | 'holders'>;

interface Stretch {
  start: number;
  end: number;
}

interface Parts {
  classifier: TopicClassifier;
  aspects: AspectFinder;
  circumstances: Circumstances;
  confusable: ConfusableSets;
  isAnswerable: (topic: string) => boolean;
}

/** What the parts so far want done, for those after them that name only a thing. */
interface Wish {
  words: string;
  /** Whether they are naming papers that someone has or needs. */
  listsPapers: boolean;
}

/** What the whole message is taken for; when that is sure, parts about something far from it are not asked for. */
interface Belief {
  isSure: boolean;
  /** Whether a part that asks may then be about something else all the same. */
  isPlain: boolean;
  shares: ReadonlyMap<string, number>;
  /** The parts that tell of somebody's circumstances. */
  told: ReadonlySet<MessagePart>;
}

/** A request in the making: where its words begin, and what its topic rests on. */
interface Found {
  topic: string;
  confidence: number;
  start: number;
  end: number;
  /** Whether it can be told from its look-alikes. */
  isClear: boolean;
}

/** Finds the separate requests of one message: parts that are each clear by themselves and about different things. */
export class RequestFinder {
  readonly #parts: Parts;
  readonly #wishes = new PhraseMatcher<true>();
  readonly #holders = new PhraseMatcher<true>();

  constructor(rules: RequestRules, parts: Parts) {
    this.#parts = parts;
    for (const phrase of rules.holders ?? []) this.#holders.add(phrase, true, { strict: true });
    for (const phrase of rules.wishes ?? []) this.#wishes.add(phrase, true, { strict: true });
  }

  /**
   * The requests in the order in which they are made; fewer than two count as none. `content` are the words that say
   * something beside politeness and aspects: a part without them only asks more of what was named before.
   */
  find(message: ReadMessage, whole: Ranking, content: readonly Token[]): Request[] {
    if (message.tokens.length < requestScoring.shortest) return [];
    const telling = new Set(content);
    const parts = this.#parts.circumstances.partsOf(message).slice(0, requestScoring.parts);
    const isTelling = (part: MessagePart): boolean =>
      message.tokens.slice(part.start, part.end).some((token) => telling.has(token));
    let left = parts.filter(isTelling).length;
    if (left < 2) return [];
    const isSure = whole.confidence >= thresholds.sure;
    // Parts of English lean on each other ("… and is it"), and a story holds many matters: there the whole knows better.
    const isPlain = message.language === 'vi' && message.tokens.length <= requestScoring.story;
    const asksTwice = message.normalised.split('?').length > 2;
    const leavesRoom = isPlain && (asksTwice || whole.terms.covered < requestScoring.coveredByOne);
    if (isSure && !leavesRoom && this.#likelyTopics(whole) < 2) return [];
    const belief: Belief = {
      isSure,
      isPlain,
      shares: new Map(whole.labels.map(({ label, share }) => [label, share])),
      told: this.#parts.circumstances.told(message, parts),
    };
    const found: Found[] = [];
    const named = this.#parts.confusable.namedBy(message.tokens);
    let wish: Wish = { words: '', listsPapers: false };
    for (const part of parts) {
      const last = found.at(-1);
      if (isTelling(part)) {
        if (found.length + left < 2) return [];
        left--;
        const { wish: next, request } = this.#readPart(message, part, wish, belief);
        wish = next;
        if (request !== undefined && found.every((other) => this.#areApart(other, request, named))) {
          found.push(request);
          continue;
        }
      }
      if (last !== undefined) last.end = part.end;
    }
    return found.length < 2 ? [] : this.#withAspects(message, found);
  }

  /** How many topics the whole message may ask for. */
  #likelyTopics({ labels }: Ranking): number {
    const isLikely = ({ label, share }: RankedLabel): boolean =>
      share >= requestScoring.likely && this.#parts.isAnswerable(label);
    return labels.filter(isLikely).length;
  }

  /** What a part asks for. One that only names a thing shares the wish of the part before, unless it goes on listing papers. */
  #readPart(
    message: ReadMessage,
    part: MessagePart,
    before: Wish,
    { isSure, isPlain, shares, told }: Belief,
  ): { wish: Wish; request?: Found } {
    const { classifier, aspects, confusable, isAnswerable } = this.#parts;
    const tokens = message.tokens.slice(part.start, part.end);
    const [own] = this.#wishes.findAll(tokens).sort(byLength);
    const words = own === undefined ? before.words : textOf(message, tokens.slice(own.start, own.end));
    const text = textOf(message, tokens);
    const read = classifier.reader.readNormalised(own === undefined ? `${before.words} ${text}` : text);
    const listsPapers =
      this.#holders.findAll(tokens).some(({ start }) => start >= (own?.end ?? 1)) &&
      !aspects.isQuestion(read);
    const wish = { words, listsPapers: listsPapers || (own === undefined && before.listsPapers) };
    if (own === undefined && before.listsPapers) return { wish };
    const asks = aspects.find(read).aspects.length > 0;
    const isStory = message.tokens.length > requestScoring.story;
    if (!asks && (isStory || told.has(part))) return { wish };
    const ranking = classifier.rank(read);
    const topic = this.#topicOf(ranking, shares);
    if ((ranking.labels[0]?.share ?? 0) < requestScoring.leastShare) return { wish };
    const isWish = own !== undefined || (before.words !== '' && tokens.length <= requestScoring.name);
    const isLikely = (shares.get(topic) ?? 0) >= requestScoring.likely;
    if (
      isSure &&
      !isLikely &&
      !(isPlain && (asks || isWish) && ranking.confidence >= requestScoring.acceptAlike)
    )
      return { wish };
    const limit = isLikely ? requestScoring.acceptLikely : requestScoring.accept;
    if (!isAnswerable(topic) || ranking.confidence < (asks || isWish ? limit : requestScoring.acceptNamed))
      return { wish };
    const findings = confusable.find(read.tokens, topic);
    // What names only what look-alikes share ("hộ khẩu") names none of them.
    const isGeneral = findings.some(({ asked, cued }) => {
      const [general] = [...asked].sort(byLength);
      return cued.length === 0 && general !== undefined && general.end - general.start === read.tokens.length;
    });
    if (isGeneral) return { wish };
    const isClear =
      (asks && ranking.confidence >= requestScoring.acceptAlike) ||
      findings.some(({ cued }) => cued.includes(topic));
    const isAlone = ranking.confidence >= requestScoring.acceptNamed && ranking.labels[0]?.label === topic;
    return {
      wish,
      request: {
        topic,
        confidence: ranking.confidence,
        isClear: isClear || isAlone,
        start: part.start,
        end: part.end,
      },
    };
  }

  /** The likeliest topic of a part; among look-alikes the words of the whole message count too. */
  #topicOf({ labels }: Ranking, shares: ReadonlyMap<string, number>): string {
    const first = labels[0]?.label ?? '';
    const belief = ({ label, share }: RankedLabel): number => share * (0.01 + (shares.get(label) ?? 0));
    const alike = labels.filter(
      ({ label }) => label === first || this.#parts.confusable.areAlike(label, first),
    );
    return alike.sort((one, other) => belief(other) - belief(one))[0]?.label ?? first;
  }

  /** Whether two requests are two: look-alikes whose set the message names only when words that tell them apart name both. */
  #areApart(one: Found, other: Found, named: ReadonlySet<string>): boolean {
    if (one.topic === other.topic) return false;
    const areAlike = this.#parts.confusable.areAlike(one.topic, other.topic, named);
    return !areAlike || (one.isClear && other.isClear);
  }

  /** What is asked of each; what the last one asks is asked of those before it that ask nothing ("A và B cần gì"). */
  #withAspects(message: ReadMessage, found: readonly Found[]): Request[] {
    const asked = found.map(({ start, end }): Aspect[] => {
      const text = textOf(message, message.tokens.slice(start, end));
      return this.#parts.aspects.find(this.#parts.classifier.reader.readNormalised(text)).aspects;
    });
    return found.map(({ topic, confidence }, at) => {
      const own = asked[at] ?? [];
      return { topic, confidence, aspects: own.length > 0 ? own : (asked.at(-1) ?? []) };
    });
  }
}

function byLength(one: Stretch, other: Stretch): number {
  return other.end - other.start - (one.end - one.start);
}

function textOf(message: ReadMessage, tokens: readonly Token[]): string {
  return message.normalised.slice(tokens[0]?.start ?? 0, tokens.at(-1)?.end ?? 0);
}
