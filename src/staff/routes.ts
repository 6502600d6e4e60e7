import { accountRoutes } from './account/account-pages.ts';
import { auditRoutes } from './audit/audit-pages.ts';
import { conversationRoutes } from './conversations/conversation-pages.ts';
import { outreachRoutes } from './outreach/outreach-pages.ts';
import { overviewRoutes } from './overview/overview-pages.ts';
import { reviewRoutes } from './review/queue-pages.ts';
import { trainingRoutes } from './review/training-pages.ts';
import { reportRoutes } from './reports/report-pages.ts';
import type { StaffRoute } from './route.ts';
import { browseRoutes } from './content/browse-pages.ts';
import { changeRoutes } from './content/change-pages.ts';
import { controlRoutes } from './content/control-pages.ts';
import { editRoutes } from './content/edit-pages.ts';
import { factRoutes } from './content/fact-pages.ts';
import { settingRoutes } from './settings/setting-pages.ts';
import { memberRoutes } from './settings/member-pages.ts';
import { userRoutes } from './settings/user-pages.ts';
import { invitationRoutes } from './sign-in/invitation-pages.ts';
import { newPasswordRoutes } from './sign-in/new-password-pages.ts';
import { providerRoutes } from './sign-in/provider-pages.ts';
import { signInRoutes } from './sign-in/sign-in-pages.ts';
import { takeoverRoutes } from './takeover/takeover-pages.ts';

/** Every route of the console. A subject's routes stand in its folder; here they become reachable. */
export const staffRoutes: readonly StaffRoute[] = [
  ...signInRoutes,
  ...providerRoutes,
  ...invitationRoutes,
  ...newPasswordRoutes,
  ...accountRoutes,
  ...overviewRoutes,
  ...conversationRoutes,
  ...reviewRoutes,
  ...trainingRoutes,
  ...browseRoutes,
  ...editRoutes,
  ...factRoutes,
  ...changeRoutes,
  ...controlRoutes,
  ...takeoverRoutes,
  ...outreachRoutes,
  ...settingRoutes,
  ...memberRoutes,
  ...userRoutes,
  ...auditRoutes,
  ...reportRoutes,
];
