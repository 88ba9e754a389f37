// A box in the head of a column that ticks, or unticks, every box below it on this page.

export function startTicks (head) {
  const boxes = [...head.closest('table').querySelectorAll('tbody input[type=checkbox]')];
  if (boxes.length < 2) return;

  const [word, group] = head.children;
  word.hidden = true;
  group.hidden = false;
  const all = group.querySelector('input');

  function look () {
    const ticked = boxes.filter(box => box.checked).length;
    all.checked = ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
  }

  all.addEventListener('change', () => boxes.forEach(box => { box.checked = all.checked; }));
  boxes.forEach(box => box.addEventListener('change', look));
  window.addEventListener('pageshow', look);
  look();
}
