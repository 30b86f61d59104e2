import { expect } from '@esm-bundle/chai';
import { sendKeys } from '@web/test-runner-commands';
import { ApiError } from '../api/api-error.js';
import type { InserviceAuthRequiredEvent, InserviceDoneEvent } from '../events.js';
import {
  alerted,
  clearPage,
  click,
  failure,
  focused,
  get,
  offline,
  refuseWrites,
  said,
  settled,
  text,
  writesOf,
} from '../testing/harness.js';
import { shown, type TestScreen } from '../testing/test-screen.js';

const failing = (error: unknown) => async (): Promise<never> => {
  throw error;
};

describe('Screen', () => {
  afterEach(clearPage);

  describe('act', () => {
    it('dispatches events before and after the write, with the same action and ids', async () => {
      const element = await shown();
      const told = writesOf(element);
      const acted = await element.screen.act('teacher.update', ['t1', 't2'], async () => {
        told.push('written');
        return 7;
      });
      expect(acted).to.deep.equal({ ok: true, value: 7 });
      expect(told).to.deep.equal(['before teacher.update t1 t2', 'written', 'done teacher.update t1 t2']);
    });

    it('writes nothing if the page cancels the event, and shows no failure', async () => {
      const element = await shown();
      refuseWrites(element);
      let written = false;
      const acted = await element.screen.act('teacher.update', ['t1'], async () => (written = true));
      await settled(element);
      expect([acted.ok, written, failure(element)]).to.deep.equal([false, false, '']);
    });

    it('runs one write at a time, and blocks the buttons meanwhile', async () => {
      const element = await shown();
      let finish = (): void => undefined;
      const first = element.screen.act('teacher.update', [], () => new Promise<void>((resolve) => (finish = resolve)));
      expect(element.screen.blocked).to.equal(true);
      let second = false;
      expect((await element.screen.act('teacher.update', [], async () => (second = true))).ok).to.equal(false);
      finish();
      expect((await first).ok).to.equal(true);
      expect([second, element.screen.blocked]).to.deep.equal([false, false]);
    });

    it('writes nothing without a network, and says that nothing was saved', async () => {
      const element = await shown();
      const back = await offline(element);
      let written = false;
      const acted = await element.screen.act('teacher.update', [], async () => (written = true));
      await settled(element);
      expect([acted.ok, written, element.matches(':state(offline)')]).to.deep.equal([false, false, true]);
      expect(failure(element)).to.contain('未儲存，輸入的內容還在');
      back();
      await settled(element);
      expect(said(element)).to.equal('已恢復連線');
      expect(element.matches(':state(offline)')).to.equal(false);
    });

    it('shows a failure with its code, moves focus to it and tells the page its code, without the sentence', async () => {
      const element = await shown();
      const failed: unknown[] = [];
      element.addEventListener('inservice-error', ({ code, status, requestId }) => failed.push([code, status, requestId]));
      const acted = await element.screen.act('teacher.update', [], (kit) => kit.call('GET /teachers/imports/:id', { id: 'none' }));
      await settled(element);
      expect(acted.ok).to.equal(false);
      expect(failure(element)).to.contain('標題 not-found').and.to.contain('not-found · r1');
      expect(focused(element)?.hasAttribute('data-error')).to.equal(true);
      expect(failed).to.deep.equal([['not-found', 404, 'r1']]);
      expect(element.matches(':state(error)')).to.equal(true);
    });

    it('leaves a failure to a caller that handles it', async () => {
      const element = await shown();
      const error = new ApiError('username-taken');
      const acted = await element.screen.act('account.apply', [], failing(error), { quiet: ({ code }) => code === 'username-taken' });
      await settled(element);
      expect(acted).to.deep.equal({ ok: false, error });
      expect(failure(element)).to.equal('');
    });

    it('treats an error that is not a response as internal, and logs it to the console', async () => {
      const element = await shown();
      const reported: unknown[] = [];
      const { error: report } = console;
      console.error = (thrown: unknown) => void reported.push(thrown);
      const fault = new Error('a bug');
      const acted = await element.screen.act('teacher.update', [], failing(fault));
      console.error = report;
      expect(acted.ok ? '' : acted.error.code).to.equal('internal');
      expect(reported).to.deep.equal([fault]);
    });

    it('says that the outcome of a write is unknown while it retries', async () => {
      const element = await shown();
      let finish = (): void => undefined;
      const acted = element.screen.act('teacher.update', [], (_client, { onUncertain }) => {
        onUncertain!();
        return new Promise<void>((resolve) => (finish = resolve));
      });
      await settled(element);
      expect(said(element)).to.equal('可能已送出，正在確認…');
      finish();
      await acted;
      await settled(element);
      expect(element.shadowRoot!.querySelector('.notice')).to.equal(null);
    });

    it('removes the notice and the failure of the former act', async () => {
      const element = await shown();
      element.screen.saved('已儲存');
      element.screen.fail(new ApiError('internal'), null);
      await settled(element);
      expect(text(element)).to.contain('已儲存 ·');
      await element.screen.act('teacher.update', [], async () => undefined);
      await settled(element);
      expect(text(element)).not.to.contain('已儲存 ·');
      expect(failure(element)).to.equal('');
    });

    it('asks the page to sign in when the session has ended, and reads again afterwards', async () => {
      const element = await shown();
      const asked: InserviceAuthRequiredEvent[] = [];
      element.addEventListener('inservice-auth-required', (event) => asked.push(event));
      void element.screen.act('teacher.update', [], failing(new ApiError('unauthenticated')));
      await settled(element);
      expect(text(element)).to.contain('登入已逾時，您輸入的內容還在');
      await click(element, 'button', '重新登入');
      expect(asked).to.have.length(2);
      const { reads } = element;
      asked[0]!.retry();
      await settled(element);
      expect(element.reads).to.equal(reads + 1);
    });
  });

  describe('an announcement', () => {
    it('is in a live region that exists since the first render', async () => {
      const element = document.createElement('test-screen') as TestScreen;
      document.body.append(element);
      await element.updateComplete;
      expect([said(element), alerted(element)]).to.deep.equal(['', '']);
    });

    it('is announced again if the text is the same', async () => {
      const element = await shown();
      const region = element.shadowRoot!.querySelector('[role=status]')!;
      element.screen.say('找到 3 人');
      await element.updateComplete;
      const first = region.textContent;
      element.screen.say('找到 3 人');
      await element.updateComplete;
      expect(region.textContent).not.to.equal(first);
      expect(said(element)).to.equal('找到 3 人');
    });

    it('shows the undo and the time beside the notice', async () => {
      const element = await shown();
      let undone = false;
      element.screen.saved('已刪除', async () => {
        undone = true;
      });
      await settled(element);
      expect(text(element)).to.match(/已刪除 · \d\d:\d\d/);
      await click(element, 'button', '復原');
      expect(undone).to.equal(true);
    });

    it('moves focus after its target is rendered', async () => {
      const element = await shown();
      element.screen.focus('[data-error]');
      await settled(element);
      element.screen.fail(new ApiError('internal'), null);
      await settled(element);
      expect(focused(element)?.hasAttribute('data-error')).to.equal(true);
    });
  });

  describe('unsaved input', () => {
    const leave = (): boolean => dispatchEvent(new Event('beforeunload', { cancelable: true }));

    it('is reported to the page once for each change, and blocks leaving the page', async () => {
      const element = await shown();
      const dirty: boolean[] = [];
      element.addEventListener('inservice-dirty-change', (event) => dirty.push(event.dirty));
      expect(leave()).to.equal(true);
      element.screen.setDirty(true);
      element.screen.setDirty(true);
      await settled(element);
      expect([leave(), element.matches(':state(dirty)')]).to.deep.equal([false, true]);
      element.screen.setDirty(false);
      expect(leave()).to.equal(true);
      expect(dirty).to.deep.equal([true, false]);
    });

    it('does not block the page after the element is removed', async () => {
      const element = await shown();
      element.screen.setDirty(true);
      element.remove();
      expect(leave()).to.equal(true);
    });
  });

  it('hides printable keys typed in a field from the page, and no others', async () => {
    const element = await shown();
    const heard: string[] = [];
    const listen = ({ key }: KeyboardEvent): void => void heard.push(key);
    document.addEventListener('keydown', listen);
    get(element, 'textbox', 'field').focus();
    for (const press of ['d', 'Control+d', 'Escape']) await sendKeys({ press });
    get(element, 'button', 'target').focus();
    await sendKeys({ press: 'd' });
    document.removeEventListener('keydown', listen);
    expect(heard).to.deep.equal(['Control', 'd', 'Escape', 'd']);
  });

  it('shows a failure when a part of the element cannot be loaded', async () => {
    const element = await shown();
    const part = await element.screen.part(Promise.reject(new Error('no chunk')));
    await settled(element);
    expect(part).to.equal(null);
    expect(failure(element)).to.contain('連不上伺服器，請檢查網路後再試').and.not.to.contain('未儲存');
  });

  it('dispatches events of their own classes', async () => {
    const element = await shown();
    const done: InserviceDoneEvent[] = [];
    document.body.addEventListener('inservice-done', (event) => done.push(event), { once: true });
    await element.screen.act('teacher.update', ['t1'], async () => undefined);
    expect([done[0]!.bubbles, done[0]!.composed, done[0]!.target]).to.deep.equal([true, true, element]);
  });
});
