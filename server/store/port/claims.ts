/** Invitations, log-ins of teachers, and tokens of other systems. */
import type { UnitPath } from '../../domain/units.js';
import type { IntegrationRecord, InvitationRecord, TeacherLoginRecord, TeacherRecord } from '../records.js';
import type { Change } from './change.js';

export interface ClaimStore {
  /** Takes the place of an earlier invitation of the same entry. */
  invite(invitation: InvitationRecord, change: Change): Promise<void>;
  invitation(codeHash: string): Promise<InvitationRecord | null>;
  /** The entry becomes its owner's: saved at the version read, with the log-in, and the invitation is used up. */
  claimTeacher(teacher: TeacherRecord, login: TeacherLoginRecord, codeHash: string | null, change: Change): Promise<void>;
  teacherLogin(by: { issuer: string; subject: string } | { username: string }): Promise<TeacherLoginRecord | null>;
  integration(tokenHash: string): Promise<IntegrationRecord | null>;
  /** Those bound to a unit or below it, newest first. */
  integrations(within: UnitPath): Promise<IntegrationRecord[]>;
  openIntegration(integration: IntegrationRecord, change: Change): Promise<void>;
  endIntegration(id: string, at: string, change: Change): Promise<void>;
}
