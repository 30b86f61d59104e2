/** The types of what goes over the wire, for both sides. */
import type { z } from 'zod';
import type * as shape from './shapes.js';

export type Action = z.infer<typeof shape.Action>;
export type Unit = z.infer<typeof shape.Unit>;
export type Account = z.infer<typeof shape.Account>;
export type Me = z.infer<typeof shape.Me>;
export type Teacher = z.infer<typeof shape.Teacher>;
export type Transfer = z.infer<typeof shape.Transfer>;
export type TrailEntry = z.infer<typeof shape.TrailEntry>;
export type Codes = z.infer<typeof shape.Codes>;
export type Problem = z.infer<typeof shape.Problem>;
export type UnitPage = z.infer<typeof shape.UnitPage>;
export type AccountPage = z.infer<typeof shape.AccountPage>;
export type TeacherPage = z.infer<typeof shape.TeacherPage>;
export type TransferPage = z.infer<typeof shape.TransferPage>;
export type TrailPage = z.infer<typeof shape.TrailPage>;
export type Directory = z.infer<typeof shape.Directory>;
export type ApplicationReceipt = z.infer<typeof shape.ApplicationReceipt>;
export type ApplicationStatus = z.infer<typeof shape.ApplicationStatus>;
export type Identities = z.infer<typeof shape.Identities>;
export type Revealed = z.infer<typeof shape.Revealed>;
export type Check = z.infer<typeof shape.Check>;
export type ProposedTransfer = z.infer<typeof shape.ProposedTransfer>;
export type SessionToken = z.infer<typeof shape.SessionToken>;
export type SignInCodeAnswer = z.infer<typeof shape.SignInCodeAnswer>;
