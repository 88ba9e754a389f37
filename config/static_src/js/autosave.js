// Drafts save themselves: a form with data-autosave="<address>" is sent there a few seconds after the
// last key, and when a field is left. The answer is JSON: {"saved_at": "14:32", "version": 7}, or
// 409 {"blockers": ["sentence", ...]} when this copy may not be saved. What is typed stays in the page
// whatever happens; nothing is kept in the browser's storage, because computers are shared.

const WAIT = 3000;
const RETRY = [5000, 15000, 30000, 60000];

export function startAutosave (form) {
  const status = form.querySelector('[data-saved]');
  let timer = 0;
  let tries = 0;
  let isSending = false;
  let isDirty = false;
  let isBlocked = false;
  let isSubmitted = false;
  let lastSaved = clock();

  function clock () {
    return new Date().toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  }

  function say (text, isFailure = false) {
    if (!status) return;
    status.classList.remove('pwb-saved--none');
    status.classList.toggle('pwb-saved--failed', isFailure);
    if (status.textContent !== text) status.textContent = text;
  }

  function plan (delay) {
    window.clearTimeout(timer);
    timer = window.setTimeout(save, delay);
  }

  function failed (why = '') {
    isDirty = true;
    say(`Not saved since ${lastSaved}. ${why || 'We keep trying; copy your text if you leave.'}`, true);
    plan(RETRY[Math.min(tries, RETRY.length - 1)]);
    tries += 1;
  }

  // Signed out in between, or signed in again in another tab: the form needs a token that fits.
  async function freshToken () {
    const page = await fetch(window.location.href, { credentials: 'same-origin' });
    const text = await page.text();
    const found = new DOMParser().parseFromString(text, 'text/html').querySelector('form[data-autosave] [name=csrfmiddlewaretoken]');
    if (page.redirected || !found) return false;
    document.querySelectorAll('[name=csrfmiddlewaretoken]').forEach((input) => { input.value = found.value; });
    return true;
  }

  function send () {
    const token = form.querySelector('[name=csrfmiddlewaretoken]');
    const data = new FormData(form);
    for (const [name, value] of [...data.entries()]) {
      if (value instanceof File) data.delete(name);
    }
    return fetch(form.dataset.autosave, {
      method: 'POST',
      body: data,
      credentials: 'same-origin',
      headers: { 'X-Autosave': '1', 'X-CSRFToken': token ? token.value : '', Accept: 'application/json' }
    });
  }

  async function save () {
    if (isSending || !isDirty || isBlocked || isSubmitted) return;
    window.clearTimeout(timer);
    isSending = true;
    isDirty = false;
    try {
      let response = await send();
      if (response.status === 403 && await freshToken()) response = await send();
      const isJson = (response.headers.get('Content-Type') || '').includes('json');
      if (response.status === 409 && isJson) {
        const { blockers = [] } = await response.json();
        isBlocked = true;
        isDirty = true;
        say(`Not saved. ${blockers.join(' ')} Your text is still here: copy it before you leave.`, true);
      } else if (response.redirected || response.status === 401 || (response.ok && !isJson)) {
        failed('You have been signed out. Sign in again in another tab; this page then saves itself.');
      } else if (response.ok) {
        const answer = await response.json();
        const version = form.querySelector('[name=version]');
        if (version && answer.version !== undefined) version.value = answer.version;
        lastSaved = answer.saved_at;
        tries = 0;
        say(`Saved at ${lastSaved}`);
      } else {
        failed();
      }
    } catch {
      failed();
    } finally {
      isSending = false;
      if (isDirty && tries === 0 && !isBlocked) plan(WAIT);
    }
  }

  form.addEventListener('input', () => { isDirty = true; if (tries === 0) plan(WAIT); });
  form.addEventListener('change', () => { isDirty = true; if (tries === 0) plan(WAIT); });
  form.addEventListener('focusout', () => { if (isDirty && tries === 0) plan(200); });
  form.addEventListener('submit', () => { isSubmitted = true; window.clearTimeout(timer); });
  window.addEventListener('online', () => { if (isDirty) plan(0); });
  document.addEventListener('visibilitychange', () => { if (document.hidden && isDirty) save(); });
  window.addEventListener('pageshow', (event) => { if (event.persisted) isSubmitted = false; });
  window.addEventListener('beforeunload', (event) => { if (isDirty && !isSubmitted) event.preventDefault(); });
}
