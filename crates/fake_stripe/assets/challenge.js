// @ts-check
// The bank's page: the payer passes or fails. Over the pay page it tells its parent; alone it goes back
// to the return address, as Stripe's hosted page does.

(() => {
  const WORDS = {
    en: {
      title: 'Confirm with your bank', text: 'This is a rehearsal of 3D Secure. Choose what your bank would say.',
      complete: 'Complete authentication', fail: 'Fail authentication', done: 'Thank you. You may close this page.',
      gone: 'This confirmation is over. Nothing was charged by opening this page.',
    },
    fr: {
      title: 'Confirmez auprès de votre banque', text: 'Ceci est une répétition de 3D Secure. Choisissez ce que dirait votre banque.',
      complete: 'Réussir l’authentification', fail: 'Échouer à l’authentification', done: 'Merci. Vous pouvez fermer cette page.',
      gone: 'Cette confirmation est terminée. Ouvrir cette page n’a rien débité.',
    },
  };
  const ZERO_DECIMAL = ['bif', 'clp', 'djf', 'gnf', 'jpy', 'kmf', 'krw', 'mga', 'pyg', 'rwf', 'vnd', 'vuv', 'xaf', 'xof', 'xpf'];

  const [secret, ...rest] = location.hash.slice(1).split('&');
  const given = new URLSearchParams(rest.join('&'));
  const locale = given.get('lang') ?? navigator.language;
  const words = WORDS[locale.startsWith('fr') ? 'fr' : 'en'];
  document.documentElement.lang = locale;
  document.documentElement.dataset.theme = given.get('theme') ?? 'stripe';
  document.title = words.title;

  /** @param {string} id @returns {HTMLElement} */
  const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
  const buttons = /** @type {HTMLButtonElement[]} */ ([byId('complete'), byId('fail')]);
  byId('title').textContent = words.title;
  byId('text').textContent = words.text;
  byId('complete').textContent = words.complete;
  byId('fail').textContent = words.fail;

  /** @type {any} */
  let intent = null;

  /** @param {string} path @param {object} body */
  async function ask(path, body) {
    const response = await fetch(path, { method: 'POST', body: JSON.stringify(body) });
    return response.json();
  }

  async function open() {
    intent = await ask('/rehearsal/challenge/look', { client_secret: secret });
    if (intent.status !== 'requires_action') {
      byId('said').textContent = words.gone;
      for (const button of buttons) button.hidden = true;
      return over(false);
    }
    if (intent.amount) {
      const currency = intent.currency.toUpperCase();
      const value = intent.amount / (ZERO_DECIMAL.includes(intent.currency) ? 1 : 100);
      byId('amount').textContent = new Intl.NumberFormat(locale, { style: 'currency', currency }).format(value);
    }
  }

  /** @param {boolean} passed */
  async function finish(passed) {
    for (const button of buttons) button.disabled = true;
    const ended = await ask('/rehearsal/challenge/finish', { client_secret: secret, passed });
    byId('said').textContent = words.done;
    over(ended.status === 'succeeded' || ended.status === 'requires_capture');
  }

  /** @param {boolean} succeeded */
  function over(succeeded) {
    // No secret in it, hence for whoever stands around this frame.
    if (window.parent !== window) return window.parent.postMessage({ kind: 'rehearsal:answered' }, '*');
    if (!intent?.return_url) return;
    const target = new URL(intent.return_url);
    target.searchParams.set(intent.object, intent.id);
    target.searchParams.set(`${intent.object}_client_secret`, secret);
    target.searchParams.set('redirect_status', succeeded ? 'succeeded' : 'failed');
    location.assign(target.href);
  }

  byId('complete').addEventListener('click', () => finish(true));
  byId('fail').addEventListener('click', () => finish(false));
  open();
})();
