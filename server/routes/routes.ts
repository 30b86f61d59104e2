/** Connects every call of the contract with its use case. */
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { calls } from '../contract/calls.js';
import type { Providers } from '../contract/wire.js';
import * as accounts from '../services/accounts/accounts.js';
import type { Act } from '../services/core/act.js';
import * as applications from '../services/accounts/applications.js';
import { readAttention } from '../services/units/attention.js';
import * as claims from '../services/registration/claims.js';
import * as disputes from '../services/registration/disputes.js';
import { exportPersonalData, exportTeachers } from '../services/roster/exports.js';
import * as handovers from '../services/accounts/handovers.js';
import { commitImport, undoImport } from '../services/imports/import-commit.js';
import * as imports from '../services/imports/imports.js';
import * as integrations from '../services/sign-in/integrations.js';
import type { Kit } from '../services/core/kit.js';
import * as me from '../services/sign-in/me.js';
import { readOwnData } from '../services/trail/own-data.js';
import * as recovery from '../services/sign-in/recovery.js';
import * as registration from '../services/registration/registration.js';
import * as secondFactor from '../services/sign-in/second-factor.js';
import * as sessions from '../services/sign-in/sessions.js';
import * as teachers from '../services/roster/teachers.js';
import { readStatistics } from '../services/roster/statistics.js';
import { readTrail } from '../services/trail/trail.js';
import * as transfers from '../services/registration/transfers.js';
import * as units from '../services/units/units.js';
import type { CallRoutes } from './call-routes.js';
import { fileResponse } from './file-response.js';
import type { MemoryLimit } from './memory-limit.js';
import { cookieName, deviceCookie } from './who.js';

export interface RouteOptions {
  secure: boolean;
  searches: MemoryLimit;
  /** Rate limit of staged imports and roster exports, by account. */
  files: MemoryLimit;
  /** The OpenID providers offered for sign-in. */
  providers: Providers['providers'];
}

export function addRoutes(on: CallRoutes, kit: Kit, { secure, searches, files, providers }: RouteOptions): void {
  const counted = (act: Act): void => files.count(act.caller.account.id, act.now.getTime());
  const cookie = { httpOnly: true, sameSite: 'Lax', secure, path: '/' } as const;
  const deviceOf = (c: Context): string | null => getCookie(c, deviceCookie(secure)) ?? null;
  const remember = (c: Context, device: string): void =>
    setCookie(c, deviceCookie(secure), device, { ...cookie, maxAge: kit.limits.deviceSeconds });

  on.serve(calls, {
    readMe: (act) => me.readMe(act),
    updateMe: (act, { body }) => me.updateMe(act, body),
    changePassword: async (act, { body }, c) => {
      const { reply, device } = await me.changePassword(act, body, deviceOf(c));
      remember(c, device);
      return reply;
    },
    signIn: async (act, { body }, c) => {
      const { me: who, token, device } = await sessions.signIn(act, body, deviceOf(c));
      // Sends a duration instead of an instant, because the client's clock may be wrong.
      setCookie(c, cookieName(secure), token, { ...cookie, maxAge: kit.limits.sessionSeconds });
      remember(c, device);
      return who;
    },
    signOut: async (act, _input, c) => {
      const reply = await sessions.signOut(act);
      deleteCookie(c, cookieName(secure), cookie);
      return reply;
    },
    createSignInCode: (act, { body }) => sessions.createSignInCode(act, body),
    createToken: (act, { body }, c) => sessions.createToken(act, c.req.header('Origin') ?? null, body),

    listProviders: async () => ({
      password: kit.ownLogin,
      reset: kit.ownLogin && kit.outbox.writes && kit.site !== null,
      providers,
    }),
    listSessions: (act) => sessions.listSessions(act),
    endSession: (act, { param }) => sessions.endSession(act, param('id')),
    beginSecondFactor: (act, { body }) => secondFactor.beginSecondFactor(act, body),
    confirmSecondFactor: (act, { body }) => secondFactor.confirmSecondFactor(act, body),
    endSecondFactor: (act, { body }) => secondFactor.endSecondFactor(act, body),
    readOwnData: async (act) => fileResponse(await readOwnData(act)),
    askForReset: (act, { body }, c) => recovery.askForReset(act, body, deviceOf(c)),
    resetPassword: async (act, { body }, c) => {
      const { reply, device } = await recovery.resetPassword(act, body, deviceOf(c));
      remember(c, device);
      return reply;
    },
    askForConfirmation: (act) => recovery.askForConfirmation(act),
    confirmEmail: (act, { body }) => recovery.confirmEmail(act, body),

    inviteTeacher: (act, { param }) => teachers.inviteTeacher(act, param('id')),
    claim: (act, { body }) => claims.claimByInvitation(act, body),
    claimForTeacher: (act, { body }) => claims.claimByIntegration(act, body),
    listIntegrations: (act, { param }) => integrations.listIntegrations(act, param('id')),
    createIntegration: (act, { param, body }) => integrations.createIntegration(act, param('id'), body),
    endIntegration: (act, { param }) => integrations.endIntegration(act, param('id'), param('integration')),

    searchDirectory: (act, { query }) => {
      searches.count(act.request.from ?? '', act.now.getTime());
      return units.searchDirectory(act, query);
    },
    listUnits: (act, { query }) => units.listUnits(act, query),
    readUnit: (act, { param }) => units.readUnit(act, param('id')),
    createUnit: (act, { body }) => units.createUnit(act, body),
    updateUnit: (act, { param, body }) => units.updateUnit(act, param('id'), body),

    apply: (act, { body }) => applications.apply(act, body),
    readApplication: (act, { param }) => applications.readApplication(act, param('reference')),

    listAccounts: (act, { query }) => accounts.listAccounts(act, query),
    readAccount: (act, { param }) => accounts.readAccount(act, param('id')),
    updateAccount: (act, { param, body }) => accounts.updateAccount(act, param('id'), body),
    activateAccount: (act, { param, body }) => accounts.activateAccount(act, param('id'), body),
    switchRole: (act, { param, body }) => accounts.switchRole(act, param('id'), body),
    rejectAccount: (act, { param, body }) => accounts.rejectAccount(act, param('id'), body),
    deleteAccount: (act, { param, body }) => accounts.deleteAccount(act, param('id'), body),
    restoreAccount: (act, { param }) => accounts.restoreAccount(act, param('id')),
    removeSecondFactor: (act, { param }) => accounts.removeSecondFactor(act, param('id')),
    listIdentities: (act, { param }) => accounts.listIdentities(act, param('id')),
    linkIdentity: (act, { param, body }) => accounts.linkIdentity(act, param('id'), body),
    unlinkIdentity: (act, { param }) => accounts.unlinkIdentity(act, param('id'), param('identity')),

    exportTeachers: async (act, { query }) => {
      counted(act);
      return fileResponse(await exportTeachers(act, query));
    },
    exportPersonalData: async (act, { body }) => fileResponse(await exportPersonalData(act, body)),
    stageImport: (act, { body }) => {
      counted(act);
      return imports.stageImport(act, body);
    },
    listImports: (act) => imports.listImports(act),
    readTemplate: async (act, { query }) => fileResponse(await imports.importTemplate(act, query)),
    readImport: (act, { param }) => imports.readImport(act, param('id')),
    updateImport: (act, { param, body }) => imports.updateImport(act, param('id'), body),
    updateImportRow: (act, { param, body }) => imports.updateImportRow(act, param('id'), param('row'), body),
    commitImport: (act, { param, body }) => commitImport(act, param('id'), body),
    undoImport: (act, { param }) => undoImport(act, param('id')),
    readImportErrors: async (act, { param, query }) => fileResponse(await imports.importErrors(act, param('id'), query)),
    checkRegistration: (act, { body }) => registration.checkTeacher(act, body),
    registerTeacher: (act, { body }) => registration.registerTeacher(act, body),
    listTeachers: (act, { query }) => teachers.listTeachers(act, query),
    readTeacher: (act, { param }) => teachers.readTeacher(act, param('id')),
    updateTeacher: (act, { param, body }) => teachers.updateTeacher(act, param('id'), body),
    correctIdentity: (act, { param, body }) => teachers.correctIdentity(act, param('id'), body),
    departTeacher: (act, { param, body }) => teachers.departTeacher(act, param('id'), body),
    returnTeacher: (act, { param }) => teachers.returnTeacher(act, param('id')),
    revealTeacher: (act, { param, body }) => teachers.revealTeacher(act, param('id'), body),

    listTransfers: (act, { query }) => disputes.listProposals(act, query),
    disputeTransfer: (act, { body }) => disputes.dispute(act, body),
    decideTransfer: (act, { param, body }) => disputes.decideDispute(act, param('id'), body),
    acceptTransfer: (act, { param }) => transfers.acceptTransfer(act, param('id')),
    withdrawTransfer: (act, { param }) => transfers.withdrawTransfer(act, param('id')),
    refuseTransfer: (act, { param, body }) => transfers.refuseTransfer(act, param('id'), body),

    listHandovers: (act) => handovers.listHandovers(act),
    beginHandover: (act, { body }) => handovers.beginHandover(act, body),
    consentToHandover: (act, { param }) => handovers.consentToHandover(act, param('id')),
    approveHandover: (act, { param }) => handovers.approveHandover(act, param('id')),
    refuseHandover: (act, { param, body }) => handovers.refuseHandover(act, param('id'), body),
    readAttention: (act) => readAttention(act),
    readStatistics: (act, { query }) => readStatistics(act, query),

    readTrail: (act, { query }) => readTrail(act, query),
    readCodes: async () => kit.codes,
    readNotice: async () => kit.notice,
    live: async () => ({ status: 'ok' }),
    ready: async (act, _input, c) => {
      try {
        await act.store.ping();
        return { status: 'ok' };
      } catch {
        return c.json({ status: 'unavailable' }, 503, { 'Retry-After': '5' });
      }
    },
  });
}
