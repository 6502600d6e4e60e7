import type { Aspect } from '../core/aspect.ts';
import type { Candidate, Decision, Entity, Evidence, MatchContext, Understood } from '../core/understood.ts';
import { PhraseMatcher } from '../text/phrase-matcher.ts';
import type { Token } from '../text/tokenise.ts';
import type { AspectFinder } from './aspect-finder.ts';
import { type AspectFinding } from './aspect-finder.ts';
import { Circumstances, type CircumstanceRules } from './circumstances.ts';
import { DeniedParts } from './denied-parts.ts';
import type { CatalogueIndex, CatalogueMatch } from './catalogue-index.ts';
import { isOption, type ConfusableSets } from './confusable-sets.ts';
import { specificity, thresholds } from './constants.ts';
import { findEntities } from './entities/find-entities.ts';
import type { PhraseEntities } from './entities/phrase-entities.ts';
import { MatterWords } from './matter-words.ts';
import type { ReadMessage } from './message-reader.ts';
import type { TopicEntry } from './read-intents.ts';
import { settleLookAlikes, type Settled } from './look-alikes.ts';
import { believeInName, holdsAll, isOfficial, isSlight, mergeNames } from './name-or-topic.ts';
import { findNearTies, offerTies } from './near-ties.ts';
import type { Fillers } from './fillers.ts';
import { RequestFinder, type RequestRules } from './request-finder.ts';
import type { AspectRules, ConfusableSet, Lexicon } from './rule-schemas.ts';
import type { SensitiveFinder, SensitiveFinding } from './sensitive-finder.ts';
import type { Ranking, TopicClassifier } from './topic-classifier.ts';

const offered = 5;
/** So many names are offered when it is not sure which is meant. */
const offeredNames = 3;
/** Share of the first topic's score that a look-alike of it gets where it comes next. */
const alikeShare = 0.3;
/** What comes after the last mark or "thì", and the words that it must have to be judged by itself. */
const lastClause = /^.*(?:[,.;!\n]|\sthì\s|\sthi\s)\s*(.+)$/su;
const fewestInClause = 3;
/** The guide that holds the emergency numbers; whoever is understood to need it needs it at once. */
const emergencyTopic = 'emergency';
const officerTopic = 'talk-to-officer';
const catalogueTopic = (code: string): string => `catalogue:${code}`;

/** Everything that understanding one message needs. */
export interface UnderstandingParts {
  classifier: TopicClassifier;
  topics: ReadonlyMap<string, TopicEntry>;
  lexicon: Lexicon;
  aspects: AspectFinder;
  messageRules: RequestRules &
    CircumstanceRules &
    Pick<AspectRules, 'denials' | 'contrasts' | 'openers' | 'opening_tails' | 'questions'>;
  sensitive: SensitiveFinder;
  confusable: ConfusableSets;
  phraseEntities: PhraseEntities;
  catalogue: CatalogueIndex | null;
  /** Codes of the catalogue that is loaded. */
  catalogueCodes: ReadonlySet<string>;
}

/** What is being found out about one message. */
interface Reading {
  message: ReadMessage;
  entities: Entity[];
  asked: AspectFinding;
  ranking: Ranking;
  /** Tokens that say something beside politeness and aspects. */
  content: Token[];
  explanation: Evidence[];
}

/** General topics with which people begin a question. */
const courtesies: readonly string[] = ['greeting', 'thanks', 'goodbye'];

/** Reads messages: words → sensitive matters → codes → context → topic → look-alikes → decision. */
export class MessageUnderstanding {
  readonly #parts: UnderstandingParts;
  readonly #fillers: Fillers;
  readonly #requests: RequestFinder;
  readonly #wishes = new PhraseMatcher<true>();
  readonly #denied: DeniedParts;
  readonly #matterWords: MatterWords;
  readonly #circumstances: Circumstances;
  readonly #topicsByCode = new Map<string, string[]>();

  constructor(parts: UnderstandingParts, fillers: Fillers) {
    this.#parts = parts;
    this.#fillers = fillers;
    for (const phrase of parts.messageRules.wishes ?? []) this.#wishes.add(phrase, true, { strict: true });
    this.#denied = new DeniedParts(parts.messageRules);
    this.#matterWords = new MatterWords(parts.messageRules, fillers);
    this.#circumstances = new Circumstances(parts.messageRules, parts.aspects);
    this.#requests = new RequestFinder(parts.messageRules, {
      ...parts,
      circumstances: this.#circumstances,
      isAnswerable: (topic) => this.#isAnswerable(topic),
    });
    for (const topic of parts.topics.values()) {
      if (topic.code === null) continue;
      this.#topicsByCode.set(topic.code, [...(this.#topicsByCode.get(topic.code) ?? []), topic.id]);
    }
  }

  understand(text: string, context?: MatchContext): Understood {
    const message = this.#parts.classifier.reader.read(text);
    const asked = this.#parts.aspects.find(message);
    const reading: Reading = {
      message,
      entities: [...findEntities(text), ...this.#parts.phraseEntities.find(message.tokens)],
      asked,
      ranking: this.#parts.classifier.rank(message),
      content: this.#contentOf(message, asked),
      explanation: message.repairs.map((repair) => this.#evidence('repaired', repair.to)),
    };
    if (message.tokens.length === 0 || !['vi', 'en'].includes(message.language))
      return this.#finish(reading, 'fallback');
    return (
      this.#asSensitive(reading) ??
      this.#byCode(reading) ??
      this.#byContext(reading, context) ??
      this.#byTopic(this.#withoutCircumstances(this.#withoutDenied(reading)), context)
    );
  }

  /** The same reading without what the message sets aside, where the rest names a matter by itself. */
  #withoutDenied(reading: Reading): Reading {
    const { classifier, aspects } = this.#parts;
    const text = this.#denied.without(reading.message, reading.asked.matches);
    if (text === undefined) return reading;
    const message = classifier.reader.readNormalised(text);
    const ranking = classifier.rank(message);
    const asked = aspects.find(message);
    const rest = { ...reading, message, ranking, content: this.#contentOf(message, asked), asked };
    if (this.#exactContentOf(rest).length === 0 || ranking.confidence < thresholds.clarify) return reading;
    return rest;
  }

  /** The same reading without what the message only tells, where what it asks for names another matter beyond doubt. */
  #withoutCircumstances(reading: Reading): Reading {
    const { classifier, aspects, confusable } = this.#parts;
    if (reading.ranking.confidence >= thresholds.sure) return reading;
    const text = this.#circumstances.without(reading.message);
    if (text === undefined) return reading;
    const message = classifier.reader.readNormalised(text);
    const ranking = classifier.rank(message);
    const told = reading.ranking.labels[0]?.label ?? '';
    const asked = ranking.labels[0]?.label ?? '';
    // Which of several look-alikes is meant is just what circumstances tell: "con tôi 12 tuổi, làm căn cước ở đâu".
    if (asked === told || confusable.areAlike(asked, told)) return reading;
    if (!this.#isAnswerable(asked) || ranking.confidence < thresholds.askedAlone) return reading;
    const finding = aspects.find(message);
    return { ...reading, message, ranking, content: this.#contentOf(message, finding), asked: finding };
  }

  spellOut(text: string): string {
    return this.#parts.classifier.reader.spellOut(text);
  }

  /** Emergencies and delicate matters, before every topic. */
  #asSensitive(reading: Reading): Understood | undefined {
    const { ranking } = reading;
    const first = ranking.labels[0]?.label ?? '';
    const found = this.#mostSensitive(reading);
    if (found === undefined) return undefined;
    const asksForNumbers = first === emergencyTopic && ranking.confidence >= thresholds.emergency;
    if (!found.isSure && !(asksForNumbers && found.isLikely)) return undefined;
    if (!found.isNamed && this.#isOrdinary(reading)) return undefined;
    if (found.isSure) return this.#sensitiveDecision(reading, found);
    this.#explainRanking(reading, ranking, first);
    return this.#finish(reading, 'sensitive', {
      topic: first,
      aspect: null,
      aspects: [],
      confidence: ranking.confidence,
      candidates: this.#candidates(ranking),
      sensitive: found.category.topic === first ? found.category.id : emergencyTopic,
    });
  }

  /**
   * How much speaks for a delicate matter in the message, or in its last clause where a phrase of one stands in it and the
   * rest, which names none of our topics either, hides that: "đang xem phim thì nó cầm dao xông vô".
   */
  #mostSensitive({ message, ranking, content }: Reading): SensitiveFinding | undefined {
    const { classifier, sensitive, aspects } = this.#parts;
    // "Bạo lực gia đình là gì" asks about the words that a cry for help consists of.
    const cried = aspects.isQuestion(message) ? [] : content;
    const whole = sensitive.find(message, ranking, cried);
    if (whole?.isNamed !== true || whole.isSure || ranking.confidence >= thresholds.clarify) return whole;
    const clause = lastClause.exec(message.normalised)?.[1];
    if (clause === undefined) return whole;
    const read = classifier.reader.readNormalised(clause);
    const last =
      read.tokens.length < fewestInClause
        ? undefined
        : sensitive.find(read, classifier.rank(read), read.tokens);
    return last?.isSure === true && last.isNamed ? last : whole;
  }

  /** "Hết nhiêu tiền", general words of our matters and words of an official name hold no word of a delicate matter, whatever they look like. */
  #isOrdinary(reading: Reading): boolean {
    const { message, ranking, asked } = reading;
    const namesPartOnly = asked.aspects.length > 0 && this.#exactContentOf(reading).length === 0;
    if (namesPartOnly || this.#isGeneral(reading)) return true;
    const [best] = this.#namesLike(reading, 1);
    return best !== undefined && isOfficial(best, ranking.terms, message.tokens.length);
  }

  /** "Chế độ", "giấy xác nhận của ủy ban": what look-alikes share and nothing else, which is asked about. */
  #isGeneral({ message, content }: Reading): boolean {
    return this.#parts.confusable.isNamedAlone(message.tokens, content);
  }

  #namesPartOnly({ content, asked }: Reading): boolean {
    return content.length === 0 && asked.aspects.length > 0;
  }

  #sensitiveDecision(reading: Reading, { category, confidence }: SensitiveFinding): Understood {
    const words = this.#parts.sensitive.explain(reading.message, category);
    reading.explanation.push(this.#evidence('sensitive', words, confidence));
    return this.#finish(reading, category.decision, {
      topic: category.topic,
      aspect: null,
      aspects: [],
      confidence,
      candidates: category.topic === null ? [] : [{ topic: category.topic, score: confidence }],
      sensitive: category.decision === 'sensitive' ? category.id : null,
    });
  }

  #byCode(reading: Reading): Understood | undefined {
    const entity = reading.entities.find((candidate) => candidate.kind === 'procedure-code');
    if (entity === undefined) return undefined;
    const code = entity.value.slice(0, 8);
    const topics = this.#topicsByCode.get(code) ?? [];
    if (topics.length === 0 && this.#parts.catalogueCodes.has(code)) topics.push(catalogueTopic(code));
    const [first] = topics;
    if (first === undefined) return undefined;
    const candidates = topics.map((topic) => ({ topic, score: 0.99 / topics.length }));
    if (topics.length === 1)
      return this.#finish(reading, 'answer', { topic: first, confidence: 0.99, candidates });
    const set = this.#parts.confusable.sets.find((one) => isOption(one, first));
    return this.#finish(reading, 'clarify', {
      confidence: 1 / topics.length,
      candidates,
      confusable: set?.id ?? null,
    });
  }

  /** A message that names an aspect and nothing else is about the topic of the conversation. */
  #byContext(reading: Reading, context: MatchContext | undefined): Understood | undefined {
    const topic = context?.topic ?? null;
    if (topic === null || reading.asked.aspects.length === 0) return undefined;
    if (this.#isSmalltalk(reading.ranking)) return undefined;
    const { classifier } = this.#parts;
    const addsNothing = reading.content.every((token) => classifier.holds(topic, token.folded));
    if (reading.content.length > 0 && !(addsNothing && reading.content.length <= 2)) return undefined;
    // An aspect that no phrase names is only guessed: "thứ bảy có làm không" is about the office, whatever was talked about.
    const isNamed = reading.asked.matches.length > 0;
    if (!(isNamed && reading.content.length === 0) && !this.#isWeak(reading, topic)) return undefined;
    // "Mai mưa không", "ăn gì chưa": small talk in the middle of a topic asks for no part of it.
    if (!isNamed && reading.ranking.terms.strange > specificity.strangeInContext) return undefined;
    reading.explanation.push(this.#evidence('context', topic));
    return this.#finish(reading, 'answer', { topic, confidence: 0.95, candidates: [{ topic, score: 0.95 }] });
  }

  /** Whether the words by themselves point to no other topic than `topic`; a look-alike of it must be named surely. */
  #isWeak({ ranking }: Reading, topic: string): boolean {
    const first = ranking.labels[0]?.label ?? '';
    const limit = this.#parts.confusable.areAlike(first, topic) ? thresholds.accept : thresholds.clarify;
    return first === topic || ranking.confidence < limit;
  }

  #isSmalltalk({ labels, confidence }: Ranking): boolean {
    const kind = this.#parts.topics.get(labels[0]?.label ?? '')?.kind;
    return kind === 'general' && confidence >= thresholds.smalltalk;
  }

  #byTopic(reading: Reading, context: MatchContext | undefined): Understood {
    const { ranking } = reading;
    const first = ranking.labels[0]?.label ?? '';
    if (this.#isSmalltalk(ranking) && !this.#isGeneral(reading))
      return (
        this.#afterCourtesy(reading, first, context) ??
        this.#wantedOfOfficer(reading, first, context) ??
        this.#smalltalk(reading, ranking, first)
      );
    const courtesy = ranking.labels.slice(0, 3).find(({ label }) => courtesies.includes(label));
    if (courtesy !== undefined && ranking.confidence < thresholds.accept) {
      const understood = this.#afterCourtesy(reading, courtesy.label, context);
      if (understood?.decision === 'answer') return understood;
    }
    const { candidates, belief, best } = this.#withCatalogue(reading, ranking);
    const isName = belief >= thresholds.name && candidates[0]?.topic.startsWith(catalogueTopic('')) === true;
    return isName && best !== undefined
      ? this.#nameDecision(reading, candidates, { belief, best })
      : this.#topicDecision(reading, candidates, ranking, context);
  }

  /** A procedure of the catalogue is meant: which one, when the words say, else the likeliest are offered. */
  #nameDecision(
    reading: Reading,
    candidates: Candidate[],
    { belief, best }: { belief: number; best: CatalogueMatch },
  ): Understood {
    const [first, second] = candidates;
    const topic = first?.topic ?? null;
    const confidence = first?.score ?? 0;
    const isClear = (second?.score ?? 0) < thresholds.rivalShare * confidence;
    // What a curated topic would be answered to is asked about, unless a name leaves no doubt.
    const isFree = reading.ranking.confidence < thresholds.accept || belief >= thresholds.sure;
    if (isFree && isClear && !isSlight(best) && confidence >= thresholds.accept)
      return this.#finish(reading, 'answer', { topic, confidence, candidates });
    const ofOffered = candidates.slice(0, offeredNames).reduce((sum, { score }) => sum + score, 0);
    if (ofOffered >= thresholds.clarify) return this.#finish(reading, 'clarify', { confidence, candidates });
    const asked = this.#askNamedSet(reading, this.#candidates(reading.ranking));
    if (asked !== undefined) return asked;
    // "Hợp tác xã" stands in thirty names, each of them unlikely: still one of them is meant.
    if (holdsAll(best)) return this.#finish(reading, 'clarify', { confidence, candidates });
    reading.explanation.push(this.#evidence('rejected', topic ?? '', confidence));
    return this.#finish(reading, 'fallback', { confidence, candidates });
  }

  /** "Hello, how do I …": what follows the courtesy, when that asks for something; undefined when nothing does. */
  #afterCourtesy(reading: Reading, topic: string, context: MatchContext | undefined): Understood | undefined {
    if (!courtesies.includes(topic)) return undefined;
    const rest = /^[^,.!;:\n]{2,40}[,.!;:\n]+\s*(.+)$/su.exec(reading.message.normalised)?.[1];
    if (rest === undefined || rest.split(/\s+/u).length < 3) return undefined;
    const understood = this.understand(rest, context);
    return understood.decision === 'answer' || understood.decision === 'clarify' ? understood : undefined;
  }

  /** "I want to see an officer to have a copy certified": what an officer is wanted for, when that is said. */
  #wantedOfOfficer(
    { message }: Reading,
    topic: string,
    context: MatchContext | undefined,
  ): Understood | undefined {
    if (topic !== officerTopic) return undefined;
    const wish = this.#wishes.findAll(message.tokens).find(({ start }) => start > 0);
    if (wish === undefined) return undefined;
    const wanted = this.understand(message.normalised.slice(message.tokens[wish.start]?.start), context);
    const isClear = wanted.decision === 'answer' || wanted.confusable !== null;
    return isClear ? wanted : undefined;
  }

  #smalltalk(reading: Reading, ranking: Ranking, topic: string): Understood {
    this.#explainRanking(reading, ranking, topic);
    const decision: Decision =
      topic === officerTopic ? 'handover' : topic === 'insult' ? 'sensitive' : 'smalltalk';
    return this.#finish(reading, decision, {
      topic,
      aspect: null,
      aspects: [],
      confidence: ranking.confidence,
      candidates: [{ topic, score: ranking.confidence }, ...this.#candidates(ranking)],
      sensitive: decision === 'sensitive' ? 'insult' : null,
    });
  }

  #topicDecision(
    reading: Reading,
    candidates: Candidate[],
    ranking: Ranking,
    context: MatchContext | undefined,
  ): Understood {
    const [first, second] = candidates;
    if (first === undefined) return this.#finish(reading, 'fallback');
    const [firstRequest, ...further] = this.#requests.find(
      reading.message,
      ranking,
      this.#namingTokens(reading),
    );
    const isOneOfThem = [firstRequest, ...further].some((request) => request?.topic === first.topic);
    if (firstRequest !== undefined && (isOneOfThem || first.score < thresholds.accept)) {
      this.#explainRanking(reading, ranking, firstRequest.topic);
      const known = candidates.filter(({ topic }) => topic !== firstRequest.topic);
      return this.#finish(reading, 'answer', {
        topic: firstRequest.topic,
        aspect: firstRequest.aspects[0] ?? null,
        aspects: firstRequest.aspects,
        confidence: firstRequest.confidence,
        candidates: [{ topic: firstRequest.topic, score: firstRequest.confidence }, ...known],
        also: further,
      });
    }
    this.#explainRanking(reading, ranking, first.topic);
    const settled = this.#settleLookAlikes(reading, candidates, ranking);
    const list = settled.candidates;
    const top = list[0] ?? first;
    const confidence = top.score;
    if (settled.ask !== null && confidence >= thresholds.clarify) {
      return this.#finish(reading, 'clarify', { confidence, candidates: list, confusable: settled.ask });
    }
    if (this.#namesPartOnly(reading) && confidence < thresholds.sure) {
      reading.explanation.push(this.#evidence('part-only', top.topic));
      return this.#finish(reading, 'clarify', { confidence, candidates: list });
    }
    if (confidence < thresholds.clarify) {
      const asked = this.#askNamedSet(reading, list);
      if (asked !== undefined) return asked;
      reading.explanation.push(this.#evidence('rejected', top.topic, confidence));
      return this.#finish(reading, 'fallback', { confidence, candidates: list });
    }
    const rival = (list[1] ?? second)?.score ?? 0;
    const inContext = context?.topic === top.topic;
    const isClear = settled.byCue || rival < thresholds.rivalShare * confidence;
    const limit = inContext ? thresholds.acceptInContext : thresholds.accept;
    if (confidence >= limit && (isClear || inContext)) {
      const ties = settled.isFirm || inContext ? [] : this.#nearTies(reading, ranking, top.topic);
      if (ties.length > 0) return this.#askWhich(reading, list, ties);
      return this.#finish(reading, 'answer', {
        topic: top.topic,
        confidence,
        candidates: list,
      });
    }
    const confusable = this.#namedSet(reading, list);
    return this.#finish(reading, 'clarify', { confidence, candidates: this.#withAlike(list), confusable });
  }

  /** Few words that hold a set's general ones and are likelier ours than out of scope: its question, likely options first. */
  #askNamedSet(reading: Reading, list: readonly Candidate[]): Understood | undefined {
    const { confusable } = this.#parts;
    const isStrange = reading.ranking.terms.strange > specificity.strange;
    if (isStrange || this.#tellingWords(reading).length > specificity.words) return undefined;
    const named = confusable.namedBy(reading.message.tokens);
    const [set] = confusable.sets
      .filter(({ id }) => named.has(id))
      .map((one) => ({ one, members: list.filter(({ topic }) => isOption(one, topic)) }))
      .sort((one, other) => other.members.length - one.members.length);
    if (set === undefined) return undefined;
    const unlikely = set.one.options.filter(({ topic }) => set.members.every((one) => one.topic !== topic));
    const [first, ...others] = [...set.members, ...unlikely.map(({ topic }) => ({ topic, score: 0 }))];
    if (first === undefined) return undefined;
    const confidence = Math.max(first.score, thresholds.clarify);
    return this.#finish(reading, 'clarify', {
      confidence,
      candidates: [{ topic: first.topic, score: confidence }, ...others],
      confusable: set.one.id,
    });
  }

  /** What the first is mixed up with, when it comes next, is offered beside it however far behind. */
  #withAlike([first, second, ...others]: readonly Candidate[]): Candidate[] {
    if (first === undefined || second === undefined) return first === undefined ? [] : [first];
    const isAlike = this.#parts.confusable.areAlike(first.topic, second.topic);
    const score = isAlike ? Math.max(second.score, first.score * alikeShare) : second.score;
    return [first, { ...second, score }, ...others];
  }

  /** The set that the few words of a message name and that holds what it most likely means, if one does. */
  #namedSet(reading: Reading, [first]: readonly Candidate[]): string | null {
    const { confusable } = this.#parts;
    if (first === undefined || this.#tellingWords(reading).length > specificity.fewWords) return null;
    const named = confusable.namedBy(reading.message.tokens);
    const holds = (set: ConfusableSet): boolean => named.has(set.id) && isOption(set, first.topic);
    return confusable.sets.find(holds)?.id ?? null;
  }

  #askWhich(reading: Reading, list: readonly Candidate[], ties: readonly string[]): Understood {
    // What says nothing of any matter is not asked about by the question of one.
    if (this.#tellingWords(reading).length === 0)
      return this.#finish(reading, 'clarify', { confidence: list[0]?.score ?? 0, candidates: [...list] });
    const named = this.#parts.confusable.namedBy(reading.message.tokens);
    const offer = offerTies(this.#parts.confusable.sets, named, list, ties);
    return this.#finish(reading, 'clarify', { confidence: offer.candidates[0]?.score ?? 0, ...offer });
  }

  #nearTies(reading: Reading, ranking: Ranking, first: string): string[] {
    const words = this.#tellingWords(reading);
    const namesPart = reading.asked.aspects.length > 0 && reading.asked.matches.length > 0;
    return findNearTies(this.#parts.classifier, ranking, { words, namesPart }, first).filter(
      (topic) => this.#isAnswerable(topic) && topic !== emergencyTopic,
    );
  }

  #settleLookAlikes(reading: Reading, candidates: Candidate[], ranking: Ranking): Settled {
    const { tokens } = reading.message;
    const content = [...reading.content, ...this.#ideaTokens(reading)];
    const settled = settleLookAlikes(this.#parts.confusable, { tokens, content, candidates, ranking });
    if (settled.because !== null) reading.explanation.push(this.#evidence('confusable', settled.because));
    return settled;
  }

  /** Topics that may be offered, best first; the first one's score is the calibrated confidence. */
  #candidates(ranking: Ranking): Candidate[] {
    const first = ranking.labels[0]?.share ?? 1;
    const rest = Math.max(1e-6, 1 - first);
    return ranking.labels
      .map(({ label, share }, at) => ({
        topic: label,
        score:
          at === 0
            ? ranking.confidence
            : Math.min(ranking.confidence, (share / rest) * (1 - ranking.confidence)),
      }))
      .filter(({ topic }) => this.#isAnswerable(topic))
      .slice(0, offered);
  }

  /** The likeliest topics and names of the catalogue, best first, and the belief that a name is meant. */
  #withCatalogue(
    reading: Reading,
    ranking: Ranking,
  ): { candidates: Candidate[]; belief: number; best: CatalogueMatch | undefined } {
    const curated = this.#candidates(ranking);
    const found = this.#namesLike(reading, 8);
    const [best] = found;
    if (best === undefined) return { candidates: curated, belief: 0, best };
    const belief = believeInName(best, ranking.terms);
    const merged = mergeNames(curated, found, belief, (code) => this.#topicsOf(code));
    return { candidates: merged.slice(0, offered + 3), belief, best };
  }

  /** The catalogue's names that the words of a message are likeliest of, best first. */
  #namesLike({ message, asked }: Reading, limit: number): CatalogueMatch[] {
    if (this.#parts.catalogue === null || message.language !== 'vi') return [];
    return this.#parts.catalogue.find(this.#matterWords.of(message, asked), limit);
  }

  #isAnswerable(topic: string): boolean {
    const kind = this.#parts.topics.get(topic)?.kind;
    return kind === 'procedure' || kind === 'guide';
  }

  /** The curated topics that stand for a code, else the catalogue's own. */
  #topicsOf(code: string): string[] {
    return this.#topicsByCode.get(code) ?? [catalogueTopic(code)];
  }

  #contentOf(message: ReadMessage, asked: AspectFinding): Token[] {
    return outsideParts(message, asked).filter((token) => !this.#fillers.has(token, message.language));
  }

  /** The content by fillers that have the marks of fillers: "quán" is one no more than "mở", "lực" no more than "lúc". */
  #exactContentOf({ message, asked }: Reading): Token[] {
    return outsideParts(message, asked).filter((token) => !this.#fillers.hasExactly(token, message.language));
  }

  /** The words and ideas of a message that say something of the matter: no politeness, no aspects. */
  #tellingWords({ message, asked }: Reading): string[] {
    const { tokens, concepts, language } = message;
    return ideaSpans(message, asked)
      .filter(
        ({ start, end }) =>
          end - start > 1 ||
          tokens.slice(start, end).some((token) => !this.#fillers.hasExactly(token, language)),
      )
      .map(({ at }) => concepts[at] ?? '');
  }

  /** The content, and the words of ideas that are made of nothing else: "tới đâu rồi" asks after an application. */
  #namingTokens(reading: Reading): Token[] {
    return [...this.#exactContentOf(reading), ...this.#ideaTokens(reading)];
  }

  #ideaTokens({ message, asked }: Reading): Token[] {
    return ideaSpans(message, asked)
      .filter(({ start, end }) => end - start > 1)
      .flatMap(({ start, end }) => message.tokens.slice(start, end));
  }

  #explainRanking(reading: Reading, ranking: Ranking, topic: string): void {
    for (const { feature, weight } of this.#parts.classifier.explain(
      reading.message,
      ranking.vector,
      topic,
      5,
    )) {
      reading.explanation.push(this.#evidence('feature', feature, weight));
    }
    const runnerUp = ranking.labels.find(({ label }) => label !== topic);
    if (runnerUp !== undefined)
      reading.explanation.push(this.#evidence('runner-up', runnerUp.label, runnerUp.share));
  }

  #evidence(code: Evidence['code'], about: string, weight?: number): Evidence {
    const text = (this.#parts.lexicon.explanations[code] ?? '{0}').replace('{0}', about);
    return weight === undefined ? { code, text } : { code, text, weight: Math.round(weight * 1000) / 1000 };
  }

  #finish(reading: Reading, decision: Decision, found: Partial<Understood> = {}): Understood {
    const aspects: Aspect[] = reading.asked.aspects;
    for (const match of reading.asked.matches)
      reading.explanation.push(this.#evidence('aspect', match.aspect));
    return {
      decision,
      topic: null,
      aspect: aspects[0] ?? null,
      aspects,
      confidence: 0,
      candidates: [],
      confusable: null,
      sensitive: null,
      also: [],
      language: reading.message.language,
      entities: reading.entities,
      explanation: reading.explanation,
      ...found,
    };
  }
}

/** Where each word or idea of a message stands, but for those within what asks for a part; `at` is its place in `concepts`. */
function ideaSpans(
  { tokens, concepts, conceptStarts }: ReadMessage,
  { aspects, matches }: AspectFinding,
): { at: number; start: number; end: number }[] {
  const questions = matches.filter(({ aspect }) => aspects.includes(aspect));
  return concepts
    .map((_, at) => ({ at, start: conceptStarts[at] ?? 0, end: conceptStarts[at + 1] ?? tokens.length }))
    .filter(({ start, end }) => !questions.some((match) => match.start <= start && end <= match.end));
}

/** The words of a message beside those that ask for a part. */
function outsideParts({ tokens }: ReadMessage, { matches }: AspectFinding): Token[] {
  return tokens.filter((_, at) => !matches.some((match) => match.start <= at && at < match.end));
}
