/** Settings are environment variables, each checked at start with a sentence that says what is wrong. */

export interface Settings {
  port: number;
  host: string;
  database: { engine: 'sqlite'; file: string } | { engine: 'postgres'; url: string };
  /** Folder outside the database for the heads of the trail's chains. */
  heads: string;
  keyFile: string;
  publicUrl: string;
  allowedOrigins: string[];
  trustedProxies: string[];
  logLevel: string;
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
  };
}
