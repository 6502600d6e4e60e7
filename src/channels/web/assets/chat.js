/* The web chat in the citizen's browser: sends what is written, shows what arrives. No framework, no cookie. */
const chat = document.getElementById('chat');
const log = document.getElementById('log');
const composer = document.getElementById('composer');
const question = document.getElementById('question');
const labels = JSON.parse(chat.dataset.labels);
const storageKey = `tthc-visitor-${chat.dataset.unit}${chat.dataset.test}`;

const transcriptKey = `${storageKey}-transcript`;
const transcriptAtMost = 60;
const referralKey = `${storageKey}-referral`;

let token = null;
let lastSequence = 0;
let waitingLine = null;
let transcript = [];

/** What was said in this tab, so that reloading the page does not lose it; it goes when the tab is closed. */
function restoreTranscript() {
  try {
    transcript = JSON.parse(sessionStorage.getItem(transcriptKey)) ?? [];
  } catch {
    transcript = [];
  }
  for (const entry of transcript) {
    if (entry.sequence) showReply(entry, false);
    else addBubble('citizen', entry.text);
  }
}

function remember(entry) {
  transcript = [...transcript, entry].slice(-transcriptAtMost);
  try {
    sessionStorage.setItem(transcriptKey, JSON.stringify(transcript));
  } catch {
    /* storage is switched off: nothing is restored after a reload */
  }
}

/** Shows what the citizen said. */
function showQuestion(text) {
  addBubble('citizen', text);
  remember({ text });
}

/** This tab's token, or a new one. A tab is a conversation: on a shared computer the next person begins anew. */
async function begin(renew) {
  const stored = renew ? undefined : storedToken();
  if (stored !== undefined) {
    token = stored;
    return false;
  }
  const response = await fetch('/web/visitors', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ unit: chat.dataset.unit, test: chat.dataset.test === '1' }),
  });
  if (!response.ok) throw new Error('visitor');
  token = (await response.json()).token;
  lastSequence = 0;
  transcript = [];
  try {
    sessionStorage.setItem(storageKey, JSON.stringify({ token }));
  } catch {
    /* storage is switched off: the token lives as long as the page */
  }
  return true;
}

function storedToken() {
  try {
    return JSON.parse(sessionStorage.getItem(storageKey))?.token;
  } catch {
    /* storage is switched off, or holds something else */
    return undefined;
  }
}

/** The code with which this page was opened, once in a tab: reloading the page is no second visit. */
function newReferral() {
  const ref = new URLSearchParams(location.search).get('ref')?.slice(0, 64) || null;
  try {
    if (ref === sessionStorage.getItem(referralKey)) return null;
    if (ref !== null) sessionStorage.setItem(referralKey, ref);
  } catch {
    /* storage is switched off: each visit of the page counts as one */
  }
  return ref;
}

async function post(body) {
  showWaiting();
  const attempt = () =>
    fetch('/web/messages', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-visitor': token },
      body: JSON.stringify(body),
    });
  try {
    let response = await attempt();
    if (response.status === 401) {
      await begin(true);
      listen();
      response = await attempt();
    }
    if (response.status === 429) notice(labels.tooFast);
    else if (!response.ok) notice(labels.unavailable);
  } catch {
    notice(labels.offline);
  }
}

/** Reads server-sent events with fetch, since the token travels in a header; reconnects with growing pauses. */
async function listen() {
  const mine = token;
  for (let pause = 1000; token === mine; pause = Math.min(pause * 2, 15000)) {
    try {
      const response = await fetch(`/web/replies?after=${lastSequence}`, { headers: { 'x-visitor': mine } });
      if (response.status === 401) return;
      const reader = response.body.getReader();
      const decoder = new TextDecoder();
      let buffer = '';
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        pause = 1000;
        buffer += decoder.decode(value, { stream: true });
        const events = buffer.split('\n\n');
        buffer = events.pop();
        for (const event of events) {
          const data = event.split('\n').find((line) => line.startsWith('data: '));
          if (data) showReply(JSON.parse(data.slice(6)));
        }
      }
    } catch {
      /* the connection dropped: try again below */
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

function showReply(message, isNew = true) {
  if (message.sequence <= lastSequence) return;
  lastSequence = message.sequence;
  if (isNew) remember(message);
  hideWaiting();
  log
    .querySelectorAll('.choices button')
    .forEach((button) => button.closest('.choices').classList.add('old'));
  const bubble = addBubble('assistant', message.text);
  if (message.buttons.length > 0) bubble.append(buttonsOf(message.buttons));
  // A long answer is read from its beginning: the question stays in sight above it.
  scrollToQuestion();
}

function scrollToQuestion() {
  const questions = log.querySelectorAll('.citizen');
  const last = questions[questions.length - 1];
  if (last === undefined) log.scrollTop = log.scrollHeight;
  else log.scrollTop = Math.min(last.offsetTop - log.offsetTop - 8, log.scrollHeight);
}

function buttonsOf(buttons) {
  const group = document.createElement('div');
  group.className = 'choices';
  for (const button of buttons) {
    if (button.kind === 'choice') {
      const element = document.createElement('button');
      element.type = 'button';
      element.textContent = button.title;
      element.addEventListener('click', () => {
        showQuestion(button.title);
        void post({ payload: button.payload, title: button.title });
      });
      group.append(element);
    } else {
      const element = document.createElement('a');
      element.textContent = button.title;
      element.href = button.href;
      if (button.kind === 'link') {
        element.target = '_blank';
        element.rel = 'noopener noreferrer';
      }
      group.append(element);
    }
  }
  return group;
}

/** Adds a bubble; text only, so nothing that arrives can become markup. Addresses of https pages become links. */
function addBubble(who, text) {
  const bubble = document.createElement('div');
  bubble.className = `bubble ${who}`;
  const speaker = document.createElement('span');
  speaker.className = 'hidden';
  speaker.textContent = `${who === 'assistant' ? labels.assistant : labels.you}: `;
  const paragraph = document.createElement('p');
  paragraph.append(speaker, text);
  bubble.append(paragraph);
  log.append(bubble);
  log.scrollTop = log.scrollHeight;
  return bubble;
}

function notice(text) {
  hideWaiting();
  const line = document.createElement('p');
  line.className = 'notice';
  line.textContent = text;
  log.append(line);
  log.scrollTop = log.scrollHeight;
}

function showWaiting() {
  hideWaiting();
  waitingLine = document.createElement('p');
  waitingLine.className = 'waiting';
  waitingLine.textContent = labels.waiting;
  log.append(waitingLine);
  log.scrollTop = log.scrollHeight;
}

function hideWaiting() {
  waitingLine?.remove();
  waitingLine = null;
}

function fitQuestion() {
  question.style.height = 'auto';
  question.style.height = `${Math.min(question.scrollHeight, 140)}px`;
}

composer.addEventListener('submit', (event) => {
  event.preventDefault();
  const text = question.value.trim();
  if (text === '') return;
  question.value = '';
  fitQuestion();
  showQuestion(text);
  void post({ text });
  question.focus();
});
question.addEventListener('input', fitQuestion);
question.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    composer.requestSubmit();
  }
});

restoreTranscript();
try {
  const isNew = await begin(false);
  void listen();
  const ref = newReferral();
  if (isNew || ref !== null) await post(ref === null ? { start: true } : { start: true, ref });
} catch {
  notice(labels.offline);
}
