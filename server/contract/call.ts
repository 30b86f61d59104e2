import type { z } from 'zod';
import type { Function } from '../domain/authority.js';
import type { TrailAction } from '../domain/trail.js';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/**
 * `anyone` may call without signing in; `identity` also a signed-in outside identity without an account; `integration`
 * another system by its token, and nobody else.
 */
export type Access = 'anyone' | 'identity' | 'account' | 'integration';

export interface Call<Query extends z.ZodType = z.ZodType, Body extends z.ZodType = z.ZodType> {
  method: Method;
  path: string;
  summary: string;
  access: Access;
  query?: Query;
  body?: Body;
  /** The name under which a denied read stands in the trail. */
  reads?: TrailAction;
  /** The name under which a denied write stands there, where it is denied before its use case. */
  denies?: TrailAction;
  /** Open to somebody who must first change the password, or set up a second factor. */
  settles?: 'password' | 'second-factor';
  /** Wants If-Match. */
  versioned?: boolean;
  /** Never kept for a repeated request: reveals, passwords, tokens. */
  secret?: boolean;
  /** Also takes a file, as multipart/form-data; only from those who hold this function is it read. */
  upload?: Function;
  answers: Record<number, z.ZodType | null>;
}

/** Keeps the types of a call's schemas. */
export function call<Query extends z.ZodType = z.ZodNever, Body extends z.ZodType = z.ZodNever>(
  definition: Call<Query, Body>,
): Call<Query, Body> {
  return definition;
}
