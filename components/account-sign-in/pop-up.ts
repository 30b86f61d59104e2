/** Sign-in for a page of another site: the kit's page in a window, a one-time code, PKCE (RFC 7636). */

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/=+$/, '');
const random = (): string => base64url(crypto.getRandomValues(new Uint8Array(32)));

/** A one-time code and its PKCE verifier. */
export interface CodeAnswer {
  code: string;
  verifier: string;
}

/** Requests a code in a window of the kit at `baseUrl`; null if the browser blocked the window. */
export async function askForCode(baseUrl: string, signal: AbortSignal): Promise<CodeAnswer | null> {
  const verifier = random();
  const state = random();
  // Opened before the first await: browsers allow a window only in the click itself.
  const window_ = window.open('about:blank', 'inservice-sign-in', 'popup,width=480,height=720');
  if (!window_) return null;
  const challenge = base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))));
  const page = new URL(`${baseUrl}/sign-in`);
  page.search = new URLSearchParams({ origin: location.origin, challenge, state }).toString();
  window_.location.href = page.href;
  const code = await new Promise<string>((resolve, reject) => {
    const onMessage = (event: MessageEvent): void => {
      const data = event.data as { type?: unknown; state?: unknown; code?: unknown } | null;
      if (event.origin !== page.origin || data?.type !== 'inservice-sign-in' || data.state !== state || typeof data.code !== 'string')
        return;
      removeEventListener('message', onMessage);
      resolve(data.code);
    };
    addEventListener('message', onMessage);
    signal.addEventListener('abort', () => {
      removeEventListener('message', onMessage);
      reject(signal.reason as Error);
    });
  });
  return { code, verifier };
}
