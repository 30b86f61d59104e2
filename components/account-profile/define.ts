import { define } from '../define.js';
import { AccountProfile } from './account-profile.js';

define('account-profile', AccountProfile);
