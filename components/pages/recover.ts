/** The kit's own page for a forgotten password, at `<base>/recover`. */
import { configure } from '../context/connection.js';

configure({ baseUrl: location.pathname.replace(/\/recover$/, '') || '/' });
void import('../account-recovery/define.js');
