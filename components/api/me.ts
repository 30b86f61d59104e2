import type { BodyOf } from '../../server/contract/calls.js';
import type { Me, Providers, SecondFactorSetup, Sessions, SessionToken, SignInCodeAnswer } from '../../server/contract/wire.js';
import type { Client, Reader, Sending } from './client.js';

export const readMe = (client: Reader) => client.get<Me>('/me');
export const updateMe = (client: Client, version: number, body: BodyOf<'updateMe'>) => client.secret<Me>('PATCH', '/me', { body, version });
export const changePassword = (client: Client, body: BodyOf<'changePassword'>) => client.secret<void>('PUT', '/me/password', { body });
export const signIn = (client: Client, body: BodyOf<'signIn'>) => client.secret<Me>('POST', '/session', { body });
export const signOut = (client: Client, more: Sending = {}) => client.delete<void>('/session', more);
export const createSignInCode = (client: Client, body: BodyOf<'createSignInCode'>) =>
  client.secret<SignInCodeAnswer>('POST', '/session/code', { body });
export const createToken = (client: Client, body: BodyOf<'createToken'>) => client.secret<SessionToken>('POST', '/session/token', { body });

export const readProviders = (client: Reader) => client.get<Providers>('/session/providers');
export const listSessions = (client: Reader) => client.get<Sessions>('/me/sessions');
export const endSession = (client: Client, id: string, more: Sending = {}) =>
  client.delete<void>(`/me/sessions/${encodeURIComponent(id)}`, more);
export const beginSecondFactor = (client: Client, body: BodyOf<'beginSecondFactor'>) =>
  client.secret<SecondFactorSetup>('POST', '/me/second-factor', { body });
export const confirmSecondFactor = (client: Client, body: BodyOf<'confirmSecondFactor'>) =>
  client.secret<void>('PUT', '/me/second-factor', { body });
export const endSecondFactor = (client: Client, body: BodyOf<'endSecondFactor'>) =>
  client.secret<void>('POST', '/me/second-factor/removal', { body });
export const askForConfirmation = (client: Client, more: Sending = {}) => client.post<void>('/me/email-confirmation', more);
export const askForReset = (client: Client, body: BodyOf<'askForReset'>) => client.secret<void>('POST', '/password-resets', { body });
export const resetPassword = (client: Client, body: BodyOf<'resetPassword'>) => client.secret<void>('PUT', '/password-resets', { body });
export const confirmEmail = (client: Client, body: BodyOf<'confirmEmail'>) => client.secret<void>('POST', '/email-confirmations', { body });
