import type { Finding } from './finding.ts';
import { flowConditionHolds, nextFlowStep, type FlowCondition, type FlowFile } from './flow-schema.ts';
import type { Topic } from './library.ts';

/** A flow with what is needed to name a fault's place. */
export interface ReadFlow {
  file: string;
  value: FlowFile | undefined;
  lineOf(path: readonly PropertyKey[]): number;
}

/** Faults of flows that a schema cannot see: names of nothing, questions never asked, answers that lead nowhere. */
export function findFlowFaults(flows: readonly ReadFlow[], topics: ReadonlyMap<string, Topic>): Finding[] {
  return flows.flatMap((read) => {
    const flow = read.value;
    if (flow === undefined) return [];
    const fault = (path: readonly PropertyKey[], message: string, fix: string): Finding => ({
      code: 'flow',
      severity: 'error',
      file: read.file,
      line: read.lineOf(path),
      message,
      fix,
    });
    return [
      ...findUnknownTopics(flow, topics, fault),
      ...findUnknownAnswers(flow, fault),
      ...findDeadEnds(flow, fault),
    ];
  });
}

type Fault = (path: readonly PropertyKey[], message: string, fix: string) => Finding;

function findUnknownTopics(flow: FlowFile, topics: ReadonlyMap<string, Topic>, fault: Fault): Finding[] {
  const unknown = (path: readonly PropertyKey[], id: string): Finding[] =>
    topics.has(id)
      ? []
      : [fault(path, `Chủ đề "${id}" không có trong content/`, 'Sửa mã chủ đề cho đúng tên tệp')];
  return [
    ...flow.topics.flatMap((id, index) => unknown(['topics', index], id)),
    ...flow.results.flatMap((result, at) => [
      ...(result.also ?? []).flatMap((id, index) => unknown(['results', at, 'also', index], id)),
      ...(result.show ?? []).flatMap((shown, index) => {
        const path = ['results', at, 'show', index];
        if (shown.topic === 'current') return [];
        const topic = topics.get(shown.topic);
        if (topic === undefined) return unknown([...path, 'topic'], shown.topic);
        return shown.aspects
          .filter((aspect) => topic.sections[aspect] === undefined)
          .map((aspect) =>
            fault(
              [...path, 'aspects'],
              `Chủ đề "${shown.topic}" không có phần "${aspect}"`,
              'Chọn phần có trong tệp chủ đề',
            ),
          );
      }),
    ]),
  ];
}

function findUnknownAnswers(flow: FlowFile, fault: Fault): Finding[] {
  const check = (path: readonly PropertyKey[], when: FlowCondition | undefined): Finding[] =>
    Object.entries(when ?? {}).flatMap(([stepId, options]) => {
      const step = flow.steps.find((one) => one.id === stepId);
      if (step === undefined) {
        return [
          fault([...path, stepId], `Không có câu hỏi "${stepId}"`, 'Dùng id của một bước trong steps'),
        ];
      }
      return options
        .filter((id) => !step.options.some((option) => option.id === id))
        .map((id) =>
          fault(
            [...path, stepId],
            `Câu hỏi "${stepId}" không có lựa chọn "${id}"`,
            'Dùng id của một lựa chọn',
          ),
        );
    });
  return [
    ...flow.steps.flatMap((step, index) => check(['steps', index, 'when'], step.when)),
    ...flow.results.flatMap((result, index) => check(['results', index, 'when'], result.when)),
  ];
}

/** Walks every way through the questions: each must end with something to show, each result must be reached. */
function findDeadEnds(flow: FlowFile, fault: Fault): Finding[] {
  const reached = new Set<number>();
  const findings: Finding[] = [];
  const walk = (answers: Record<string, string>): void => {
    const step = nextFlowStep(flow, answers);
    if (step !== undefined) {
      for (const option of step.options) walk({ ...answers, [step.id]: option.id });
      return;
    }
    const shown = flow.results.flatMap((result, index) =>
      flowConditionHolds(result.when, answers) ? [index] : [],
    );
    for (const index of shown) reached.add(index);
    if (shown.length === 0) {
      const way = Object.entries(answers).map(([id, answer]) => `${id}=${answer}`);
      findings.push(
        fault(['results'], `Trả lời ${way.join(', ')} thì không có kết quả`, 'Thêm một kết quả cho cách trả lời này'),
      );
    }
  };
  walk({});
  return [
    ...findings,
    ...flow.results.flatMap((_, index) =>
      reached.has(index)
        ? []
        : [fault(['results', index], 'Kết quả này không bao giờ hiện ra', 'Sửa điều kiện when hoặc bỏ đi')],
    ),
  ];
}
