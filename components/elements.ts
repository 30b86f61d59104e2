/** The element classes, without registration. `defineAll({ prefix })` registers them under a prefix. */
import { AccountApplication } from './account-application/account-application.js';
import { AccountManager } from './account-manager/account-manager.js';
import { AccountProfile } from './account-profile/account-profile.js';
import { AccountRecovery } from './account-recovery/account-recovery.js';
import { AccountSignIn } from './account-sign-in/account-sign-in.js';
import { AuditTrail } from './audit-trail/audit-trail.js';
import { define } from './define.js';
import { InserviceProvider } from './inservice-provider/inservice-provider.js';
import { TeacherClaim } from './teacher-claim/teacher-claim.js';
import { TeacherRegister } from './teacher-register/teacher-register.js';
import { TeacherRoster } from './teacher-roster/teacher-roster.js';
import { UnitOverview } from './unit-overview/unit-overview.js';
import { UnitStatistics } from './unit-statistics/unit-statistics.js';

export {
  AccountApplication,
  AccountManager,
  AccountProfile,
  AccountRecovery,
  AccountSignIn,
  AuditTrail,
  InserviceProvider,
  TeacherClaim,
  TeacherRegister,
  TeacherRoster,
  UnitOverview,
  UnitStatistics,
};
export { ApiError } from './api/api-error.js';
export { Client, type ClientOptions } from './api/client.js';
export { configure, Connection } from './context/connection.js';
export { connectionContext } from './context/index.js';
export * from './events.js';
export { addLocale } from './i18n/add-locale.js';
export type { Messages, PartialMessages } from './i18n/locale.js';
export { mount } from './mount.js';
export { version } from './version.js';

/** All elements by their tag. */
export const TAGS = {
  'inservice-provider': InserviceProvider,
  'account-sign-in': AccountSignIn,
  'account-recovery': AccountRecovery,
  'account-profile': AccountProfile,
  'account-application': AccountApplication,
  'account-manager': AccountManager,
  'teacher-roster': TeacherRoster,
  'teacher-register': TeacherRegister,
  'unit-overview': UnitOverview,
  'unit-statistics': UnitStatistics,
  'audit-trail': AuditTrail,
  'teacher-claim': TeacherClaim,
} as const;

export type Tag = keyof typeof TAGS;

/** Registers all elements, with an optional prefix: `defineAll({ prefix: 'moe-' })`. */
export function defineAll({ prefix = '' }: { prefix?: string } = {}): void {
  for (const [tag, element] of Object.entries(TAGS)) {
    // A class can be registered only once, so each prefixed tag gets a subclass.
    define(`${prefix}${tag}`, prefix === '' ? element : class extends (element as CustomElementConstructor) {});
  }
}
