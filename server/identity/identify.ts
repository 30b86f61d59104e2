/** Who is calling: the portal's own function, or the kit's own log-in. */
import type { Context } from 'hono';

/** What a portal says of its user: an outside identity, an account of the kit, or nobody. */
export type Identified = { issuer: string; subject: string; name?: string; email?: string } | { accountId: string } | null;

export interface IdentifyInput {
  /** Hono's context, as the portal's own middleware left it. */
  context: Context;
  /** Node's own request under `toNodeHandler`: Express's `req` with its session. */
  incoming: unknown;
}

export type Identify = (request: Request, input: IdentifyInput) => Identified | Promise<Identified>;

/** The first that knows who is calling: `firstOf(bearer({ … }), portalSession)`. */
export function firstOf(...all: Identify[]): Identify {
  return async (request, input) => {
    for (const identify of all) {
      const found = await identify(request, input);
      if (found !== null) return found;
    }
    return null;
  };
}

/** The kit's own log-in: user name, password, a session in the database. */
export interface PasswordLogin {
  readonly kind: 'password-login';
}

export function passwordLogin(): PasswordLogin {
  return { kind: 'password-login' };
}
