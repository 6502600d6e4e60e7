import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { catalogueTopic } from '../../../src/content/catalogue/catalogue-library.ts';
import { encodeChoice } from '../../../src/conversation/payload.ts';
import { loadUnderstanding } from '../../../src/understanding/load-understanding.ts';
import { Talk, loadWorld, textOf, type World } from '../../support/conversation.ts';
import { projectDir } from '../../support/model.ts';
import { aCatalogue, aRecord } from '../content/catalogue/dump-fixture.ts';

const names = {
  '9.000001': 'Thủ tục cấp giấy phép khai thác nước dưới đất cho công trình nhỏ',
  '9.000002': 'Thủ tục cấp giấy phép khai thác nước mặt cho công trình nhỏ',
  '9.000003': 'Thủ tục cấp giấy phép khai thác nước biển',
};
const catalogue = aCatalogue(
  Object.entries(names).map(([code, name]) => aRecord({ ma_thu_tuc: code, ten_thu_tuc: name })),
);

let world: World;
beforeAll(async () => {
  world = await loadWorld();
}, 60_000);

/** A talk in which the first guess was refused and these are left. */
function offered(...rest: string[]) {
  const talk = new Talk(world, { catalogue });
  talk.session = { ...talk.session, introduced: true, question: { kind: 'clarify', about: 'topics', rest } };
  const plan = talk.send({ kind: 'choice', payload: encodeChoice({ kind: 'none-of-these' }), title: '' });
  return { talk, plan };
}

describe('asking which', () => {
  it('of several names that begin alike lists them in full, and numbers the buttons', () => {
    const { talk, plan } = offered(...Object.keys(names).map(catalogueTopic));
    expect(textOf(plan)).toContain(
      '1. Cấp giấy phép khai thác nước dưới đất cho công trình nhỏ\n' +
        '2. Cấp giấy phép khai thác nước mặt cho công trình nhỏ\n' +
        '3. Cấp giấy phép khai thác nước biển',
    );
    const titles = plan.reply.buttons.map(({ title }) => title);
    expect(titles.slice(0, 3)).toEqual(['1. Cấp giấy phép…', '2. Cấp giấy phép…', '3. Cấp giấy phép…']);
    expect(talk.say('2').topic).toBe(catalogueTopic('9.000002'));
  });

  it('of topics that buttons can name lists nothing', () => {
    const { plan } = offered('birth-registration', 'death-registration');
    expect(textOf(plan)).not.toContain('1.');
    expect(plan.reply.buttons[0]?.title).toBe('Đăng ký khai sinh');
  });

  it('of the many procedures that share all words of a question offers three, though each is unlikely', () => {
    const kinds = ['thành lập', 'giải thể', 'chia', 'tách', 'hợp nhất', 'sáp nhập', 'chuyển đổi', 'góp vốn'];
    const cooperatives = aCatalogue(
      kinds
        .flatMap((kind) =>
          ['hủy', 'gia hạn', 'xác nhận', 'công bố', 'từ chối'].map((act) => `${act} ${kind}`),
        )
        .map((kind, at) =>
          aRecord({
            ma_thu_tuc: `9.0000${at + 10}`,
            ten_thu_tuc: `Thông báo về việc ${kind} của hợp tác xã nuôi cá tra`,
          }),
        ),
    );
    const understanding = loadUnderstanding({
      intentsDir: join(projectDir, 'intents'),
      contentDir: join(projectDir, 'content'),
      catalogue: cooperatives.list(),
    });
    const talk = new Talk({ ...world, understanding }, { catalogue: cooperatives });
    const plan = talk.say('hợp tác xã nuôi cá tra cần giấy tờ gì');
    expect(plan.decision).toBe('clarify');
    expect(textOf(plan).match(/^\d\. .*hợp tác xã nuôi cá tra$/gm)).toHaveLength(3);
  });
});
