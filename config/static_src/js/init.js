// Everything here is comfort: each page works without it.
import { initAll } from '../govuk-frontend.min.js';
import { startAutosave } from './autosave.js';
import { startCount } from './wordcount.js';
import { startTotals } from './totals.js';
import { startScoring } from './score.js';
import { startRecost } from './recost.js';
import { startTicks } from './ticks.js';
import { startFollowing } from './follow.js';

initAll();
document.querySelectorAll('form[data-autosave]').forEach(startAutosave);
document.querySelectorAll('[data-limit-words], [data-limit-characters]').forEach(startCount);
document.querySelectorAll('[data-totals]').forEach(startTotals);
document.querySelectorAll('form[data-recost]').forEach(startRecost);
document.querySelectorAll('[data-follow]').forEach(startFollowing);
document.querySelectorAll('[data-score-sheet]').forEach(startScoring);
document.querySelectorAll('[data-tick-all]').forEach(startTicks);
