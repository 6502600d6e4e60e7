import type { ContactsFile } from './contacts-schema.ts';
import type { FlowFile } from './flow-schema.ts';
import type { HolidaysFile } from './holidays-schema.ts';
import type { LegalDocument } from './legal-schema.ts';
import type { PlacesFile } from './places-schema.ts';
import type { ProvincesFile } from './provinces-schema.ts';
import type { TopicFile } from './topic-schema.ts';
import type { UnitFile } from './unit-schema.ts';

export type TopicKind = 'procedure' | 'guide';

/** A topic as the program uses it: the file, and which folder it came from. */
export interface Topic extends TopicFile {
  kind: TopicKind;
}

/** A unit as the program uses it. */
export type Unit = UnitFile;

export type Contact = ContactsFile['contacts'][number];
export type Flow = FlowFile;
export type Province = ProvincesFile['provinces'][number];

/** All content of a deployment at one moment; replaced as a whole when files change. */
export interface Library {
  /** Hash of all files; logged with each interaction. */
  readonly version: string;
  readonly topics: ReadonlyMap<string, Topic>;
  readonly legal: ReadonlyMap<string, LegalDocument>;
  readonly contacts: readonly Contact[];
  readonly provinces: ReadonlyMap<string, Province>;
  readonly units: ReadonlyMap<string, Unit>;
  readonly holidays: HolidaysFile;
  readonly places: PlacesFile;
  readonly flows: ReadonlyMap<string, Flow>;
}
