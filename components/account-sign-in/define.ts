import { define } from '../define.js';
import { AccountSignIn } from './account-sign-in.js';

define('account-sign-in', AccountSignIn);
