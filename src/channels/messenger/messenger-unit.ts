import { AppError } from '../../core/errors.ts';

/** A unit's Page, with the secrets already read from where they are kept. */
export interface MessengerUnit {
  unitId: string;
  pageId: string;
  /** Our app's id, to tell our own echoes from an officer's replies. */
  appId?: string | undefined;
  appSecret: string;
  /** Our own string, repeated in the app's dashboard when the webhook is set. */
  verifyToken: string;
  pageToken: string;
  /** "v25.0"; never call without a version. */
  graphVersion?: string | undefined;
  /** App with which officers answer; the Page Inbox unless said otherwise. */
  inboxAppId?: string | undefined;
}

/** Units by page id and by unit id. */
export interface MessengerUnits {
  all: readonly MessengerUnit[];
  byPageId: ReadonlyMap<string, MessengerUnit>;
  byUnitId: ReadonlyMap<string, MessengerUnit>;
}

/** Throws AppError `configuration` when two units share a Page or a secret is empty: no secret, no start. */
export function indexMessengerUnits(units: readonly MessengerUnit[]): MessengerUnits {
  const byPageId = new Map<string, MessengerUnit>();
  for (const unit of units) {
    const other = byPageId.get(unit.pageId);
    if (other !== undefined) {
      throw new AppError(
        'configuration',
        `Units ${other.unitId} and ${unit.unitId} name the same Page ${unit.pageId}: give each unit its own page_id.`,
      );
    }
    if (unit.appSecret === '' || unit.verifyToken === '' || unit.pageToken === '') {
      throw new AppError(
        'configuration',
        `The Messenger secrets of unit ${unit.unitId} are empty: set the variables that its file names.`,
      );
    }
    byPageId.set(unit.pageId, unit);
  }
  return { all: units, byPageId, byUnitId: new Map(units.map((unit) => [unit.unitId, unit])) };
}

/** App id of the Page Inbox, the same for every Page. */
export const pageInboxAppId = '263902037430900';
export const defaultGraphVersion = 'v25.0';
