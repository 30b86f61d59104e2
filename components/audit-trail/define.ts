import { define } from '../define.js';
import { AuditTrail } from './audit-trail.js';

define('audit-trail', AuditTrail);
