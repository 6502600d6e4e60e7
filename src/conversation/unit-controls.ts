import type { Logger } from '../core/ports.ts';
import type {
  EmergencyNotice,
  SwitchedOff,
  UnitControl,
  UnitControls,
  UnitControlStore,
} from '../core/unit-control.ts';

/** How often the store is looked at although nothing was announced: an announcement may get lost. */
const lookEveryMs = 5_000;

export interface FollowedControls extends UnitControls {
  stop(): Promise<void>;
}

/**
 * Notices and kill switches as they are now, in memory, so that no message waits for them; follows the changes of all
 * processes. While the database cannot be read what was known last goes on.
 */
export async function followUnitControls(store: UnitControlStore, logger: Logger): Promise<FollowedControls> {
  const keyOf = (unitId: string, channel: string) => `${unitId}\n${channel}`;
  let notices = new Map<string, EmergencyNotice>();
  let switches = new Map<string, SwitchedOff & { since: string }>();

  const take = (controls: readonly UnitControl[]) => {
    notices = new Map();
    switches = new Map();
    for (const control of controls) {
      if (control.value === null) continue;
      if (control.kind === 'notice') notices.set(control.unitId, control.value);
      else switches.set(keyOf(control.unitId, control.channel), { ...control.value, since: control.at });
    }
  };
  let looking: Promise<void> | undefined;
  let again = false;
  const look = (): Promise<void> => {
    if (looking !== undefined) {
      again = true;
      return looking;
    }
    looking = store
      .current()
      .then(take, (error: unknown) => logger.warn({ error }, 'notices and switches cannot be read now'))
      .then(() => {
        looking = undefined;
        if (!again) return undefined;
        again = false;
        return look();
      });
    return looking;
  };

  take(await store.current());
  const stopWatching = await store.watch(() => void look());
  const timer = setInterval(() => void look(), lookEveryMs);
  timer.unref();
  return {
    notice(unitId, now) {
      const notice = notices.get(unitId);
      return notice !== undefined && now.getTime() < Date.parse(notice.until) ? notice.text : undefined;
    },
    switchedOff: (unitId, channel) => switches.get(keyOf(unitId, channel)),
    async stop() {
      clearInterval(timer);
      await stopWatching();
    },
  };
}
