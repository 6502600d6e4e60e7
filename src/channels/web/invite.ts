import type { Invitation } from '../../core/ports.ts';

/** Opens the web chat of a unit; its page sends `ref` when the conversation begins. */
export function webInvitation(publicUrl: string, unitId: string, code: string): Invitation {
  return {
    url: `${publicUrl}/?unit=${encodeURIComponent(unitId)}&ref=${encodeURIComponent(code)}`,
    carriesCode: true,
  };
}
