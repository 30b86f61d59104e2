import { define } from '../define.js';
import { TeacherClaim } from './teacher-claim.js';

define('teacher-claim', TeacherClaim);
