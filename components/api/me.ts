import type { BodyOf } from '../../server/contract/calls.js';
import type { Me, SessionToken, SignInCodeAnswer } from '../../server/contract/wire.js';
import type { Client } from './client.js';

export const readMe = (client: Client) => client.get<Me>('/me');
export const updateMe = (client: Client, version: number, body: BodyOf<'updateMe'>) => client.secret<Me>('PATCH', '/me', { body, version });
export const changePassword = (client: Client, body: BodyOf<'changePassword'>) => client.secret<void>('PUT', '/me/password', { body });
export const signIn = (client: Client, body: BodyOf<'signIn'>) => client.secret<Me>('POST', '/session', { body });
export const signOut = (client: Client) => client.delete<void>('/session');
export const createSignInCode = (client: Client, body: BodyOf<'createSignInCode'>) =>
  client.secret<SignInCodeAnswer>('POST', '/session/code', { body });
export const createToken = (client: Client, body: BodyOf<'createToken'>) => client.secret<SessionToken>('POST', '/session/token', { body });
