// Drafts save themselves: a form with data-autosave="<address>" is sent there a few seconds after the
// last key, when a field is left, and when the page is left. The answer is JSON: {"saved_at": "14:32",
// "version": 7}; 409 {"blockers": ["sentence", ...]} when this copy may not be saved; or 422 {"errors":
// {"field": ["sentence", ...]}} when something has to be changed first. What is typed stays in the page
// whatever happens; nothing is kept in the browser's storage, because computers are shared.

const WAIT = 3000;
const RETRY = [5000, 15000, 30000, 60000];
const MOST_LETTERS = 1000000; // far more than any form takes; the service does not read larger ones
const KEEPALIVE_LETTERS = 15000; // a browser that leaves a page sends at most 64 KiB for it

export function startAutosave (form) {
  const status = form.querySelector('[data-saved]');
  let timer = 0;
  let tries = 0;
  let isSending = false;
  let isDirty = false;
  let isBlocked = false;
  let isSubmitted = false;
  let isPassing = false;
  let isSignedOut = false;
  let isWaiting = false;
  let sending = null;
  let count = 0;
  const pageName = [...window.crypto.getRandomValues(new Uint32Array(2))].map((n) => n.toString(36)).join('');
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

  function refused (sentences, then) {
    isBlocked = !isDirty; // whoever has typed on since may have put it right
    isDirty = true;
    tries = 0;
    say(`Not saved. ${sentences.map((one) => (/[.!?]$/.test(one) ? one : `${one}.`)).join(' ')} ${then}`, true);
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

  function written () {
    const data = new FormData(form);
    for (const [name, value] of [...data.entries()]) {
      if (value instanceof File) data.delete(name);
    }
    return data;
  }

  function size (data) {
    return [...data.values()].reduce((sum, value) => sum + value.length, 0);
  }

  function send (data = written()) {
    const token = form.querySelector('[name=csrfmiddlewaretoken]');
    count += 1;
    return fetch(form.dataset.autosave, {
      method: 'POST',
      body: data,
      credentials: 'same-origin',
      keepalive: size(data) < KEEPALIVE_LETTERS,
      headers: { 'X-Autosave': `${pageName}-${count}`, 'X-CSRFToken': token ? token.value : '', Accept: 'application/json' }
    });
  }

  function save () {
    if (isSending || !isDirty || isBlocked || isSubmitted) return sending;
    window.clearTimeout(timer);
    isSending = true;
    isDirty = false;
    sending = attempt().finally(() => {
      isSending = false;
      if (isDirty && tries === 0 && !isBlocked) plan(WAIT);
    });
    return sending;
  }

  async function attempt () {
    try {
      if (size(written()) > MOST_LETTERS) {
        refused(['This is far too long to be sent. Shorten this'], 'Your text is still here.');
        return;
      }
      let response = await send();
      if (response.status === 403) {
        if (!await freshToken()) {
          failed('You have been signed out, or somebody else has signed in here. Sign in again in another tab; this page then saves itself.');
          return;
        }
        response = await send();
      }
      const isJson = (response.headers.get('Content-Type') || '').includes('json');
      if (response.status === 409 && isJson) {
        const { blockers = [] } = await response.json();
        refused(blockers, 'Your text is still here: copy it before you leave.');
      } else if (response.status === 422 && isJson) {
        const { errors = {} } = await response.json();
        refused(Object.values(errors).flat(), 'Your text is still here, and is saved once that is changed.');
      } else if (response.redirected || response.status === 401 || (response.ok && !isJson)) {
        failed('You have been signed out. Sign in again in another tab; this page then saves itself.');
        isSignedOut = true;
      } else if (response.ok) {
        const answer = await response.json();
        const version = form.querySelector('[name=version]');
        if (version && answer.version !== undefined) version.value = answer.version;
        lastSaved = answer.saved_at;
        tries = 0;
        isSignedOut = false;
        say(`Saved at ${lastSaved}`);
      } else {
        failed();
      }
    } catch {
      failed();
    }
  }

  // The button: what is not saved yet is saved first, so that nobody loses a page to a service that is
  // away. What the service refuses, it refuses again on the page that comes back, with the text.
  async function submitted (event) {
    if (isPassing || (!isDirty && !isSending)) {
      isSubmitted = true;
      window.clearTimeout(timer);
      return;
    }
    event.preventDefault();
    if (isWaiting) return;
    isWaiting = true;
    const { submitter } = event;
    await sending;
    isBlocked = false;
    await save();
    isWaiting = false;
    if ((tries > 0 && !isSignedOut) || size(written()) > MOST_LETTERS) {
      if (status) status.scrollIntoView({ block: 'center' });
      return;
    }
    isPassing = true;
    form.requestSubmit(submitter);
  }

  function changed () {
    isDirty = true;
    isBlocked = false;
    if (tries === 0) plan(WAIT);
  }

  form.addEventListener('input', changed);
  form.addEventListener('change', changed);
  form.addEventListener('focusout', () => { if (isDirty && tries === 0 && !isBlocked) plan(200); });
  form.addEventListener('submit', submitted);
  window.addEventListener('online', () => { if (isDirty) plan(0); });
  document.addEventListener('visibilitychange', () => { if (document.hidden && isDirty) save(); });
  window.addEventListener('pagehide', () => {
    if (!isDirty || isSubmitted || isBlocked) return;
    isDirty = false;
    send().catch(() => {});
  });
  window.addEventListener('pageshow', (event) => {
    if (!event.persisted) return;
    isSubmitted = isPassing = false;
    changed();
  });
  window.addEventListener('beforeunload', (event) => { if ((isDirty || isSending) && !isSubmitted) event.preventDefault(); });
}
