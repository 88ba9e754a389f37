// A part of a page that follows what happens elsewhere: the page is asked for again every few seconds, and the
// part of the same id takes the place of the old one. When no answer comes, nothing stays on the screen.

export function startFollowing (part) {
  const every = Number(part.dataset.follow) * 1000;
  const lost = part.dataset.lost || 'Nothing is shown until the connection is back.';

  async function look () {
    try {
      const answer = await fetch(window.location.href, { credentials: 'same-origin', cache: 'no-store' });
      if (!answer.ok || answer.redirected) throw new Error('closed');
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const fresh = page.getElementById(part.id);
      if (!fresh) throw new Error('closed');
      if (!fresh.isEqualNode(part)) part.replaceChildren(...fresh.childNodes);
      if (!('follow' in fresh.dataset)) return;
    } catch {
      part.textContent = lost;
    }
    window.setTimeout(look, every);
  }
  window.setTimeout(look, every);
}
