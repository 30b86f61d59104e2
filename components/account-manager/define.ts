import { define } from '../define.js';
import { AccountManager } from './account-manager.js';

define('account-manager', AccountManager);
