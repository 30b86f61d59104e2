/** Ways to find out who is calling: a function of the portal, or the password log-in. */
import type { Context } from 'hono';

/** Whom a portal's function names: an outside identity, an account of the kit, or null for somebody who is not signed in. */
export type Identified =
  | (({ issuer: string; subject: string; name?: string; email?: string } | { accountId: string }) & {
      /**
       * The caller was identified by a token in the `Authorization` header alone, which no browser adds by itself. Only then may
       * a write lack an allowed Origin. `bearer()` sets it.
       */
      by?: 'token';
    })
  | null;

/** Whether a value can name somebody. Without this check everybody of a provider that leaves it empty would be one person. */
export function isIdentifier(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

export interface IdentifyInput {
  /** Hono's context, after the portal's middleware. */
  context: Context;
  /** Under `toNodeHandler`: Node's request, for example Express's `req` with its session. */
  incoming: unknown;
}

export type Identify = (request: Request, input: IdentifyInput) => Identified | Promise<Identified>;

/** Uses the first result that is not null: `firstOf(bearer({ … }), portalSession)`. */
export function firstOf(...all: Identify[]): Identify {
  return async (request, input) => {
    for (const identify of all) {
      const found = await identify(request, input);
      if (found !== null) return found;
    }
    return null;
  };
}

/** The password log-in: user name, password, and a session in the database. */
export interface PasswordLogin {
  readonly kind: 'password-login';
}

export function passwordLogin(): PasswordLogin {
  return { kind: 'password-login' };
}
