import { expect } from '@esm-bundle/chai';
import { html, LitElement, type TemplateResult } from 'lit';
import { ApiError } from '../api/api-error.js';
import type { Client } from '../api/client.js';
import type { InserviceErrorEvent } from '../events.js';
import { alerted, clearPage, click, failure, fixture, has, said, settled } from '../testing/harness.js';
import { client } from '../testing/server.js';
import { chunk } from './chunk.js';
import { RequestController } from './request.js';
import { Screen, type ScreenHost } from './screen.js';

/** One read that the test completes: `answer` and `refuse` settle the newest, `reads` holds the signal of each. */
class TestReader extends LitElement implements ScreenHost {
  client: Client | undefined;
  screen = new Screen(this);
  reads: AbortSignal[] = [];
  answer!: (value: string) => void;
  refuse!: (error: unknown) => void;
  request = new RequestController<string>(this, this.screen, (signal) => {
    this.reads.push(signal);
    return new Promise((resolve, reject) => {
      this.answer = resolve;
      this.refuse = reject;
    });
  });

  async reload(): Promise<void> {
    await this.request.run();
  }

  override render(): TemplateResult {
    return html`${this.screen.render()}`;
  }
}
customElements.define('test-reader', TestReader);

const reading = (): Promise<TestReader> => fixture('test-reader', client());
const read = async (): Promise<TestReader> => {
  const element = await reading();
  element.answer('first');
  await settled(element);
  return element;
};

describe('RequestController', () => {
  afterEach(clearPage);

  it('is in its first load until a value has been read', async () => {
    const element = await reading();
    expect([element.request.first, element.request.loading, element.matches(':state(loading)')]).to.deep.equal([true, true, true]);
    element.answer('first');
    await settled(element);
    expect([element.request.first, element.request.loading, element.matches(':state(loading)')]).to.deep.equal([false, false, false]);
    expect(element.request.value).to.equal('first');
  });

  it('keeps the value while it reads again', async () => {
    const element = await read();
    void element.request.run();
    expect([element.request.value, element.request.first, element.request.loading]).to.deep.equal(['first', false, true]);
  });

  it('aborts a read when the next one begins, and ignores its late response', async () => {
    const element = await reading();
    const { answer: answerFirst } = element;
    const second = element.request.run();
    expect(element.reads.map(({ aborted }) => aborted)).to.deep.equal([true, false]);
    answerFirst('stale');
    await settled(element);
    expect([element.request.value, element.request.loading]).to.deep.equal([null, true]);
    element.answer('second');
    expect(await second).to.equal(true);
    expect(element.request.value).to.equal('second');
  });

  it('does not show the failure of an aborted read', async () => {
    const element = await reading();
    const { refuse: refuseFirst } = element;
    void element.request.run();
    refuseFirst(new ApiError('offline'));
    element.answer('second');
    await settled(element);
    expect([failure(element), element.request.value]).to.deep.equal(['', 'second']);
  });

  it('shows and announces a failure, keeps the value, and reads again when asked to', async () => {
    const element = await read();
    const events: string[] = [];
    element.addEventListener('inservice-error', ({ code }: InserviceErrorEvent) => events.push(code));
    const again = element.request.run();
    element.refuse(new ApiError('offline'));
    expect(await again).to.equal(false);
    await settled(element);
    expect(failure(element)).to.contain('讀取失敗').and.to.contain('連不上伺服器');
    expect(alerted(element)).to.equal('讀取失敗');
    expect([element.request.value, element.request.loading, events]).to.deep.equal(['first', false, ['offline']]);

    await click(element, 'button', '再試一次');
    element.answer('third');
    await settled(element);
    expect([failure(element), element.request.value]).to.deep.equal(['', 'third']);
  });

  it('shows a part that could not be loaded as a failure that can be tried again', async () => {
    const element = await reading();
    element.refuse(await chunk(Promise.reject(new TypeError('Failed to fetch'))).catch((error: unknown) => error));
    await settled(element);
    expect(failure(element)).to.contain('連不上伺服器').and.to.contain('offline');
    expect(has(element, 'button', '再試一次')).to.equal(true);
  });

  it('reports a programming error to the console and shows it as an internal failure', async () => {
    const element = await reading();
    const { error: report } = console;
    const reported: unknown[] = [];
    console.error = (error: unknown) => void reported.push(error);
    const bug = new TypeError('x is undefined');
    element.refuse(bug);
    await settled(element);
    console.error = report;
    expect(reported).to.deep.equal([bug]);
    expect(failure(element)).to.contain('internal');
  });

  it('announces that it is loading when a first read takes longer than a second', async () => {
    const element = await reading();
    // Set after the timer of the controller, and so over after it.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await settled(element);
    expect(said(element)).to.equal(element.screen.t.common.loading);
  });

  it('aborts the read and announces nothing when the element leaves the page', async () => {
    const element = await reading();
    element.remove();
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(element.reads.map(({ aborted }) => aborted)).to.deep.equal([true]);
    await settled(element);
    expect(said(element)).to.equal('');
  });

  it('forgets what it read, and a read under way brings nothing back', async () => {
    const element = await read();
    void element.request.run();
    element.request.forget();
    element.answer('late');
    await settled(element);
    expect(element.request.value).to.equal(null);
  });
});
