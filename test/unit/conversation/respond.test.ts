import { beforeAll, describe, expect, it } from '@jest/globals';
import { Talk, loadWorld, textOf, usualNow, type World } from '../../support/conversation.ts';

let world: World;
beforeAll(async () => {
  world = await loadWorld();
}, 60_000);

describe('deciding', () => {
  it('is pure: the same session and event give the same plan', () => {
    const [one, other] = [new Talk(world), new Talk(world)];
    for (const text of ['khai sinh', '1', 'lệ phí', 'gặp cán bộ'])
      expect(one.say(text)).toEqual(other.say(text));
  });

  it('keeps no word of the citizen in the session', () => {
    const talk = new Talk(world);
    for (const text of ['tôi tên Hoàng Thị Mười Ba, số 079123456789, khai sinh', 'zzz', 'kết hôn']) {
      talk.say(text);
      expect(JSON.stringify(talk.session)).not.toMatch(/Mười Ba|079123456789|zzz/);
    }
  });

  it('survives a session of an earlier version', () => {
    const talk = new Talk(world);
    talk.session = { ...talk.session, topic: 'no-such-topic', flow: { id: 'gone', step: 'x', answers: {} } };
    expect(talk.say('làm tiếp').reply.sections.length).toBeGreaterThan(0);
    expect(talk.say('quay lại').reply.sections.length).toBeGreaterThan(0);
  });
});

describe('a long message', () => {
  it.each(['\n', ' ', '\u200b', '\u202e\n'])('is read past any number of %j', (blank) => {
    const plan = new Talk(world).say(`${blank.repeat(5_000)}phí cấp hộ chiếu${blank.repeat(5_000)}`);
    expect([plan.topic, plan.aspect]).toEqual(['passport', 'fee']);
    expect(textOf(plan)).not.toContain('rất dài');
  });

  it('is told where it is not read to its end', () => {
    expect(textOf(new Talk(world).say('phí cấp hộ chiếu. '.repeat(500)))).toContain('rất dài');
  });
});

describe('a conversation in English', () => {
  it('stays in English for words that may be either, and leaves it for Vietnamese', () => {
    const talk = new Talk(world);
    talk.say('how much does a passport cost');
    expect(textOf(talk.say('speak to a person'))).toContain('passed your request to an officer');
    talk.say('assistant');
    expect(textOf(talk.say('lam ho chieu can giay to gi vay'))).toContain('Hộ chiếu');
    talk.say('how much does a passport cost');
    expect(textOf(talk.say('lệ phí bao nhiêu'))).toContain('Lệ phí');
  });
});

describe('a button', () => {
  it('whose payload is not ours and that brings no words is called out of use, not read as words', () => {
    const plan = new Talk(world).send({ kind: 'choice', payload: 'GET_STARTED_X' });
    expect(plan.decision).toBe('fallback');
    expect(textOf(plan)).toContain('không còn dùng');
  });
});

describe('consent', () => {
  it('is asked with two buttons side by side, and recorded with the notice it answers', () => {
    const talk = new Talk(world);
    const titles = talk.say('xin chào').reply.buttons.map(({ title }) => title);
    expect(titles.indexOf('Không lưu')).toBe(titles.indexOf('Đồng ý lưu') + 1);
    const [effect] = talk.press('Không lưu').effects;
    expect(effect).toMatchObject({ kind: 'record-consent', granted: false });
    expect(effect).toHaveProperty('noticeVersion', expect.stringMatching(/^1-[0-9a-f]{12}$/));
    expect(talk.session.consent).toBe('declined');
  });

  it('is asked again when the notice has a new version', () => {
    const talk = new Talk(world);
    talk.say('xin chào');
    talk.press('Đồng ý lưu');
    talk.session = { ...talk.session, noticeVersion: '0' };
    const plan = talk.say('đăng ký tạm trú cần gì');
    expect(plan.reply.buttons.map(({ title }) => title)).toContain('Không lưu');
    expect(plan.session.consent).toBeNull();
  });

  it('and language outlive an erasure, the topic does not', () => {
    const talk = new Talk(world);
    talk.say('đăng ký khai tử cần gì');
    talk.say('không lưu');
    talk.say('xóa dữ liệu của tôi');
    expect(talk.session).toMatchObject({ consent: 'declined', introduced: true, topic: null, history: [] });
  });
});

describe('a training suggestion', () => {
  it('names the interaction in which the words stood, even when the bot was asked something between', () => {
    const talk = new Talk(world);
    talk.say('khai sinh');
    const asked = talk.session.lastInteractionId;
    const [effect] = talk.press('Xin bản sao').effects;
    expect(effect).toEqual({
      kind: 'suggest-training',
      about: asked,
      topic: 'civil-status-extract',
      aspect: null,
    });
    // The menu teaches nothing.
    talk.say('menu');
    expect(talk.press('Sao y bản chính').effects).toEqual([]);
  });
});

describe('feedback', () => {
  it('names the answer that it was asked under', () => {
    const talk = new Talk(world);
    talk.say('đăng ký kết hôn cần gì');
    talk.say('lệ phí');
    talk.say('bao lâu có');
    talk.say('nộp ở đâu');
    const about = talk.session.lastInteractionId;
    talk.say('đăng ký khai tử cần gì');
    expect(talk.press('Chưa hữu ích').effects).toEqual([
      { kind: 'record-feedback', about, helpful: false, reason: null },
    ]);
  });

  it('is never asked where the unit does not want it', () => {
    const talk = new Talk(world, { unitId: 'xa-lang-gieng' });
    for (let time = 0; time < 8; time += 1) {
      expect(textOf(talk.say('lệ phí đăng ký tạm trú'))).not.toContain('hữu ích không');
    }
  });
});

describe('a hand-over', () => {
  it('hears what is pressed under an earlier answer, without a word', () => {
    const talk = new Talk(world);
    talk.say('lệ phí đăng ký tạm trú');
    const about = talk.session.lastInteractionId ?? '';
    talk.say('gặp cán bộ');
    const plan = talk.send({ kind: 'choice', payload: `fb:no:${about}`, title: 'Chưa hữu ích' });
    expect(plan.reply.sections).toEqual([]);
    expect(plan.effects).toEqual([{ kind: 'record-feedback', about, helpful: false, reason: null }]);
  });

  it('is greeted by nobody, whatever opens the chat anew', () => {
    const talk = new Talk(world);
    talk.say('gặp cán bộ');
    expect(talk.send({ kind: 'start' }).reply.sections).toEqual([]);
    expect(talk.send({ kind: 'choice', payload: 'OLD_MENU' }).reply.sections).toEqual([]);
  });

  it('is prolonged by the citizen and ends by itself', () => {
    const talk = new Talk(world, { now: usualNow });
    talk.say('gặp cán bộ');
    for (let time = 0; time < 3; time += 1) {
      talk.wait(50);
      expect(talk.say('còn đó không').decision).toBe('silent');
    }
    talk.wait(61);
    const plan = talk.say('đăng ký khai tử cần gì');
    expect(plan.decision).toBe('answer');
    expect(plan.effects).toContainEqual({ kind: 'close-handover', by: 'time' });
  });

  it('is over when the clock was set back, and not silent until it is where it was', () => {
    const talk = new Talk(world, { now: usualNow });
    talk.say('gặp cán bộ');
    talk.wait(-2);
    expect(talk.say('còn đó không').decision).toBe('silent');
    talk.wait(-7 * 60);
    const plan = talk.say('đăng ký khai tử cần gì');
    expect(plan.decision).toBe('answer');
    expect(plan.effects).toContainEqual({ kind: 'close-handover', by: 'time' });
  });
});
