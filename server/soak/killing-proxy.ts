/** A proxy between a server and PostgreSQL. It counts the messages of the server, and can stop at the n-th one. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface KillingProxy {
  /** The URL of the same database through the proxy. */
  url(direct: string): string;
  /** Counts from now; does not forward the n-th message and calls `kill` instead. */
  killAt(n: number, kill: () => void): void;
  close(): Promise<void>;
}

export async function killingProxy(target: URL): Promise<KillingProxy> {
  let messagesLeft = Infinity;
  let kill = (): void => undefined;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const database = connect(Number(target.port), target.hostname);
    for (const socket of [client, database]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        database.destroy();
      });
    }
    database.pipe(client);
    client.on('data', (bytes) => {
      messagesLeft--;
      if (messagesLeft === 0) kill();
      if (messagesLeft > 0) database.write(bytes);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: (direct) => Object.assign(new URL(direct), { hostname: '127.0.0.1', port: String(port) }).href,
    killAt(n, onNthMessage) {
      messagesLeft = n;
      kill = () => {
        onNthMessage();
        // The messages of the next server are forwarded again.
        setTimeout(() => (messagesLeft = Infinity), 0);
      };
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
