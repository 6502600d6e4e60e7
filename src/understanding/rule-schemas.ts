import { z } from 'zod';
import { aspects } from '../core/aspect.ts';

/** Schemas of the files in intents/ that are not about one topic; editors write these files by hand. */

/** Words as an editor types them; a bare number (1022) is a word too. */
const words = z.union([z.string().min(1), z.number().transform(String)]);
const phrases = z.array(words);

export const lexiconSchema = z.strictObject({
  /** Typed short form → what it means. */
  abbreviations: z.record(z.string(), z.string().min(1)),
  /** One idea in several wordings; regional words stand here too. */
  concepts: z.record(z.string(), phrases),
  /** Words that say nothing about the topic: politeness, particles, pronouns. */
  fillers: phrases,
  /** Such words of English, beside the others; without marks some are Vietnamese words. */
  english_fillers: phrases.optional(),
  /** English words that show that a message is in English. */
  english: phrases,
  relations: phrases,
  documents: phrases,
  /** How a line of explanation for reviewers reads, by its code; `{0}` stands for what it is about. */
  explanations: z.record(z.string(), z.string()),
  /** Place name as people write it → the name used today. */
  places: z.record(z.string(), z.string().min(1)),
});

export const aspectsSchema = z.strictObject({
  /** Words after which an aspect is named only to be set aside: "không cần" online. */
  negations: phrases,
  /** Words after which a matter is named only to be set aside, and words at which that ends. */
  denials: phrases.optional(),
  contrasts: phrases.optional(),
  /** Wordings that ask, anywhere in a message; words that ask at its end, and words that may still follow them there. */
  questions: phrases.optional(),
  question_ends: phrases.optional(),
  question_tails: phrases.optional(),
  /** Words of politeness with which somebody begins to ask, and which no procedure's name holds, with marks or without. */
  openers: phrases.optional(),
  /** Words that may still follow them before the matter. */
  opening_tails: phrases.optional(),
  /** Words that join two requests, and words that name what someone wants done. */
  joiners: phrases.optional(),
  wishes: phrases.optional(),
  /** Words after which papers are listed that someone has or needs. */
  holders: phrases.optional(),
  /** Words of what is or has been ("đã", "xong"): a part of a message with one of them tells, unless it also asks or wants. */
  states: phrases.optional(),
  /** Words with which a part begins that says something of somebody. */
  subjects: phrases.optional(),
  /** The same of somebody else: what they do is not what the writer wishes. */
  others: phrases.optional(),
  /** Words that begin what is asked after what was told. */
  now: phrases.optional(),
  /** Words of what somebody wants to happen. */
  wants: phrases.optional(),
  aspects: z.partialRecord(
    z.enum(aspects),
    z.strictObject({ phrases, weak: phrases.optional(), unless: phrases.optional() }),
  ),
});

export const smalltalkSchema = z.strictObject({
  topics: z
    .array(
      z.strictObject({
        topic: z.string().min(1),
        examples: z.strictObject({ vi: phrases, en: phrases }),
      }),
    )
    .min(1),
});

const option = z.strictObject({
  topic: z.string().min(1),
  title: z.strictObject({ vi: z.string().min(1).max(20), en: z.string().min(1).max(20) }),
  /** Wordings that already answer the question in favour of this option. */
  cues: phrases,
  /** Wordings that mean this option unless another option's cue is there too. */
  default_cues: phrases.optional(),
  /** A special case: without one of its cues it is not taken for meant, but asked about beside the likeliest other option. */
  only_with_cue: z.boolean().optional(),
});

export const confusableSchema = z.strictObject({
  sets: z.array(
    z.strictObject({
      id: z.string().min(1),
      question: z.strictObject({ vi: z.string().min(1), en: z.string().min(1) }),
      /** When a message says no more than one of these (beside fillers and aspects), the question is asked. */
      ask: phrases,
      options: z.array(option).min(2),
    }),
  ),
  /** Topics with much the same words that people do not mix up; an editor looked and says why. For the linter alone. */
  apart: z
    .array(z.strictObject({ topics: z.array(z.string().min(1)).length(2), because: z.string().min(1) }))
    .optional(),
});

export const sensitiveSchema = z.strictObject({
  /** Ideas that such messages are made of, each in many wordings; what an idea speaks for is learnt. */
  ideas: z.record(z.string(), phrases).optional(),
  categories: z.array(
    z.strictObject({
      id: z.string().min(1),
      /** The topic that answers; null = only the category's fixed text. */
      topic: z.string().min(1).nullable(),
      /** `sensitive` = fixed text; otherwise the topic is answered as any other. */
      decision: z.enum(['sensitive', 'answer', 'smalltalk']).default('sensitive'),
      /** A life may be at stake: better once too often than once too few. */
      urgent: z.boolean().default(false),
      /** Wordings that add to what is learnt, and those that take away. */
      phrases,
      unless: phrases.optional(),
      /** Messages of this category, to learn from. */
      examples: phrases,
      /** Messages that sound like it and are something else: of a topic, out of scope (null), or either (no topic). */
      near_misses: z
        .array(z.strictObject({ text: words, topic: z.string().nullable().optional() }))
        .optional(),
    }),
  ),
});

export const outOfScopeSchema = z.strictObject({ texts: phrases });

export type Lexicon = z.infer<typeof lexiconSchema>;
export type AspectRules = z.infer<typeof aspectsSchema>;
export type ConfusableSet = z.infer<typeof confusableSchema>['sets'][number];
export type SensitiveCategory = z.infer<typeof sensitiveSchema>['categories'][number];
/** What a category goes by once its examples have been learnt. */
export type SensitiveRules = Omit<SensitiveCategory, 'examples' | 'near_misses'>;
