// The scoring sheet: the running total follows each choice, and a digit from 0 to 5 scores the open criterion.
// "Not able to judge" (any value that is not a digit) leaves both the total and what it is out of.

export function startScoring (sheet) {
  const criteria = [...sheet.querySelectorAll('[data-criterion]')];
  const show = (name, text) => { sheet.querySelectorAll(`[${name}]`).forEach((node) => { node.textContent = text; }); };

  function update () {
    let total = 0;
    let possible = 0;
    let decided = 0;
    const left = [];
    for (const criterion of criteria) {
      const weight = Number(criterion.dataset.weight);
      const choice = criterion.querySelector('input[type=radio]:checked');
      const label = choice ? criterion.querySelector(`label[for="${choice.id}"]`).textContent.trim() : 'Not scored';
      criterion.querySelector('[data-criterion-score]').textContent = label;
      if (!choice) {
        left.push(`${criterion.id.toUpperCase()} (${weight})`);
        continue;
      }
      decided += 1;
      if (/^[0-5]$/.test(choice.value)) {
        total += Number(choice.value) * weight * 20;
        possible += weight;
      }
    }
    show('data-score-total', possible ? (total / 100).toFixed(2) : '–'); // no score is not a score of 0
    show('data-score-possible', String(possible));
    sheet.querySelectorAll('[data-score-so-far]').forEach((node) => { node.hidden = !possible; });
    show('data-score-count', String(decided));
    recount();
    show('data-score-left', left.length ? ` Left: ${left.join(', ')}.` : '');
  }

  // What is still to do: a criterion with its score and its reason is done.
  const todos = [...sheet.querySelectorAll('[data-score-todo]')];
  const missing = sheet.querySelector('[data-score-missing]');

  function recount () {
    for (const todo of todos) {
      const criterion = document.getElementById(todo.dataset.scoreTodo);
      const reason = criterion && criterion.querySelector('textarea[name$="-reason"]');
      todo.hidden = Boolean(reason && reason.value.trim() && criterion.querySelector('input[type=radio]:checked'));
    }
    if (!missing) return;
    const isAllDone = todos.every((todo) => todo.hidden);
    missing.textContent = isAllDone ? 'Every criterion has its score and reason.' : missing.dataset.scoreMissing;
  }

  sheet.addEventListener('keydown', (event) => {
    const isTyping = event.target.closest('textarea, select, input:not([type=radio])');
    if (isTyping || event.ctrlKey || event.metaKey || event.altKey || !/^[0-5]$/.test(event.key)) return;
    const inside = event.target.closest('[data-criterion]');
    const criterion = inside && inside.open ? inside : null;
    const radio = criterion && criterion.querySelector(`input[type=radio][value="${event.key}"]`);
    if (!radio || radio.disabled) return;
    event.preventDefault();
    radio.checked = true;
    radio.focus();
    radio.dispatchEvent(new Event('change', { bubbles: true }));
  });
  sheet.addEventListener('change', update);
  sheet.addEventListener('input', recount);

  // A link to an error, or to a criterion that is still to score, opens the fold it is in.
  function reveal () {
    const target = window.location.hash && document.getElementById(decodeURIComponent(window.location.hash.slice(1)));
    const fold = target && target.closest('details');
    if (fold) fold.open = true;
  }
  window.addEventListener('hashchange', reveal);
  reveal();
  update();
}
