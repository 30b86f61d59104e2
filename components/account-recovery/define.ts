import { define } from '../define.js';
import { AccountRecovery } from './account-recovery.js';

define('account-recovery', AccountRecovery);
