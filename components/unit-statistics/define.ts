import { define } from '../define.js';
import { UnitStatistics } from './unit-statistics.js';

define('unit-statistics', UnitStatistics);
