import type { Transporter } from 'nodemailer';
import { peer } from '../platform/peer.js';
import type { Letter } from '../services/core/outbox.js';
import type { Consumer } from '../services/core/outbox.js';

export interface MailOptions {
  /** `smtps://user:password@mail.example.tw`, or a transport of nodemailer's. */
  transport: string | Pick<Transporter, 'sendMail'>;
  /** `研習帳號 <no-reply@example.tw>`. */
  from: string;
}

const TIMEOUTS = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000 };

/** Letters as plain text: nothing in them is markup. */
export async function mailConsumer({ transport, from }: MailOptions): Promise<Consumer> {
  const { createTransport } = await peer('nodemailer', 'mail', () => import('nodemailer'));
  const mailer =
    typeof transport === 'string'
      ? createTransport({ url: transport, ...TIMEOUTS, disableFileAccess: true, disableUrlAccess: true })
      : transport;
  const domain = /@([\w.-]+)/.exec(from)?.[1] ?? 'localhost';
  return {
    id: 'mail',
    wants: null,
    async deliver(payload, id) {
      const { to, subject, text } = payload as Letter;
      // One id however often it is tried, so that a mailbox can tell a repetition.
      try {
        await mailer.sendMail({ from, to: { name: '', address: to }, subject, text, messageId: `<${id}@${domain}>` });
      } catch (error) {
        // A mail server's sentence may hold the address: it is told by its number alone.
        const { code = 'failed', responseCode = '' } = error as { code?: string; responseCode?: number };
        throw new Error(`the mail server: ${code} ${responseCode}`.trim(), { cause: error });
      }
    },
  };
}
