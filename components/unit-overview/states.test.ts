import { checkStates } from '../testing/states-check.js';

checkStates('unit-overview');
