import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import type { WebButton } from '../channels/web/mailbox.ts';
import type { ChatTurn } from './chat-turn.ts';
import { openOperations } from './run-operation.ts';

/**
 * Adds `chat`: a conversation in the terminal, through the same pipeline as a webhook; not counted in figures, and without
 * work for officers.
 */
export function registerChat(program: Command): void {
  program
    .command('chat')
    .description('talk to the bot in the terminal, through the whole pipeline')
    .option('--unit <id>', 'unit to talk to', 'hang-gon')
    .option('--explain', 'show decision, topic, confidence and evidence of each answer')
    .action(async (options: { unit: string; explain?: boolean }) => {
      const runner = await openOperations({ workers: true });
      const visitor = `terminal-${randomUUID()}`;
      let after = 0;
      let buttons: WebButton[] = [];
      const take = async (content: object) => {
        const { text } = await runner.run('chat', {
          visitor,
          unit: options.unit,
          eventId: randomUUID(),
          after,
          content,
        });
        const turn = JSON.parse(text) as ChatTurn;
        after = turn.messages.at(-1)?.sequence ?? after;
        buttons = turn.messages.at(-1)?.buttons ?? [];
        console.log(formatTurn(turn, options.explain === true));
      };
      try {
        await take({ kind: 'start' });
        for await (const words of readLines()) await take(toContent(words, buttons));
      } finally {
        await runner.close();
      }
    });
}

/** What is typed (or piped in), line by line, until the end of input or `/thoat`. */
async function* readLines(): AsyncGenerator<string> {
  const { stdin: input, stdout: output } = process;
  const terminal = createInterface({ input, output, terminal: input.isTTY, prompt: '> ' });
  // Piped input may end before its lines are answered, and a closed terminal cannot be prompted.
  const prompt = () => (input.isTTY ? terminal.prompt() : undefined);
  prompt();
  try {
    for await (const line of terminal) {
      const words = line.trim();
      if (words === '/thoat' || words === '/quit') return;
      if (words !== '') yield words;
      prompt();
    }
  } finally {
    terminal.close();
  }
}

/** `[2]` presses the second button; everything else is said as it is. */
function toContent(words: string, buttons: readonly WebButton[]): object {
  const pressed = /^\[(\d+)\]$/.exec(words);
  const button = pressed === null ? undefined : buttons[Number(pressed[1]) - 1];
  return button?.kind === 'choice'
    ? { kind: 'choice', payload: button.payload, title: button.title }
    : { kind: 'text', text: words };
}

function formatTurn(turn: ChatTurn, explain: boolean): string {
  const bubbles = turn.messages.map(({ text, buttons }) => {
    const labels = buttons.map((button, index) =>
      button.kind === 'choice' ? `[${index + 1}] ${button.title}` : `${button.title}: ${button.href}`,
    );
    return [text, ...(labels.length === 0 ? [] : [labels.join('   ')])].join('\n');
  });
  return [...bubbles, ...(explain ? [formatExplanation(turn)] : [])].join('\n\n') + '\n';
}

function formatExplanation(turn: ChatTurn): string {
  const confidence = turn.confidence === null ? '' : ` (${turn.confidence.toFixed(2)})`;
  const head = `  ${turn.decision}: ${turn.topic ?? '-'}${turn.aspect === null ? '' : ` / ${turn.aspect}`}${confidence}`;
  const candidates = turn.candidates.map(({ topic, score }) => `${topic} ${score.toFixed(2)}`).join(', ');
  const evidence = turn.explanation.map(
    ({ code, text, weight }) =>
      `  - ${code}: ${text}${weight === undefined ? '' : ` (${weight.toFixed(2)})`}`,
  );
  return [head, ...(candidates === '' ? [] : [`  ${candidates}`]), ...evidence].join('\n');
}
