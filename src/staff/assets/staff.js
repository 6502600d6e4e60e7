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
