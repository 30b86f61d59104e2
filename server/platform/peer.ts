export class MissingPeer extends Error {}

/**
 * Loads an optional peer dependency when it is first needed.
 * @throws MissingPeer with the command that installs it
 */
export async function peer<T>(name: string, what: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    throw new MissingPeer(`${what} needs the package "${name}": npm i ${name}`, { cause: error });
  }
}
