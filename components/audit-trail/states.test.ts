import { checkStates } from '../testing/states-check.js';

checkStates('audit-trail');
