import { define } from '../define.js';
import { AccountApplication } from './account-application.js';

define('account-application', AccountApplication);
