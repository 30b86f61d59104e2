import type { z } from 'zod';
import type { Function } from '../domain/authority.js';
import type { TrailAction } from '../domain/trail.js';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/**
 * `anyone` may call without signing in; `identity` admits accounts and outside identities without an account;
 * `integration` admits only an integration token.
 */
export type Access = 'anyone' | 'identity' | 'account' | 'integration';

export interface Call<Query extends z.ZodType = z.ZodType, Body extends z.ZodType = z.ZodType> {
  method: Method;
  path: string;
  summary: string;
  access: Access;
  query?: Query;
  body?: Body;
  /** The action of the audit entry of a denied read. */
  reads?: TrailAction;
  /** The action of the audit entry of a write that is denied before its use case runs. */
  denies?: TrailAction;
  /** The required step that this call completes, so it is open to callers who must complete it. */
  settles?: 'password' | 'second-factor';
  /** Requires If-Match. */
  versioned?: boolean;
  /** The answer is never stored for a repeated request: reveals, passwords, tokens. */
  secret?: boolean;
  /** Changes nothing: a question whose body must not stand in an address. */
  question?: boolean;
  /** Also accepts a file as multipart/form-data, which is read only if the caller has this function. */
  upload?: Function;
  answers: Record<number, z.ZodType | null>;
}

/** Keeps each part of a call in its type: the routes' inputs and all that a caller sends and gets are computed from it. */
export function call<const Definition extends Call>(definition: Definition): Definition {
  return definition;
}
