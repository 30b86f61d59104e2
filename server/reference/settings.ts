/** Settings are environment variables. Each is checked at the start, with an error that says what is wrong. */
import type { MailOptions } from '../delivery/mail.js';
import type { WebhookOptions } from '../delivery/webhook.js';
import type { OidcProvider } from '../identity/oidc.js';
import { PRESETS, type Preset } from '../services/core/kit.js';

export interface Settings {
  port: number;
  host: string;
  database: { engine: 'sqlite'; file: string } | { engine: 'postgres'; url: string };
  /** Folder of the heads files, outside the database. */
  heads: string;
  keyFile: string;
  publicUrl: string;
  allowedOrigins: string[];
  trustedProxies: string[];
  logLevel: string;
  /** OpenID providers, from `OIDC_…`. */
  providers: OidcProvider[];
  /** Whether the password log-in is on. */
  password: boolean;
  mail: MailOptions | null;
  webhook: WebhookOptions | null;
  preset: Preset | null;
  secondFactor: 'optional' | 'required';
}

const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'silent'];

function list(value: string | undefined): string[] {
  return (value ?? '')
    .split(',')
    .map((each) => each.trim())
    .filter(Boolean);
}

function databaseOf(url: string): Settings['database'] {
  if (/^postgres(ql)?:/.test(url)) {
    if (!URL.canParse(url) || new URL(url).pathname.length < 2)
      throw new Error('DATABASE_URL must be postgres://USER:PASSWORD@HOST:PORT/DATABASE');
    return { engine: 'postgres', url };
  }
  if (!url.startsWith('file:') || url.length === 5)
    throw new Error('DATABASE_URL must be file:PATH, such as file:./data/inservice.sqlite, or postgres://USER:PASSWORD@HOST:PORT/DATABASE');
  return { engine: 'sqlite', file: url.slice('file:'.length).replace(/^\/\/(?=\/)/, '') };
}

function flag(env: NodeJS.ProcessEnv, name: string, fallback: boolean): boolean {
  const value = env[name] ?? String(fallback);
  if (value !== 'true' && value !== 'false') throw new Error(`${name} "${value}" must be true or false`);
  return value === 'true';
}

/** One provider: `OIDC_ISSUER` and so on. Several: `OIDC_PROVIDERS=county,ministry` and `OIDC_COUNTY_ISSUER` …. */
function providersOf(env: NodeJS.ProcessEnv): OidcProvider[] {
  const several = list(env['OIDC_PROVIDERS']);
  if (several.length === 0 && env['OIDC_ISSUER'] === undefined) return [];
  return (several.length > 0 ? several : ['oidc']).map((id) => {
    const prefix = several.length > 0 ? `OIDC_${id.toUpperCase().replace(/-/g, '_')}` : 'OIDC';
    const needed = (name: string): string => {
      const value = env[`${prefix}_${name}`];
      if (!value)
        throw new Error(`${prefix}_${name} is missing; ${prefix}_ISSUER, ${prefix}_CLIENT_ID and ${prefix}_NAME must be set together`);
      return value;
    };
    const secret = env[`${prefix}_CLIENT_SECRET`];
    const scope = env[`${prefix}_SCOPE`];
    return {
      id,
      issuer: needed('ISSUER'),
      clientId: needed('CLIENT_ID'),
      names: { 'zh-Hant': needed('NAME'), en: env[`${prefix}_NAME_EN`] ?? needed('NAME') },
      ...(secret === undefined ? {} : { clientSecret: secret }),
      ...(scope === undefined ? {} : { scope }),
    };
  });
}

function mailOf(env: NodeJS.ProcessEnv): MailOptions | null {
  const url = env['SMTP_URL'];
  if (url === undefined) return null;
  if (!/^smtps?:\/\//.test(url) || !URL.canParse(url)) throw new Error('SMTP_URL must be smtps://USER:PASSWORD@HOST or smtp://HOST:PORT');
  const from = env['MAIL_FROM'];
  if (!from?.includes('@')) throw new Error('MAIL_FROM must be set with SMTP_URL, such as 研習帳號 <no-reply@example.tw>');
  return { transport: url, from };
}

function webhookOf(env: NodeJS.ProcessEnv): WebhookOptions | null {
  const url = env['WEBHOOK_URL'];
  if (url === undefined) return null;
  const secret = env['WEBHOOK_SECRET'];
  if (!secret) throw new Error('WEBHOOK_SECRET must be set with WEBHOOK_URL: whsec_ and at least 24 random bytes in base64');
  return { url, secret, allowPrivate: flag(env, 'WEBHOOK_ALLOW_PRIVATE', false) };
}

function secondFactorOf(value: string): 'optional' | 'required' {
  if (value !== 'optional' && value !== 'required') throw new Error(`SECOND_FACTOR "${value}" must be optional or required`);
  return value;
}

function presetOf(value: string | undefined): Preset | null {
  if (value === undefined) return null;
  if (!(value in PRESETS)) throw new Error(`INSERVICE_PRESET "${value}" must be one of ${Object.keys(PRESETS).join(', ')}`);
  return value as Preset;
}

/** @throws Error naming the variable and what it should be */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const port = Number(env['PORT'] ?? 8787);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`PORT "${env['PORT'] ?? ''}" must be a number from 0 to 65535`);
  const host = env['HOST'] ?? '127.0.0.1';
  const publicUrl = env['PUBLIC_URL'] ?? `http://${host === '0.0.0.0' ? 'localhost' : host}:${port}`;
  if (!/^https?:\/\//.test(publicUrl) || !URL.canParse(publicUrl))
    throw new Error(`PUBLIC_URL "${publicUrl}" must be a URL such as https://accounts.example.tw`);
  const logLevel = env['LOG_LEVEL'] ?? 'info';
  if (!LEVELS.includes(logLevel)) throw new Error(`LOG_LEVEL "${logLevel}" must be one of ${LEVELS.join(', ')}`);
  const database = databaseOf(env['DATABASE_URL'] ?? 'file:./data/inservice.sqlite');
  return {
    port,
    host,
    database,
    heads: env['INSERVICE_HEADS'] ?? (database.engine === 'sqlite' ? `${database.file}.heads` : './data/inservice.heads'),
    keyFile: env['INSERVICE_KEYS'] ?? './data/inservice.keys',
    publicUrl,
    allowedOrigins: list(env['ALLOWED_ORIGINS']),
    trustedProxies: list(env['TRUSTED_PROXIES']),
    logLevel,
    providers: providersOf(env),
    password: flag(env, 'PASSWORD_LOGIN', true),
    mail: mailOf(env),
    webhook: webhookOf(env),
    preset: presetOf(env['INSERVICE_PRESET']),
    secondFactor: secondFactorOf(env['SECOND_FACTOR'] ?? 'optional'),
  };
}
