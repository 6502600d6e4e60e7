/** Makes the console's pages a little better; every page works without it. */

// What is wrong with a form is read out first.
document.querySelector('[data-focus]')?.focus();

// A form that is on its way is not sent twice.
document.addEventListener('submit', (event) => {
  const form = event.target;
  if (form.method !== 'post') return;
  if (form.dataset.sent !== undefined) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = '1';
});
// Coming back to a page shows its forms as new.
window.addEventListener('pageshow', () => {
  for (const form of document.forms) delete form.dataset.sent;
});

// What is still being done is looked at again.
const waiting = document.querySelector('[data-refresh]');
if (waiting !== null) setTimeout(() => location.reload(), Number(waiting.dataset.refresh) * 1000);

// Parts of a page that change by themselves are looked after while the page is seen.
for (const region of document.querySelectorAll('[data-live]')) void follow(region);

async function follow(region) {
  const { live, every, stale } = region.dataset;
  showNewest(region);
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, Number(every)));
    if (document.hidden) continue;
    try {
      const response = await fetch(live, { headers: { 'x-fragment': '1' } });
      // Signed out meanwhile: the sign-in page is no part of this one.
      if (response.redirected || (response.status >= 400 && response.status < 500)) {
        warn(region, stale);
        return;
      }
      if (!response.ok) throw new Error('unavailable');
      const fresh = new DOMParser().parseFromString(await response.text(), 'text/html').body;
      warn(region, '');
      if (renew(region, fresh)) showNewest(region);
    } catch {
      warn(region, stale);
    }
  }
}

/** Says that what is shown may be old. */
function warn(region, text) {
  const shown = region.previousElementSibling?.classList.contains('live-stale')
    ? region.previousElementSibling
    : null;
  if (text === '') {
    shown?.remove();
  } else if (shown === null) {
    const line = document.createElement('p');
    line.className = 'live-stale notice notice-warn';
    line.setAttribute('role', 'status');
    line.textContent = text;
    region.before(line);
  }
}

/** Takes over what differs, element by element where elements have ids, so that focus and what is read out stay. */
function renew(old, fresh) {
  const parts = [...fresh.children];
  if (parts.length === 0 || parts.some((part) => part.id === '')) {
    if (old.innerHTML === fresh.innerHTML) return false;
    const link = old.contains(document.activeElement) ? document.activeElement.getAttribute('href') : null;
    old.innerHTML = fresh.innerHTML;
    if (link !== null)
      [...old.querySelectorAll('a')].find((one) => one.getAttribute('href') === link)?.focus();
    return true;
  }
  let changed = false;
  const known = new Map([...old.children].map((child) => [child.id, child]));
  for (const part of parts) {
    const own = known.get(part.id);
    known.delete(part.id);
    if (own === undefined) old.append(part);
    changed = own === undefined || renew(own, part) || changed;
  }
  for (const gone of known.values()) gone.remove();
  return changed || known.size > 0;
}

/** A conversation shows its end. */
function showNewest(region) {
  const talk = region.querySelector('.talk-live');
  if (talk !== null) talk.scrollTop = talk.scrollHeight;
}
