/** The full download: with identity numbers and birth dates, for a reason that stands in the trail. */
import '../i18n/office.js';
import type { BodyOf, QueryOf } from '../../server/contract/call-types.js';
import { type nothing, type ReactiveControllerHost, type TemplateResult } from 'lit';
import type { Screen } from '../controllers/screen.js';
import { save } from '../parts/download.js';
import { ReasonDialog } from '../parts/reason-dialog.js';

type Query = QueryOf<'GET /teachers'>;
type Filters = BodyOf<'POST /teachers/exports'>['filters'];

export interface FullExport {
  ask: (query: Query) => void;
  render: () => TemplateResult | typeof nothing;
}

/** The list's filters as the call takes them. */
function filtersOf({ page: _page, pageSize: _size, unit: _unit, departed, ...query }: Query): Filters {
  return {
    ...Object.fromEntries(Object.entries(query).filter(([, value]) => value !== '' && value !== null)),
    departed: departed === 'true',
  };
}

export function askForExport(host: ReactiveControllerHost & { renderRoot: ParentNode }, screen: Screen): FullExport {
  const dialog = new ReasonDialog(host, screen);
  return {
    ask(query) {
      const { t } = screen;
      dialog.ask({
        title: t.full.title,
        help: t.full.help,
        label: t.full.reason,
        confirm: t.full.download,
        submit: async (reason) => {
          const body = { format: 'xlsx', filters: filtersOf(query), personalData: true, reason } as const;
          const acted = await screen.act('teacher.export', [], (client) => client.download('POST /teachers/exports', { body, once: true }));
          if (acted.ok) save(acted.value);
          return acted.ok;
        },
      });
    },
    render: () => dialog.render(),
  };
}
