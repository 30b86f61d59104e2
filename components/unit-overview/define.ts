import { define } from '../define.js';
import { UnitOverview } from './unit-overview.js';

define('unit-overview', UnitOverview);
