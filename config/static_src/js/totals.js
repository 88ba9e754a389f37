// Live sums of a budget: inside [data-totals], each [data-line] has inputs [data-quantity] and [data-unit]
// and shows their product in [data-line-total]; [data-total] shows the sum of all lines. Pence are whole numbers.

const PLAIN = /^£?\s?(\d{1,9}|\d{1,3}(?:,\d{3}){1,2})(?:\.(\d{1,2}))?$/;

function hundredths (input) {
  const found = PLAIN.exec(input ? input.value.trim() : '');
  if (!found) return null;
  return Number(found[1].replaceAll(',', '')) * 100 + Number((found[2] || '').padEnd(2, '0'));
}

function money (pence) {
  return (pence / 100).toLocaleString('en-GB', { style: 'currency', currency: 'GBP' });
}

export function startTotals (sheet) {
  function update () {
    let total = 0;
    for (const line of sheet.querySelectorAll('[data-line]')) {
      const quantity = hundredths(line.querySelector('[data-quantity]'));
      const unit = hundredths(line.querySelector('[data-unit]'));
      const isKnown = quantity !== null && unit !== null;
      const pence = isKnown ? Math.round(quantity * unit / 100) : 0;
      const output = line.querySelector('[data-line-total]');
      if (output) output.textContent = isKnown ? money(pence) : '–';
      if (!line.hasAttribute('data-left-out')) total += pence;
    }
    for (const output of sheet.querySelectorAll('[data-total]')) {
      output.textContent = money(total + Number(output.dataset.otherPence || 0));
    }
  }

  sheet.addEventListener('input', update);
  update();
}
