// A week of support is worked out again as it is typed: the form is sent as "Work it out" would send it, and
// the figures of the answer take the place of those on the page. Without this file the button does the same.

const WAIT = 500;

export function startRecost (form) {
  const figures = form.querySelector('[data-recost-figures]');
  let timer = 0;
  let asked = 0;

  async function recost () {
    const mine = ++asked;
    const data = new FormData(form);
    data.append('work', '1');
    let answer;
    try {
      const response = await fetch(window.location.href, { method: 'POST', body: data });
      if (!response.ok || response.redirected) return;
      answer = new DOMParser().parseFromString(await response.text(), 'text/html');
    } catch {
      return;
    }
    const fresh = answer.querySelector('[data-recost-figures]');
    // Something is not finished yet, or a later answer is on its way: the figures stay as they are.
    if (mine !== asked || !fresh || !fresh.querySelector('dl')) return;
    figures.replaceChildren(...fresh.childNodes);
    const cells = answer.querySelectorAll('[data-recost-cell]');
    form.querySelectorAll('[data-recost-cell]').forEach((cell, n) => {
      if (cells[n]) cell.textContent = cells[n].textContent;
    });
  }

  form.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(recost, WAIT);
  });
}
