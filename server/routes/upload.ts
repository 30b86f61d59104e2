/** Reads a file sent as multipart/form-data into memory. The body limit has checked its size before. */
import type { Context } from 'hono';
import { DomainError } from '../domain/errors.js';

export function isUpload(c: Context): boolean {
  return /^multipart\/form-data\s*;/i.test(c.req.header('Content-Type') ?? '');
}

/**
 * The fields of the form as a body, the file as bytes.
 * @throws DomainError `malformed`
 */
export async function uploadOf(c: Context): Promise<Record<string, unknown>> {
  const bytes = await c.req.arrayBuffer();
  const headers = { 'Content-Type': c.req.header('Content-Type')! };
  const form = await new Response(bytes, { headers }).formData().catch(() => {
    throw new DomainError('malformed');
  });
  const body: Record<string, unknown> = {};
  for (const [name, value] of form) {
    // The kit's elements never send a field twice.
    if (name in body) throw new DomainError('malformed');
    if (typeof value === 'string') body[name] = value;
    else {
      body[name] = new Uint8Array(await value.arrayBuffer());
      body['fileName'] ??= [...value.name.toWellFormed()].slice(0, 200).join('');
    }
  }
  return body;
}
