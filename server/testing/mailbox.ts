/** A real SMTP server on the loopback interface, which stores the letters for tests. */
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export interface Received {
  to: string;
  subject: string;
  text: string;
  messageId: string;
}

export interface Mailbox {
  url: string;
  received: Received[];
  /** Waits for the first letter to an address that contains a text. */
  letter: (to: string, containing: string) => Promise<Received>;
  /** While true, every letter is refused temporarily. */
  refusing: boolean;
  end: () => Promise<void>;
}

const header = (raw: string, name: string): string =>
  new RegExp(`^${name}: (.*(?:\r\n[ \t].*)*)`, 'im').exec(raw)?.[1]?.replace(/\r\n\s+/g, '') ?? '';

/** Decodes RFC 2047, as nodemailer encodes it. */
const words = (text: string): string =>
  text
    .replace(/\?=\s*=\?/g, '?==?')
    .replace(/=\?UTF-8\?([BQ])\?(.*?)\?=/gi, (_all, kind: string, value: string) =>
      kind.toUpperCase() === 'B' ? Buffer.from(value, 'base64').toString() : quoted(value.replace(/_/g, ' ')),
    );

const quoted = (text: string): string =>
  Buffer.from(
    text.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/gi, (_all, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    'latin1',
  ).toString();

function bodyOf(raw: string): string {
  const body = raw.slice(raw.indexOf('\r\n\r\n') + 4);
  const encoding = header(raw, 'Content-Transfer-Encoding').toLowerCase();
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString();
  return encoding === 'quoted-printable' ? quoted(body) : body;
}

export async function startMailbox(port = 0): Promise<Mailbox> {
  const received: Received[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        if (box.refusing) return done(Object.assign(new Error('later'), { responseCode: 451 }));
        const raw = Buffer.concat(chunks).toString('latin1');
        const to = session.envelope.rcptTo[0]?.address ?? '';
        received.push({ to, subject: words(header(raw, 'Subject')), text: bodyOf(raw), messageId: header(raw, 'Message-ID') });
        done();
      });
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => void server.listen(port, '127.0.0.1', resolve));
  const box: Mailbox = {
    url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    received,
    refusing: false,
    async letter(to, containing) {
      for (let time = 0; time < 200; time++) {
        const found = received.find((each) => each.to === to && `${each.subject}\n${each.text}`.includes(containing));
        if (found) return found;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      throw new Error(
        `no letter to ${to} with "${containing}"; there are ${JSON.stringify(received.map(({ to: at, subject }) => [at, subject]))}`,
      );
    },
    end: () => new Promise((resolve) => void server.close(() => resolve())),
  };
  return box;
}
