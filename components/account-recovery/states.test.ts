import { checkStates } from '../testing/states-check.js';

checkStates('account-recovery');
