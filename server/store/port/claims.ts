/** Invitations, log-ins of teachers, and integrations. */
import type { UnitPath } from '../../domain/units.js';
import type { IntegrationRecord, InvitationRecord, TeacherLoginRecord, TeacherRecord } from '../records.js';
import type { Change } from './change.js';

export interface ClaimStore {
  /** Replaces an earlier invitation for the same entry. */
  invite(invitation: InvitationRecord, change: Change): Promise<void>;
  invitation(codeHash: string): Promise<InvitationRecord | null>;
  /** Saves the entry at the version that was read, adds the teacher's log-in, and deletes the invitation. */
  claimTeacher(teacher: TeacherRecord, login: TeacherLoginRecord, codeHash: string | null, change: Change): Promise<void>;
  teacherLogin(by: { issuer: string; subject: string } | { username: string }): Promise<TeacherLoginRecord | null>;
  integration(tokenHash: string): Promise<IntegrationRecord | null>;
  /** The integrations of a unit and the units below it, newest first. */
  integrations(within: UnitPath): Promise<IntegrationRecord[]>;
  openIntegration(integration: IntegrationRecord, change: Change): Promise<void>;
  endIntegration(id: string, at: string, change: Change): Promise<void>;
}
