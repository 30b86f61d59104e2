/** Loaded before a server (`node --import`): shifts its clock by INSERVICE_SOAK_SHIFT_MS. */
const shift = Number(process.env['INSERVICE_SOAK_SHIFT_MS'] ?? 0);
const Real = Date;

class Shifted extends Real {
  constructor(...args: unknown[]) {
    super(...((args.length === 0 ? [Real.now() + shift] : args) as [number]));
  }
  static override now(): number {
    return Real.now() + shift;
  }
}

globalThis.Date = Shifted as DateConstructor;
