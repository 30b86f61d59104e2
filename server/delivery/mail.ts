import type { Transporter } from 'nodemailer';
import { peer } from '../platform/peer.js';
import type { Consumer, Letter } from '../services/core/outbox.js';

export interface MailOptions {
  /** `smtps://user:password@mail.example.tw`, or a nodemailer transport. */
  transport: string | Pick<Transporter, 'sendMail'>;
  /** `研習帳號 <no-reply@example.tw>`. */
  from: string;
}

const TIMEOUTS = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000 };

/** Sends letters as plain text, so that nothing in them is read as markup. */
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
      // Every attempt has the same id, so that a mailbox recognises a repetition.
      try {
        await mailer.sendMail({ from, to: { name: '', address: to }, subject, text, messageId: `<${id}@${domain}>` });
      } catch (error) {
        // A mail server's message may hold the address, so only its codes are reported.
        const { code = 'failed', responseCode = '' } = error as { code?: string; responseCode?: number };
        throw new Error(`the mail server: ${code} ${responseCode}`.trim(), { cause: error });
      }
    },
  };
}
