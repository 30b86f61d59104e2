import type { RosterFile } from '../services/roster/roster-files.js';

/** Streams a file. The header carries an ASCII name for old clients and the full name in `filename*` (RFC 6266, RFC 8187). */
export function fileResponse({ name, type, chunks }: RosterFile): Response {
  const extension = name.slice(name.lastIndexOf('.'));
  const encoded = encodeURIComponent(name).replace(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await chunks.next();
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        controller.error(error);
      }
    },
    async cancel() {
      await chunks.return(undefined);
    },
  });
  return new Response(body, {
    headers: { 'Content-Type': type, 'Content-Disposition': `attachment; filename="teachers${extension}"; filename*=UTF-8''${encoded}` },
  });
}
