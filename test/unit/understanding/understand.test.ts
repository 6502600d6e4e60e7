import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Understanding } from '../../../src/core/understood.ts';
import { loadUnderstanding } from '../../../src/understanding/load-understanding.ts';
import { loadModel } from '../../support/model.ts';

const root = join(import.meta.dirname, '../../..');
const folders = { intentsDir: join(root, 'intents'), contentDir: join(root, 'content') };
const understanding = loadModel();
const understand = understanding.understand.bind(understanding);
const inBirth = { topic: 'birth-registration', aspect: null };

describe('a question for a part alone', () => {
  it.each(['hết nhiêu', 'hết nhiêu tiền', 'tốn nhiêu vậy'])('%s is no delicate matter', (text) => {
    expect(understand(text, inBirth)).toMatchObject({ decision: 'answer', topic: 'birth-registration' });
  });
});

describe('small talk in the middle of a topic', () => {
  it.each(['mai mưa không', 'bot ơi mai mưa không', 'ăn gì chưa', 'con ăn chưa'])(
    '%s asks for no part of it',
    (text) => {
      expect(understand(text, inBirth).topic).not.toBe('birth-registration');
    },
  );

  it.each(['mẹ phải đi cùng không', 'ông bà đi thay được không', 'bé phải có mặt không'])(
    '%s asks for its conditions',
    (text) => {
      expect(understand(text, inBirth)).toMatchObject({ topic: 'birth-registration', aspect: 'conditions' });
    },
  );
});

describe('a cry for help in words that look like parts and fillers', () => {
  it.each(['bạo lực gia đình', 'bao luc gia dinh'])('%s is a delicate matter', (text) => {
    expect(understand(text)).toMatchObject({ decision: 'sensitive', topic: 'emergency' });
  });
});

describe('what people tell of themselves in few words', () => {
  it.each([
    'con em 10 tuổi',
    'con gái 12 tuổi',
    'em đang mang thai',
    'chồng em đi biển',
    'con em đi tu',
    'gọi ai',
  ])('%s is no delicate matter', (text) => {
    expect(understand(text).decision).not.toBe('sensitive');
  });

  it.each(['bố đánh em đau', 'có lựu đạn', 'con bị phỏng', 'call police', 'em muốn ra đi mãi mãi'])(
    '%s is one',
    (text) => {
      expect(understand(text)).toMatchObject({ decision: 'sensitive', topic: 'emergency' });
    },
  );
});

describe('a message that is nothing but a phrase of a delicate matter', () => {
  it.each(['cưỡng hiếp', 'dạ đánh đập ạ', 'bi danh dap', 'ăn trộm', 'hôn mê', 'bleeding', 'tiền cà phê'])(
    '%s is one',
    (text) => {
      expect(understand(text).decision).toBe('sensitive');
    },
  );

  it.each([
    'bạo lực gia đình là gì',
    'danh bac phat bao nhieu',
    'phim về kẻ ăn trộm hay không',
    'khung gio tiep nguoi dan khi nao',
  ])('%s asks about one', (text) => {
    expect(understand(text).decision).not.toBe('sensitive');
  });
});

describe('a question for a part in English', () => {
  it.each([
    ['where do we go', 'place'],
    ['how much is it', 'fee'],
    ['how long will it take', 'time'],
    ['can my mother do it for me', 'conditions'],
  ])('%s is of what is talked about', (text, aspect) => {
    const context = { topic: 'passport', aspect: null };
    expect(understand(text, context)).toMatchObject({ decision: 'answer', topic: 'passport', aspect });
    expect(understand(text).decision).not.toBe('answer');
  });
});

describe('who asks for an officer', () => {
  it.each(['cho gặp cán bộ địa chính hỏi vụ đất', 'tôi muốn xin gặp cán bộ đất đai'])(
    '%s is handed over',
    (text) => {
      expect(understand(text).decision).toBe('handover');
    },
  );

  it.each(['gặp cán bộ tư pháp để chứng thực', 'muốn gặp cán bộ để đăng ký kết hôn'])(
    'and says what to have done is told about that: %s',
    (text) => {
      expect(['answer', 'clarify']).toContain(understand(text).decision);
    },
  );
});

describe('what says too little for one topic', () => {
  it.each([
    ['rớt bóp mất hết rồi', 'lost-papers'],
    ['sai tên trên giấy tờ', 'wrong-data'],
    ['tiền đám ma', 'funeral-support'],
    ['nhận con', 'receiving-a-child'],
    ['đổi sổ đỏ', 'land'],
    ['sắp hết hạn rồi', 'expired'],
    ['nhà em mới dọn về phường mình', 'residence'],
  ])('%s is asked about', (text, set) => {
    expect(understand(text)).toMatchObject({ decision: 'clarify', topic: null, confusable: set });
  });

  it('takes a word for a general one by its marks, where it has any', () => {
    expect(understand('dọn quán qua chỗ khác')).toMatchObject({
      decision: 'answer',
      topic: 'business-household-change',
    });
    for (const text of ['làm đơn', 'lam don'])
      expect(understand(text)).toMatchObject({ decision: 'clarify', confusable: 'complaints' });
  });

  it('takes a special case for meant only when a word names it', () => {
    expect(understand('hai đứa em muốn thành vợ chồng hợp pháp').topic).not.toBe(
      'marriage-registration-foreign',
    );
    expect(understand('hai đứa em thành vợ chồng, ảnh quốc tịch Úc').topic).toBe(
      'marriage-registration-foreign',
    );
  });

  it('but an idea beside the general words of a set says enough', () => {
    expect(understand('xin giấy chứng nhận còn ở giá, chưa lấy ai')).toMatchObject({
      decision: 'answer',
      topic: 'marital-status-certificate',
    });
  });

  it.each([
    ['mở quán cà phê', 'business-household-registration'],
    ['đăng ký kết hôn', 'marriage-registration'],
    ['dẹp tiệm thì nộp những gì', 'business-household-terminate'],
    ['thay sổ đỏ bị chuột cắn', 'land-certificate-replacement'],
  ])('%s names one', (text, topic) => {
    expect(understand(text)).toMatchObject({ decision: 'answer', topic });
  });
});

describe('understanding a question', () => {
  it.each([
    ['làm giấy khai sinh cho con mới sinh cần gì', 'birth-registration', 'documents'],
    ['lam giay khai sinh cho con can nhung gi z', 'birth-registration', 'documents'],
    ['lamf giaays khai sinh cho con caanf nhuwngx gif', 'birth-registration', 'documents'],
    ['mất thẻ căn cước làm lại hết bao nhiêu tiền', 'id-card-reissue', 'fee'],
    ['sang tên sổ đỏ mất mấy ngày', 'land-transfer-variation', 'time'],
    ['làm hộ chiếu mất bao lâu', 'passport', 'time'],
    ['1.001193', 'birth-registration', null],
    ['cc hđ thuê nhà ra đâu', 'notarization', 'place'],
    ['đất vườn lên tc hết nhiêu', 'land-use-change', 'fee'],
    ['mất cccd làm lại giấy má chi', 'id-card-reissue', 'documents'],
    ['xin chào, phí sao y bản chính bao nhiêu', 'certify-copy', 'fee'],
  ])('%s → %s', (text, topic, aspect) => {
    const found = understand(text);
    expect(found).toMatchObject({ decision: 'answer', topic, aspect });
    expect(found.candidates[0]?.topic).toBe(topic);
  });

  it.each([
    ['làm hộ chiếu mất bao lâu', 'passport', 'time'],
    ['sang tên sổ đỏ mất bao nhiêu tiền', 'land-transfer-variation', 'fee'],
    ['tách thửa sổ đỏ mất mấy tháng', 'land-split', 'time'],
  ])('does not take a question of time or money for a loss: %s', (text, topic, aspect) => {
    expect(understand(text)).toMatchObject({ topic, aspect });
  });

  it.each(['khai sinh', 'làm căn cước', 'khiếu nại tố cáo'])(
    'asks back on %s, with three to choose from',
    (text) => {
      const found = understand(text);
      expect(found).toMatchObject({ decision: 'clarify', topic: null });
      expect(found.candidates.length).toBeGreaterThanOrEqual(3);
      expect(understanding.confusableSet(found.confusable ?? '')?.options.length).toBeGreaterThan(1);
    },
  );

  it('does not care about the form of Unicode, or where the tone mark stands', () => {
    const text = 'Thủ tục xoá đăng ký thường trú nộp ở đâu';
    expect(understand(text.normalize('NFD'))).toEqual(understand(text.normalize('NFC')));
    expect(understand(text.replace('xoá', 'xóa')).topic).toBe(understand(text).topic);
  });

  it('takes a bare follow-up for the topic of the conversation, and for nothing without one', () => {
    const context = { topic: 'certify-copy', aspect: null };
    expect(understand('lệ phí bao nhiêu', context)).toMatchObject({ topic: 'certify-copy', aspect: 'fee' });
    expect(understand('thế nộp ở đâu', context)).toMatchObject({ topic: 'certify-copy', aspect: 'place' });
    expect(understand('lệ phí bao nhiêu').decision).not.toBe('answer');
  });

  it('does not ask about what the citizen sets aside', () => {
    expect(understand('đăng ký kết hôn nộp ở đâu, không cần online').aspects).not.toContain('online');
  });

  it.each([
    ['làm hộ chiếu hết bao nhiêu tiền, mấy ngày có', ['fee', 'time']],
    ['đăng ký tạm trú cần gì, bao nhiêu tiền, bao lâu có, làm ở đâu', ['documents', 'fee', 'time', 'place']],
    ['dang ky tam tru can gi bao nhieu tien bao lau co lam o dau', ['documents', 'fee', 'time', 'place']],
    ['đổi căn cước cần gì', ['documents']],
    ['phí đổi căn cước', ['fee']],
    ['giấy xác nhận độc thân có giá trị bao lâu', ['result']],
    ['xin giấy phép xây nhà phải đáp ứng tiêu chí gì', ['conditions']],
  ])('%s asks %j and no other part', (text, aspects) => {
    expect(understand(text).aspects).toEqual(aspects);
  });

  it('takes a complaint that ends on "chưa xong" for no question of time, and "có chưa" for one', () => {
    expect(understand('hồ sơ chờ muốn chết mà chưa xong').aspect).toBeNull();
    expect(understand('thế còn lệ phí thì sao', { topic: 'passport', aspect: null })).toMatchObject({
      topic: 'passport',
      aspect: 'fee',
    });
  });

  it('hands over, makes small talk, and says when it does not understand', () => {
    expect(understand('cho tôi gặp cán bộ').decision).toBe('handover');
    expect(understand('xin chào').decision).toBe('smalltalk');
    expect(understand('cách nấu phở bò ngon').decision).not.toBe('answer');
    for (const nothing of ['', '   ', '😀', '???']) expect(understand(nothing).decision).toBe('fallback');
    expect(understand('你好,我想办理出生证明')).toMatchObject({ decision: 'fallback', language: 'zh' });
  });

  it('explains itself', () => {
    const codes = understand('đki khai sinh cho con').explanation.map((evidence) => evidence.code);
    expect(codes).toEqual(expect.arrayContaining(['repaired', 'feature', 'runner-up']));
  });
});

describe('twins that differ by one fact', () => {
  it.each([
    ['giấy khai sinh mất nhưng sổ ở phường còn', 'civil-status-extract'],
    ['giấy khai sinh mất, sổ ở phường cũng mất', 'birth-re-registration'],
    ['giấy kết hôn mất, xã vẫn lưu sổ', 'civil-status-extract'],
    ['giấy kết hôn mất, sổ lưu cũng không còn', 'marriage-re-registration'],
    ['cháu sinh năm 2018 làm căn cước', 'id-card-under-14'],
    ['cháu sinh năm 2010 làm căn cước', 'id-card-14-plus'],
  ])('%s is about %s', (text, topic) => {
    expect(understand(text)).toMatchObject({ decision: 'answer', topic });
  });
});

describe('words written as they are spoken', () => {
  it.each([
    ['nàm xổ đỏ nần đầu cho đất ông cha để nại', 'land-first-certificate'],
    ['iem muốn đăn kí kết hun ở phườn', 'marriage-registration'],
    ['ní nịch tư pháp nàm ở đâu ạ', 'criminal-record'],
  ])('%s is about %s', (text, topic) => {
    expect(understand(text)).toMatchObject({ decision: 'answer', topic });
  });
});

describe('what a message sets aside', () => {
  it.each([
    ['không phải khai sinh mà khai tử', 'death-registration'],
    ['tôi hỏi khai tử chứ không phải khai sinh, cần giấy gì', 'death-registration'],
    ['xin giấy độc thân chứ không phải đăng ký kết hôn', 'marital-status-certificate'],
    ['tạm trú thôi không phải thường trú, nộp ở đâu', 'temporary-residence'],
    // "Báo tử" looks like words of courtesy when its marks are not looked at.
    ['chỉ cần báo tử thôi, không xin tiền gì', 'death-registration'],
  ])('%s is about %s', (text, topic) => {
    expect(understand(text).candidates[0]?.topic).toBe(topic);
  });

  it('keeps what is asked after it', () => {
    expect(understand('tôi hỏi khai tử chứ không phải khai sinh cần giấy gì').aspect).toBe('documents');
    expect(understand('đổi bằng lái, không hỏi phí, chỉ hỏi giấy tờ').aspects).toEqual(['documents']);
  });

  it('leaves a message alone that says nothing else', () => {
    expect(understand('không phải khai sinh').candidates.map(({ topic }) => topic)).toContain(
      'birth-registration',
    );
  });
});

describe('what a message tells beside what it asks', () => {
  it.each([
    ['ông nội tôi là thương binh, mất ở bệnh viện, đi khai tử ở phường nào', 'death-registration'],
    [
      'đất tôi có sổ đỏ, đã chuyển lên thổ cư, giờ xây nhà cấp 4 phải xin phép không',
      'house-building-permit',
    ],
    ['có người ở tổ tôi làm giả giấy tàn tật để lãnh tiền, cả xóm biết, muốn báo lên trên', 'denunciation'],
    ['em có giấy độc thân rồi, căn cước mới đổi, giờ đăng ký kết hôn ở phường nào', 'marriage-registration'],
  ])('is not what is asked: %s', (text, topic) => {
    expect(understand(text)).toMatchObject({ decision: 'answer', topic, also: [] });
  });

  it('tells look-alikes apart', () => {
    expect(understand('con tôi 12 tuổi, làm căn cước ở đâu').topic).toBe('id-card-under-14');
  });
});

describe('several requests in one message', () => {
  const requestsOf = (text: string): { topic: string | null; aspect: string | null }[] => {
    const { topic, aspect, also } = understand(text);
    return [{ topic, aspect }, ...also.map((one) => ({ topic: one.topic, aspect: one.aspects[0] ?? null }))];
  };

  it.each([
    ['sao y hết bao nhiêu tiền, hộ chiếu nộp ở đâu', 'certify-copy fee', 'passport place'],
    [
      'đăng ký kết hôn cần giấy gì với lại đổi bằng lái ở đâu',
      'marriage-registration documents',
      'driving-licence place',
    ],
    [
      'xin lý lịch tư pháp và đăng ký tạm trú thì cần giấy gì',
      'criminal-record documents',
      'temporary-residence documents',
    ],
    [
      'làm khai sinh cho con cần gì, với lại nhập hộ khẩu cho bé luôn',
      'birth-registration documents',
      'permanent-residence null',
    ],
    ['làm hộ chiếu mất bao lâu\nlý lịch tư pháp hết bao nhiêu tiền', 'passport time', 'criminal-record fee'],
  ])('%s', (text, ...requests) => {
    expect(requestsOf(text).map(({ topic, aspect }) => `${topic} ${aspect}`)).toEqual(requests);
  });

  it.each([
    // The whole is sure of one of them, yet each is asked for by itself.
    [
      'xét hộ nghèo ở đâu? con đi học có được hỗ trợ tiền sách vở không?',
      'poor-household',
      'education-cost-support',
    ],
    // Look-alikes, each beyond doubt where it stands.
    ['xác nhận sơ yếu lý lịch với làm lý lịch tư pháp để đi làm', 'certify-signature', 'criminal-record'],
    // The licence is faded, which is told, and shall be replaced, which is asked.
    [
      'xin giấy độc thân, bằng lái xe đã mờ thì cấp lại luôn',
      'marital-status-certificate',
      'driving-licence',
    ],
    // The first is an idea that is made of nothing but everyday words.
    [
      'giấy của em tới đâu rồi, xong thì gửi bưu điện về nhà được không',
      'track-application',
      'receive-result',
    ],
  ])('%s', (text, ...topics) => {
    expect(requestsOf(text).map(({ topic }) => topic)).toEqual(topics);
  });

  it('finds three', () => {
    const found = requestsOf('hộ chiếu bao nhiêu tiền, đăng ký tạm trú ở đâu, lý lịch tư pháp mấy ngày có');
    expect(found.map(({ topic }) => topic)).toEqual(['passport', 'temporary-residence', 'criminal-record']);
  });

  it.each([
    'làm khai sinh cần gì, nộp ở đâu, bao lâu có',
    'khai sinh, hộ khẩu, bảo hiểm liên thông một lần',
    'đổi bằng lái cần giấy khám sức khỏe, căn cước, ảnh đúng không',
    'làm hộ chiếu cần căn cước và giấy khai sinh không',
    'khai tử cho ba xong rồi, giờ sang tên sổ đỏ cần giấy gì',
    'cả nhà mới nhập hộ khẩu về đây, con đang học lớp 7, xin chuyển trường',
    'thẻ của bà cụ là cái chứng minh nhân dân giấy chín số từ đời nảo đời nào, nay đổi sang thẻ mới thì làm răng',
  ])('%s is one', (text) => {
    expect(understand(text).also).toEqual([]);
  });
});

describe('sensitive matters', () => {
  it.each([
    ['cháy nhà rồi cứu với', 'fire', 'emergency'],
    ['chay nha roi', 'fire', 'emergency'],
    ['tôi muốn tự tử', 'self-harm', 'emergency'],
    ['chồng em đánh em bầm mắt', 'violence', 'emergency'],
    ['nước lũ lên tới nóc nhà rồi, cứu với', 'disaster', 'emergency'],
    ['có người chìm dưới hồ, cứu với', 'drowning', 'emergency'],
    ['bà nội co giật, sùi bọt mép', 'medical', 'emergency'],
    ['con tôi đi lạc từ trưa chưa về', 'missing', 'emergency'],
    ['mất trộm xe máy thì báo ai', 'crime', 'emergency'],
    ['nha bi trom hom qua bao cong an o dau', 'crime', 'emergency'],
  ])('%s is %s', (text, sensitive, topic) => {
    expect(understand(text)).toMatchObject({ decision: 'sensitive', sensitive, topic });
  });

  // Examples in unusual words alone once taught it to overlook these.
  it.each([
    ...[
      'nổ bình gas',
      'treo cổ',
      'cứu tôi với',
      'cuu toi voi',
      'rò rỉ gas',
      'ngất xỉu',
      'bị tống tiền ảnh nóng',
    ],
    ...['me toi bi dot quy', 'hàng xóm đánh con', 'tre em bi bao hanh bao o dau', 'đánh nhau ngoài chợ'],
    ...['tai nạn giao thông gọi số nào', 'có đánh bạc gần nhà tôi', 'cán bộ vòi tiền', 'bà tôi đi lạc'],
  ])('is told in plain words: %s', (text) => {
    expect(understand(text).decision).toBe('sensitive');
  });

  it('is not heard in a long story by its length alone', () => {
    const story = 'tôi đi làm về rồi ra chợ mua rau nấu cơm cho mấy đứa nhỏ ăn rồi rửa chén giặt đồ. ';
    expect(understand(story.repeat(40)).decision).not.toBe('sensitive');
  });

  it.each([
    'cháy thẻ căn cước giờ làm sao',
    'tố cáo thì nộp đơn ở đâu',
    'đánh mất giấy khai sinh',
    'ba tôi chết đuối tháng trước, làm giấy khai tử ở đâu',
    'lũ năm ngoái cuốn mất sổ đỏ, xin cấp lại',
    'chim bay qua cánh đồng lúa',
    'tàu vũ trụ vừa hạ cánh ngoài ruộng lúa',
    'bà tôi bán đào ở chợ tết',
    'nước chảy qua ruộng',
    'ga nuong lua than',
    'coi phim thấy cảnh đâm chém ghê quá',
    'dien vien cam dao trong phim la ai',
    'can I vote here',
  ])('%s is not', (text) => {
    expect(understand(text).decision).not.toBe('sensitive');
  });

  it.each(['đang chiếu phim thì có thằng vác dao vô rạp', 'dang xem phim thi co dua cam dao xong vo nha'])(
    'hears the last clause, whatever stands before it: %s',
    (text) => {
      expect(understand(text)).toMatchObject({ decision: 'sensitive', sensitive: 'violence' });
    },
  );

  it('answers a reported scam call with the warning', () => {
    expect(understand('có người gọi bảo cập nhật VNeID')).toMatchObject({
      decision: 'answer',
      topic: 'scam-warning',
    });
  });
});

describe('a wish in words of ours for what is not ours', () => {
  it.each([
    'đốt đồng có phải xin phép không',
    'dot dong co phai xin phep khong',
    'bay drone có phải xin phép không',
    'treo băng rôn phải xin giấy phép ở đâu',
    'nuôi chó phải đăng ký ở đâu',
    'xin đổi tên đường ở đâu',
  ])('%s is not answered', (text) => {
    expect(understand(text).decision).not.toBe('answer');
  });

  it.each([
    ['sửa nhà có phải xin phép không', 'house-building-permit'],
    ['cho thuê trọ có phải đăng ký tạm trú không', 'temporary-residence'],
  ])('%s is', (text, topic) => {
    expect(understand(text)).toMatchObject({ decision: 'answer', topic });
  });
});

describe('whatever is typed', () => {
  it('gives a whole answer with scores in order and never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
        const { confidence, candidates } = understand(text);
        expect(confidence).toBeGreaterThanOrEqual(0);
        expect(confidence).toBeLessThanOrEqual(1);
        const scores = candidates.map((candidate) => candidate.score);
        expect([...scores].sort((one, other) => other - one)).toEqual(scores);
      }),
      { numRuns: 300 },
    );
  });

  it('takes a message of any length', () => {
    expect(() => understand('khai sinh cho con '.repeat(5_000))).not.toThrow();
  });
});

describe('the trained model', () => {
  const small = mkdtempSync(join(tmpdir(), 'understanding-'));
  const cacheDirs = ['one', 'other'].map((name) => join(small, name));
  beforeAll(() => {
    for (const name of readdirSync(folders.intentsDir).filter((file) => file.endsWith('.yaml'))) {
      cpSync(join(folders.intentsDir, name), join(small, 'intents', name));
    }
    for (const topic of ['passport', 'certify-copy', 'land-split']) {
      const file = join('procedures', `${topic}.yaml`);
      cpSync(join(folders.intentsDir, file), join(small, 'intents', file));
    }
  });
  afterAll(() => {
    rmSync(small, { recursive: true });
  });
  const load = (cacheDir: string): Understanding =>
    loadUnderstanding({ intentsDir: join(small, 'intents'), cacheDir });

  it('is byte-identical for identical input, and is restored from the cache as it was', () => {
    const [one = '', other = ''] = cacheDirs;
    const trained = load(one);
    load(other);
    const [name = ''] = readdirSync(one);
    expect(readdirSync(other)).toEqual([name]);
    expect(readFileSync(join(one, name)).equals(readFileSync(join(other, name)))).toBe(true);
    const restored = load(one);
    expect(restored.version).toBe(trained.version);
    expect(restored.understand('tách thửa cho con')).toEqual(trained.understand('tách thửa cho con'));
  }, 120_000);

  it('trains again when the cached file is damaged, and anew when an example changes', () => {
    const [one = ''] = cacheDirs;
    const { version } = load(one);
    for (const name of readdirSync(one)) writeFileSync(join(one, name), 'damaged');
    expect(load(one).version).toBe(version);
    const file = join(small, 'intents/procedures/passport.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/^ {2}vi:$/m, '  vi:\n    - cuốn sổ đi tây'));
    expect(load(one).version).not.toBe(version);
  }, 120_000);

  it('learns further examples, which win over what a file says of the same words', () => {
    const text = 'mấy tờ màu cam ở trụ sở';
    const file = join(small, 'intents/procedures/certify-copy.yaml');
    const before = readFileSync(file, 'utf8');
    writeFileSync(file, before.replace(/^ {2}vi:$/m, `  vi:\n    - ${text}`));
    const base = { intentsDir: join(small, 'intents') };
    const none = loadUnderstanding({ ...base, examples: [] });
    expect(none.version).toBe(loadUnderstanding(base).version);
    expect(none.understand(text).candidates[0]?.topic).toBe('certify-copy');
    const example = {
      text: 'Mấy tờ màu cam, ở trụ sở?',
      topic: 'passport',
      aspects: [],
      language: 'vi' as const,
    };
    const strange = { ...example, text: 'chuyện khác', topic: 'no-such-topic' };
    const taught = loadUnderstanding({ ...base, examples: [example, strange] });
    expect(taught.version).not.toBe(none.version);
    expect(taught.understand(text)).toMatchObject({ decision: 'answer', topic: 'passport' });
    writeFileSync(file, before);
  }, 120_000);

  it('names the file that is wrong', () => {
    const file = join(small, 'intents/procedures/land-split.yaml');
    writeFileSync(file, 'topic: 5');
    expect(() => loadUnderstanding({ intentsDir: join(small, 'intents') })).toThrow(
      /procedures\/land-split\.yaml/,
    );
  });
});

describe('words of a name in the catalogue', () => {
  const names = [
    'Kiểm tra hiện trường rừng bị thiệt hại do thiên tai',
    'Hỗ trợ nạn nhân bạo lực gia đình tại cộng đồng',
  ];
  const catalogue = names.map((name, at) => ({ code: `9.00000${at}`, name, commune: true }));

  it('are no emergency unless they name one', () => {
    const withNames = loadUnderstanding({ ...folders, catalogue });
    const official = withNames.understand('kiem tra hien truong rung bi thiet hai');
    expect(official.topic ?? official.candidates[0]?.topic).toBe('catalogue:9.000000');
    expect(withNames.understand('em bi chong danh, bao luc gia dinh').decision).toBe('sensitive');
  }, 60_000);

  it('lead inside a question, and no look-alikes of one word are asked about instead', () => {
    const withNames = loadUnderstanding({
      ...folders,
      catalogue: [
        { code: '9.000002', name: 'Khai thuế bảo vệ môi trường', commune: true },
        { code: '9.000003', name: 'Cấp giấy phép thăm dò nước dưới đất', commune: false },
        ...catalogue,
      ],
    });
    const firstOf = (text: string): string | undefined => {
      const { topic, candidates } = withNames.understand(text);
      return topic ?? candidates[0]?.topic;
    };
    expect(firstOf('em muon hoi tham do nuoc duoi dat can giay to gi a')).toBe('catalogue:9.000003');
    expect(firstOf('khai thuế bảo vệ môi trường')).toBe('catalogue:9.000002');
    expect(firstOf('đăng ký khai sinh cần giấy tờ gì')).toBe('birth-registration');
  }, 60_000);

  it('that several names share are asked about, however unlikely each of these is', () => {
    const kinds = ['thành lập', 'giải thể', 'chia', 'tách', 'hợp nhất', 'sáp nhập', 'chuyển đổi', 'góp vốn'];
    const ofCooperatives = kinds.map((kind, at) => ({
      code: `9.00001${at}`,
      name: `Thông báo về việc ${kind} của hợp tác xã nuôi cá tra`,
      commune: true,
    }));
    const withNames = loadUnderstanding({ ...folders, catalogue: [...catalogue, ...ofCooperatives] });
    const { decision, candidates } = withNames.understand('hợp tác xã nuôi cá tra cần giấy tờ gì');
    expect(decision).toBe('clarify');
    const offered = candidates.slice(0, 3).map(({ topic }) => topic);
    expect(offered.every((topic) => topic.startsWith('catalogue:9.00001'))).toBe(true);
  }, 60_000);
});
