// How many words (or characters) are left under a long answer. Counted as the server counts: a word is a
// run without white space, so that what fits here fits there. Nothing is cut; too long is said, in time to edit.

const QUIET = 1000;

export function startCount (group) {
  const field = group.querySelector('textarea');
  const message = document.getElementById(`${field.id}-info`);
  const unit = group.dataset.limitWords ? 'word' : 'character';
  const limit = Number(group.dataset.limitWords || group.dataset.limitCharacters);
  const spoken = document.createElement('div');
  let timer = 0;

  function used () {
    return unit === 'word' ? (field.value.match(/\S+/g) || []).length : [...field.value].length;
  }

  function words () {
    const left = limit - used();
    const many = Math.abs(left) === 1 ? unit : `${unit}s`;
    if (left < 0) return `You have ${-left} ${many} too many`;
    return `You have ${left} ${many} remaining`;
  }

  function update () {
    const isOver = used() > limit;
    message.textContent = words();
    message.classList.toggle('govuk-error-message', isOver);
    message.classList.toggle('govuk-hint', !isOver);
    window.clearTimeout(timer);
    timer = window.setTimeout(() => { spoken.textContent = words(); }, QUIET);
  }

  // What a screen reader hears waits until the typing stops; the description of the field stays the limit.
  const limitText = document.createElement('span');
  limitText.id = message.id;
  limitText.textContent = message.textContent;
  limitText.className = 'govuk-visually-hidden';
  message.removeAttribute('id');
  message.setAttribute('aria-hidden', 'true');
  message.before(limitText);
  spoken.className = 'govuk-visually-hidden';
  spoken.setAttribute('aria-live', 'polite');
  message.after(spoken);

  field.addEventListener('input', update);
  window.addEventListener('pageshow', update);
  update();
}
