import { define } from '../define.js';
import { TeacherRoster } from './teacher-roster.js';

define('teacher-roster', TeacherRoster);
