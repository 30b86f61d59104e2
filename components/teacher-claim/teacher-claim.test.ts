import { expect } from '@esm-bundle/chai';
import '../index.js';
import { clearPage, click, fixture, focused } from '../testing/harness.js';
import { client } from '../testing/server.js';

describe('<teacher-claim>', () => {
  afterEach(clearPage);

  it('tells what is missing in the order of its fields, and sends nothing', async () => {
    const kit = client();
    const element = await fixture('teacher-claim', kit);
    await click(element, 'button', '申請帳號');
    const root = element.shadowRoot!;
    const told = [...root.querySelectorAll('[data-summary] a')].map((link) => link.getAttribute('href')!.slice(1));
    const fields = told.map((id) => root.getElementById(id)!);
    expect(told).to.have.length(5);
    expect(
      fields.every((field, at) => at === 0 || field.compareDocumentPosition(fields[at - 1]!) & Node.DOCUMENT_POSITION_PRECEDING),
    ).to.equal(true);
    expect(focused(element)?.hasAttribute('data-summary')).to.equal(true);
    expect(kit.sent.some(({ method }) => method === 'POST')).to.equal(false);
  });
});
