/** Between a server and PostgreSQL: counts what the server sends, and calls at the n-th message. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface KillingProxy {
  /** The same database, through here. */
  url(real: string): string;
  /** From now on the n-th message is not passed on: `kill` is called instead. */
  killAt(n: number, kill: () => void): void;
  close(): Promise<void>;
}

export async function killingProxy(target: URL): Promise<KillingProxy> {
  let left = Infinity;
  let kill = (): void => undefined;
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    far.pipe(near);
    near.on('data', (bytes) => {
      left--;
      if (left === 0) kill();
      if (left > 0) far.write(bytes);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: (real) => Object.assign(new URL(real), { hostname: '127.0.0.1', port: String(port) }).href,
    killAt(n, act) {
      left = n;
      kill = () => {
        act();
        // The next server is let through.
        setTimeout(() => (left = Infinity), 0);
      };
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
