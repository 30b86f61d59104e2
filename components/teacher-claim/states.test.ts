import { checkStates } from '../testing/states-check.js';

checkStates('teacher-claim');
