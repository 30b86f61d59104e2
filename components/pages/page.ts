/** What the reference server's pages share: sign-in over the page when it is needed, sign-out, leaving only with what is saved. */
import '../index.js';
import type { AccountSignIn } from '../account-sign-in/account-sign-in.js';
import { ApiError } from '../api/api-error.js';
import type { InserviceProvider } from '../inservice-provider/inservice-provider.js';

const provider = document.querySelector<InserviceProvider>('inservice-provider')!;
const dialog = document.querySelector<HTMLDialogElement>('dialog#sign-in');
const out = document.querySelector<HTMLButtonElement>('#sign-out');

async function follow(): Promise<void> {
  await provider.updateComplete;
  const connection = provider.connection!;
  const show = async (): Promise<void> => {
    const me = await connection.me().catch(() => null);
    document.documentElement.toggleAttribute('data-signed-in', me?.account !== null && me !== null);
    document.documentElement.dataset['role'] = me?.role ?? '';
    if (!me?.account) return;
    dialog?.close();
    // A first password is changed before anything else.
    if ((me.account.mustChangePassword || me.account.mustSetSecondFactor) && location.pathname !== '/profile')
      location.href = `/profile${location.search}`;
  };
  connection.addEventListener('ended', () => void show());
  connection.addEventListener('change', () => {
    // The form that had the focus is gone once someone is signed in.
    void show().then(() => document.activeElement === document.body && document.querySelector('main')?.focus());
  });
  await show();
}

// What is typed stays on the page: the sign-in comes over it, and the elements read anew behind it.
document.addEventListener('inservice-auth-required', () => {
  if (dialog && !dialog.open) dialog.showModal();
  document.querySelector<AccountSignIn>('account-sign-in')?.focus();
});

async function signOut(): Promise<void> {
  const failed = await provider.client!.call('DELETE /session').catch((error: unknown) => error);
  if (failed instanceof ApiError && failed.code !== 'unauthenticated') {
    // Still signed in, and whoever sits down next must not be: say so.
    out!.textContent = document.documentElement.lang.startsWith('en') ? 'Not signed out: try again' : '尚未登出，請再試一次';
    return;
  }
  // A page of its own, so that nothing of the person stays in the document.
  location.href = `/${location.search}`;
}

out?.addEventListener('click', () => void signOut());

void follow();
