import { expect, it } from 'vitest';
import { schoolYear } from './school-year.js';

it('the school year begins in August and is counted in ROC years', () => {
  expect(['2026-07-31', '2026-08-01', '2026-07', '2026-08', '2027-01-01'].map(schoolYear)).toEqual([114, 115, 114, 115, 115]);
});
