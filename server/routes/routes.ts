/** Connects every call of the contract with its use case. */
import { deleteCookie, setCookie } from 'hono/cookie';
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
import { cookieName } from './who.js';

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

  on.on(calls.readMe, (act) => me.readMe(act));
  on.on(calls.updateMe, (act, { body }) => me.updateMe(act, body));
  on.on(calls.changePassword, (act, { body }) => me.changePassword(act, body));
  on.on(calls.signIn, async (act, { body }, c) => {
    const { me: who, token } = await sessions.signIn(act, body);
    // Sends a duration instead of an instant, because the client's clock may be wrong.
    setCookie(c, cookieName(secure), token, { ...cookie, maxAge: kit.limits.sessionSeconds });
    return who;
  });
  on.on(calls.signOut, async (act, _input, c) => {
    const reply = await sessions.signOut(act);
    deleteCookie(c, cookieName(secure), cookie);
    return reply;
  });
  on.on(calls.createSignInCode, (act, { body }) => sessions.createSignInCode(act, body));
  on.on(calls.createToken, (act, { body }, c) => sessions.createToken(act, c.req.header('Origin') ?? null, body));

  on.on(calls.listProviders, async () => ({
    password: kit.ownLogin,
    reset: kit.ownLogin && kit.outbox.writes && kit.site !== null,
    providers,
  }));
  on.on(calls.listSessions, (act) => sessions.listSessions(act));
  on.on(calls.endSession, (act, { param }) => sessions.endSession(act, param('id')));
  on.on(calls.beginSecondFactor, (act, { body }) => secondFactor.beginSecondFactor(act, body));
  on.on(calls.confirmSecondFactor, (act, { body }) => secondFactor.confirmSecondFactor(act, body));
  on.on(calls.endSecondFactor, (act, { body }) => secondFactor.endSecondFactor(act, body));
  on.on(calls.readOwnData, async (act) => fileResponse(await readOwnData(act)));
  on.on(calls.askForReset, (act, { body }) => recovery.askForReset(act, body));
  on.on(calls.resetPassword, (act, { body }) => recovery.resetPassword(act, body));
  on.on(calls.askForConfirmation, (act) => recovery.askForConfirmation(act));
  on.on(calls.confirmEmail, (act, { body }) => recovery.confirmEmail(act, body));

  on.on(calls.inviteTeacher, (act, { param }) => teachers.inviteTeacher(act, param('id')));
  on.on(calls.claim, (act, { body }) => claims.claimByInvitation(act, body));
  on.on(calls.claimForTeacher, (act, { body }) => claims.claimByIntegration(act, body));
  on.on(calls.listIntegrations, (act, { param }) => integrations.listIntegrations(act, param('id')));
  on.on(calls.createIntegration, (act, { param, body }) => integrations.createIntegration(act, param('id'), body));
  on.on(calls.endIntegration, (act, { param }) => integrations.endIntegration(act, param('id'), param('integration')));

  on.on(calls.searchDirectory, (act, { query }) => {
    searches.count(act.request.from ?? '', act.now.getTime());
    return units.searchDirectory(act, query);
  });
  on.on(calls.listUnits, (act, { query }) => units.listUnits(act, query));
  on.on(calls.readUnit, (act, { param }) => units.readUnit(act, param('id')));
  on.on(calls.createUnit, (act, { body }) => units.createUnit(act, body));
  on.on(calls.updateUnit, (act, { param, body }) => units.updateUnit(act, param('id'), body));

  on.on(calls.apply, (act, { body }) => applications.apply(act, body));
  on.on(calls.readApplication, (act, { param }) => applications.readApplication(act, param('reference')));

  on.on(calls.listAccounts, (act, { query }) => accounts.listAccounts(act, query));
  on.on(calls.readAccount, (act, { param }) => accounts.readAccount(act, param('id')));
  on.on(calls.updateAccount, (act, { param, body }) => accounts.updateAccount(act, param('id'), body));
  on.on(calls.activateAccount, (act, { param, body }) => accounts.activateAccount(act, param('id'), body));
  on.on(calls.switchRole, (act, { param, body }) => accounts.switchRole(act, param('id'), body));
  on.on(calls.rejectAccount, (act, { param, body }) => accounts.rejectAccount(act, param('id'), body));
  on.on(calls.deleteAccount, (act, { param, body }) => accounts.deleteAccount(act, param('id'), body));
  on.on(calls.restoreAccount, (act, { param }) => accounts.restoreAccount(act, param('id')));
  on.on(calls.removeSecondFactor, (act, { param }) => accounts.removeSecondFactor(act, param('id')));
  on.on(calls.linkIdentity, (act, { param, body }) => accounts.linkIdentity(act, param('id'), body));
  on.on(calls.unlinkIdentity, (act, { param }) => accounts.unlinkIdentity(act, param('id'), param('identity')));

  on.on(calls.exportTeachers, async (act, { query }) => {
    counted(act);
    return fileResponse(await exportTeachers(act, query));
  });
  on.on(calls.exportPersonalData, async (act, { body }) => fileResponse(await exportPersonalData(act, body)));
  on.on(calls.stageImport, (act, { body }) => {
    counted(act);
    return imports.stageImport(act, body);
  });
  on.on(calls.listImports, (act) => imports.listImports(act));
  on.on(calls.readTemplate, async (act, { query }) => fileResponse(await imports.importTemplate(act, query)));
  on.on(calls.readImport, (act, { param }) => imports.readImport(act, param('id')));
  on.on(calls.updateImport, (act, { param, body }) => imports.updateImport(act, param('id'), body));
  on.on(calls.updateImportRow, (act, { param, body }) => imports.updateImportRow(act, param('id'), param('row'), body));
  on.on(calls.commitImport, (act, { param, body }) => commitImport(act, param('id'), body));
  on.on(calls.undoImport, (act, { param }) => undoImport(act, param('id')));
  on.on(calls.readImportErrors, async (act, { param, query }) => fileResponse(await imports.importErrors(act, param('id'), query)));
  on.on(calls.checkRegistration, (act, { body }) => registration.checkTeacher(act, body));
  on.on(calls.registerTeacher, (act, { body }) => registration.registerTeacher(act, body));
  on.on(calls.listTeachers, (act, { query }) => teachers.listTeachers(act, query));
  on.on(calls.readTeacher, (act, { param }) => teachers.readTeacher(act, param('id')));
  on.on(calls.updateTeacher, (act, { param, body }) => teachers.updateTeacher(act, param('id'), body));
  on.on(calls.correctIdentity, (act, { param, body }) => teachers.correctIdentity(act, param('id'), body));
  on.on(calls.departTeacher, (act, { param, body }) => teachers.departTeacher(act, param('id'), body));
  on.on(calls.returnTeacher, (act, { param }) => teachers.returnTeacher(act, param('id')));
  on.on(calls.revealTeacher, (act, { param, body }) => teachers.revealTeacher(act, param('id'), body));

  on.on(calls.listTransfers, (act, { query }) => disputes.listProposals(act, query));
  on.on(calls.disputeTransfer, (act, { body }) => disputes.dispute(act, body));
  on.on(calls.decideTransfer, (act, { param, body }) => disputes.decideDispute(act, param('id'), body));
  on.on(calls.acceptTransfer, (act, { param }) => transfers.acceptTransfer(act, param('id')));
  on.on(calls.refuseTransfer, (act, { param, body }) => transfers.refuseTransfer(act, param('id'), body));

  on.on(calls.listHandovers, (act) => handovers.listHandovers(act));
  on.on(calls.beginHandover, (act, { body }) => handovers.beginHandover(act, body));
  on.on(calls.consentToHandover, (act, { param }) => handovers.consentToHandover(act, param('id')));
  on.on(calls.approveHandover, (act, { param }) => handovers.approveHandover(act, param('id')));
  on.on(calls.refuseHandover, (act, { param, body }) => handovers.refuseHandover(act, param('id'), body));
  on.on(calls.readAttention, (act) => readAttention(act));
  on.on(calls.readStatistics, (act, { query }) => readStatistics(act, query));

  on.on(calls.readTrail, (act, { query }) => readTrail(act, query));
  on.on(calls.readCodes, async () => kit.codes);
  on.on(calls.readNotice, async () => kit.notice);
  on.on(calls.live, async () => ({ status: 'ok' }));
  on.on(calls.ready, async (act, _input, c) => {
    try {
      await act.store.ping();
      return { status: 'ok' };
    } catch {
      return c.json({ status: 'unavailable' }, 503, { 'Retry-After': '5' });
    }
  });
}
