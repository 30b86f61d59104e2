export class MissingPeer extends Error {}

/** Packages that only some installations need are loaded when they are, and missed with a sentence that helps. */
export async function peer<T>(name: string, what: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    throw new MissingPeer(`${what} needs the package "${name}": npm i ${name}`, { cause: error });
  }
}
