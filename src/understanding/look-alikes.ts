import type { Candidate } from '../core/understood.ts';
import { holdAll } from '../text/phrase-matcher.ts';
import type { Token } from '../text/tokenise.ts';
import { isOption, type ConfusableFinding, type ConfusableSets } from './confusable-sets.ts';
import { thresholds } from './constants.ts';
import { confidenceInGroup, type Ranking } from './topic-classifier.ts';

/** What an option of a set counts for that the words did not name at all. */
const leastScore = 0.01;

/** What stands once the words that tell look-alikes apart have been heard. */
export interface Settled {
  candidates: Candidate[];
  /** The set whose question must be asked; null when none must. */
  ask: string | null;
  /** Whether a word that tells them apart decided. */
  byCue: boolean;
  /** Whether it did so beyond doubt: the set's subject is named too, or the word speaks for nothing else. */
  isFirm: boolean;
  /** What decided, for reviewers; null when nothing did. */
  because: string | null;
}

/** One message before the look-alikes. */
interface Case {
  tokens: readonly Token[];
  /** Tokens that say something beside politeness and aspects. */
  content: readonly Token[];
  candidates: readonly Candidate[];
  ranking: Ranking;
}

/** The same in the light of one set. */
interface View {
  candidates: readonly Candidate[];
  finding: ConfusableFinding;
  top: Candidate;
  /** Confidence that one of the set is meant. */
  ofSet: number;
  /** Whether the message says nothing beside the set's general words. */
  saysNoMore: boolean;
  /** Whether it says nothing beside the cue words of an option, which is clear however few they are. */
  saysOnly: (topic: string) => boolean;
}

/**
 * Topics that people mix up: words that tell them apart decide; a message that says no more than what they share is
 * asked back.
 */
export function settleLookAlikes(sets: ConfusableSets, message: Case): Settled {
  const [top] = message.candidates;
  if (top !== undefined) {
    const views = sets.find(message.tokens, top.topic).map((finding) => viewOf(message, finding, top));
    // A set that all words of the message are about goes before one that some are about.
    for (const view of views.sort((one, other) => Number(other.saysNoMore) - Number(one.saysNoMore))) {
      if (!isConcerned(view)) continue;
      const settled =
        settleByCue(view) ?? settleSpecialCase(view) ?? settleByDefault(view) ?? settleByQuestion(view);
      if (settled !== undefined) return settled;
    }
  }
  return { candidates: [...message.candidates], ask: null, byCue: false, isFirm: false, because: null };
}

function viewOf(
  { tokens, content, candidates, ranking }: Case,
  finding: ConfusableFinding,
  top: Candidate,
): View {
  const isIn = (topic: string): boolean => isOption(finding.set, topic);
  return {
    candidates,
    finding,
    top,
    ofSet: isIn(ranking.labels[0]?.label ?? '') ? confidenceInGroup(ranking, isIn) : top.score,
    saysNoMore: finding.asked.length > 0 && holdAll(finding.asked, tokens, content),
    saysOnly: (topic) =>
      content.length > 0 &&
      holdAll(
        finding.cues.filter((cue) => cue.topic === topic),
        tokens,
        content,
      ),
  };
}

/** A set speaks where it holds the likeliest topic, where its words are all there is, or where nothing is sure. */
function isConcerned({ finding, top, saysNoMore }: View): boolean {
  const isUnsure = finding.asked.length > 0 && top.score < thresholds.accept;
  return saysNoMore || isOption(finding.set, top.topic) || isUnsure;
}

/** A cue word of an option decides, unless another topic is already likely: then it is asked about, or stands second. */
function settleByCue(view: View): Settled | undefined {
  const { candidates, finding, top, saysNoMore } = view;
  const [cued] = finding.cued;
  if (cued === undefined || (saysNoMore && finding.isGeneral)) return undefined;
  const because = `${finding.set.id}: ${cued}`;
  const isFirm = finding.asked.length > 0 || !finding.isShared;
  if (cued === top.topic || top.score < thresholds.dispute)
    return {
      candidates: promote(candidates, cued, scoreOf(view, cued)),
      ask: null,
      byCue: true,
      isFirm,
      because,
    };
  const ask = top.score < thresholds.overrule ? finding.set.id : null;
  return { candidates: placeSecond(candidates, cued), ask, byCue: true, isFirm, because };
}

/** A special case (a marriage with a foreigner) that no word names: another option is as likely meant, so it is asked. */
function settleSpecialCase(view: View): Settled | undefined {
  const { candidates, finding, top } = view;
  const { options, id } = finding.set;
  const isSpecial = options.some(
    ({ topic, only_with_cue: isOnly }) => topic === top.topic && isOnly === true,
  );
  const other = candidates.find(({ topic }) => topic !== top.topic && isOption(finding.set, topic));
  if (!isSpecial || other === undefined || finding.cuedByDefault.includes(top.topic)) return undefined;
  const [, ...rest] = candidates;
  const second = { topic: top.topic, score: top.score / 2 };
  const others = rest
    .filter(({ topic }) => topic !== other.topic)
    .map(({ topic, score }) => ({ topic, score: Math.min(score, second.score) }));
  return {
    candidates: [{ topic: other.topic, score: top.score }, second, ...others],
    ask: id,
    byCue: false,
    isFirm: false,
    because: id,
  };
}

/** A word that means an option as long as nothing speaks for another one. */
function settleByDefault(view: View): Settled | undefined {
  const { candidates, finding, top, saysNoMore, saysOnly } = view;
  const meant = finding.cuedByDefault.find((topic) => topic === top.topic || saysOnly(topic));
  if (meant === undefined || (saysNoMore && finding.isGeneral)) return undefined;
  return {
    candidates: promote(candidates, meant, scoreOf(view, meant)),
    ask: null,
    byCue: true,
    isFirm: finding.asked.length > 0 || saysOnly(meant),
    because: null,
  };
}

/** Nothing tells them apart: the set's question is asked where only its general words stand, or two are close. */
function settleByQuestion(view: View): Settled | undefined {
  const { candidates, finding, top, ofSet, saysNoMore } = view;
  const [, rival] = candidates;
  const isRivalled =
    ofSet >= thresholds.clarify &&
    rival !== undefined &&
    [top, rival].every(({ topic }) => isOption(finding.set, topic)) &&
    rival.score > thresholds.lookAlikeShare * top.score;
  if (!saysNoMore && !isRivalled) return undefined;
  const { id } = finding.set;
  return { candidates: membersFirst(view), ask: id, byCue: false, isFirm: false, because: id };
}

/** The set's options, likeliest first, then the others, which count for next to nothing. */
function membersFirst({ candidates, finding, top, ofSet }: View): Candidate[] {
  const members = candidates.filter(({ topic }) => isOption(finding.set, topic));
  const unnamed = finding.set.options
    .filter(({ topic }) => members.every((member) => member.topic !== topic))
    .map(({ topic }) => ({ topic, score: leastScore }));
  const others = candidates
    .filter(({ topic }) => !isOption(finding.set, topic))
    .map(({ topic, score }) => ({ topic, score: Math.min(score, leastScore) }));
  const confidence = Math.max(top.score, ofSet, thresholds.clarify);
  const options = members.length + unnamed.length;
  return [...members, ...unnamed, ...others]
    .slice(0, Math.max(candidates.length, options))
    .map(({ topic, score }, at) => ({
      topic,
      score: at === 0 ? confidence : Math.min(score, confidence / (1 + at * 0.1)),
    }));
}

function scoreOf({ top, ofSet, saysOnly }: View, topic: string): number {
  return Math.max(ofSet, top.score, saysOnly(topic) ? thresholds.accept : 0);
}

/** Puts a topic first. */
function promote(candidates: readonly Candidate[], topic: string, score: number): Candidate[] {
  const others = candidates.filter((candidate) => candidate.topic !== topic);
  return [
    { topic, score },
    ...others.map((other) => ({ ...other, score: Math.min(other.score, score * 0.5) })),
  ];
}

/** Puts a topic behind the first. */
function placeSecond([first, ...others]: readonly Candidate[], topic: string): Candidate[] {
  if (first === undefined) return [];
  return [first, ...promote(others, topic, first.score / 2)];
}
