/** Tokens, codes and references: 256 random bits. The database stores only their hash. */
import { createHash, randomBytes } from 'node:crypto';

export const secret = (): string => randomBytes(32).toString('base64url');
export const hashOf = (value: string): string => createHash('sha256').update(value).digest('base64url');
