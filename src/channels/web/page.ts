/** What the page says around the conversation, in the language of the citizens. */
export interface ChatPageTexts {
  title: string;
  automated: string;
  inputLabel: string;
  inputPlaceholder: string;
  send: string;
  logLabel: string;
  you: string;
  assistant: string;
  waiting: string;
  offline: string;
  unavailable: string;
  tooFast: string;
  noScript: string;
  chooseUnit: string;
  privacy: string;
  testNotice: string;
  skip: string;
}

interface MetaTag {
  name: string;
  content: string;
}

/** The chat page of one unit. Everything that varies is escaped; script and style are separate files (strict CSP). */
export function renderChatPage(
  unit: { id: string; name: string },
  texts: ChatPageTexts,
  options: { test: boolean; head: readonly MetaTag[] },
): string {
  const labels = {
    you: texts.you,
    assistant: texts.assistant,
    waiting: texts.waiting,
    offline: texts.offline,
    unavailable: texts.unavailable,
    tooFast: texts.tooFast,
  };
  return frame(
    `${unit.name}: ${texts.title}`,
    options.head,
    `<a class="skip" href="#question">${escape(texts.skip)}</a>
<div class="chat" id="chat" data-unit="${escape(unit.id)}" data-test="${options.test ? '1' : ''}" data-labels="${escape(JSON.stringify(labels))}">
  <header class="bar">
    <span class="seal" aria-hidden="true">${sealSvg}</span>
    <div>
      <h1>${escape(unit.name)}</h1>
      <p>${escape(texts.automated)}</p>
    </div>
  </header>
  ${options.test ? `<p class="test" role="note">${escape(texts.testNotice)}</p>` : ''}
  <main>
    <div class="log" id="log" role="log" aria-live="polite" aria-label="${escape(texts.logLabel)}" tabindex="0"></div>
    <noscript><p class="notice">${escape(texts.noScript)}</p></noscript>
  <form class="composer" id="composer" autocomplete="off">
    <label for="question" class="hidden">${escape(texts.inputLabel)}</label>
    <textarea id="question" name="question" rows="1" maxlength="4000" placeholder="${escape(texts.inputPlaceholder)}" enterkeyhint="send" required></textarea>
    <button type="submit">${escape(texts.send)}</button>
    <p class="privacy">${escape(texts.privacy)}</p>
  </form>
  </main>
</div>
<script type="module" src="/web/chat.js"></script>`,
  );
}

/** Where a deployment of several units asks which one is meant. */
export function renderUnitList(
  units: readonly { id: string; name: string }[],
  texts: ChatPageTexts,
  head: readonly MetaTag[],
): string {
  const items = units.map(
    ({ id, name }) => `<li><a href="/?unit=${encodeURIComponent(id)}">${escape(name)}</a></li>`,
  );
  return frame(
    texts.title,
    head,
    `<main class="units"><h1>${escape(texts.chooseUnit)}</h1><ul>${items.join('')}</ul></main>`,
  );
}

/** A speech bubble with a check mark: a guide, not an authority's emblem. */
const sealSvg =
  '<svg viewBox="0 0 24 24" width="28" height="28" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"><path d="M4 4h16v12H9l-5 4z"/><path d="M8.5 10l2.5 2.5L16 7.5"/></svg>';

function frame(title: string, head: readonly MetaTag[], body: string): string {
  const metas = head.map(({ name, content }) => `<meta name="${escape(name)}" content="${escape(content)}">`);
  return `<!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light">
${metas.join('\n')}
<title>${escape(title)}</title>
<link rel="stylesheet" href="/web/chat.css">
<link rel="icon" href="data:,">
</head>
<body>
${body}
</body>
</html>
`;
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
