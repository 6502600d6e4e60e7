import { AppError } from '../../core/errors.ts';

/** A unit's Official Account, with the secrets already read from where they are kept. */
export interface ZaloUnit {
  unitId: string;
  oaId: string;
  appId: string;
  /** App Secret: for tokens only. */
  appSecret: string;
  /** OA Secret Key of the app's Webhook screen: for signatures only. */
  oaSecretKey: string;
  /** Refresh token with which the very first pair is fetched. */
  refreshToken?: string | undefined;
}

/** Units by OA id and by unit id. */
export interface ZaloUnits {
  all: readonly ZaloUnit[];
  byOaId: ReadonlyMap<string, ZaloUnit>;
  byUnitId: ReadonlyMap<string, ZaloUnit>;
}

/** Throws AppError `configuration` when two units share an OA or a secret is empty: no secret, no start. */
export function indexZaloUnits(units: readonly ZaloUnit[]): ZaloUnits {
  const byOaId = new Map<string, ZaloUnit>();
  for (const unit of units) {
    const other = byOaId.get(unit.oaId);
    if (other !== undefined) {
      throw new AppError(
        'configuration',
        `Units ${other.unitId} and ${unit.unitId} name the same Zalo OA ${unit.oaId}: give each unit its own oa_id.`,
      );
    }
    if (unit.appSecret === '' || unit.oaSecretKey === '') {
      throw new AppError(
        'configuration',
        `The Zalo secrets of unit ${unit.unitId} are empty: set the variables that its file names.`,
      );
    }
    byOaId.set(unit.oaId, unit);
  }
  return { all: units, byOaId, byUnitId: new Map(units.map((unit) => [unit.unitId, unit])) };
}
