import { describe, expect, it } from '@jest/globals';
import { findFlowFaults } from '../../../src/content/flow-findings.ts';
import { flowSchema } from '../../../src/content/flow-schema.ts';
import type { Topic } from '../../../src/content/library.ts';
import { parseYaml } from '../../../src/content/read-yaml.ts';

const topics = new Map([['birth', { id: 'birth', sections: { documents: [{}] } } as unknown as Topic]]);

const sound = `id: flow
kind: prepare
title: { vi: Chuẩn bị, en: Prepare }
topics: [birth]
steps:
  - id: who
    ask: { vi: Ai, en: Who }
    options:
      - { id: child, title: { vi: Bé, en: Child } }
      - { id: adult, title: { vi: Người lớn, en: Adult } }
results:
  - show: [{ topic: birth, aspects: [documents] }]
`;

function check(text: string) {
  const read = parseYaml(text, 'content/flows/flow.yaml', flowSchema);
  const faults = read.findings.concat(findFlowFaults([{ file: 'content/flows/flow.yaml', ...read }], topics));
  return faults.map(({ line, message }) => `${line}: ${message}`);
}

describe('the faults of a flow', () => {
  it('are none when it is sound', () => {
    expect(check(sound)).toEqual([]);
  });

  it.each([
    ['a topic that is not there', sound.replace('topics: [birth]', 'topics: [brith]'), /^4: .*"brith"/],
    ['an aspect that the topic lacks', sound.replace('[documents]', '[fee]'), /"fee"/],
    [
      'an answer that leads nowhere',
      sound.replace('  - show:', '  - when: { who: [child] }\n    show:'),
      /who=adult/,
    ],
    [
      'an answer that is not offered',
      sound.replace('  - show:', '  - when: { who: [nobody] }\n    show:'),
      /"nobody"/,
    ],
    ['a question that is not asked', sound.replace('  - show:', '  - when: { age: [x] }\n    show:'), /"age"/],
    ['a title that fits no button', sound.replace('vi: Bé,', 'vi: Bé rất là nhỏ chưa biết đi,'), /^9: /],
  ])('name %s with its line', (_, text, message) => {
    expect(check(text).join('\n')).toMatch(message);
  });
});
