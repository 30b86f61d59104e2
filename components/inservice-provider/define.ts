import { define } from '../define.js';
import { InserviceProvider } from './inservice-provider.js';

define('inservice-provider', InserviceProvider);
