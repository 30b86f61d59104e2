import { define } from '../define.js';
import { TeacherRegister } from './teacher-register.js';

define('teacher-register', TeacherRegister);
