// @ts-check
// The hosted page of a Checkout session. What is typed goes to the rehearsal and nowhere else; it leads back to the
// seller's own pages.

(() => {
  const WORDS = {
    en: {
      email: 'Email', type: 'Payment method', number: 'Card number', expiry: 'Expiration date', cvc: 'Security code',
      holder: 'Cardholder name', account: 'Account number', back: 'Back', pay: 'Pay', card: 'Card', debit: 'Bank account',
      expired: 'This payment page has expired. Nothing was charged by opening it.',
      complete: 'This payment page is done. Opening it again charges nothing.',
      unknown: 'There is no such payment page.',
      connection: 'The payment provider cannot be reached. Check your connection and try again.',
    },
    fr: {
      email: 'Courriel', type: 'Moyen de paiement', number: 'Numéro de carte', expiry: "Date d’expiration", cvc: 'Code de sécurité',
      holder: 'Titulaire de la carte', account: 'Numéro de compte', back: 'Retour', pay: 'Payer', card: 'Carte', debit: 'Compte bancaire',
      expired: 'Cette page de paiement a expiré. L’ouvrir n’a rien débité.',
      complete: 'Cette page de paiement a servi. La rouvrir ne débite rien.',
      unknown: 'Cette page de paiement n’existe pas.',
      connection: 'Le prestataire de paiement ne répond pas. Vérifiez votre connexion et réessayez.',
    },
  };
  const ZERO_DECIMAL = ['bif', 'clp', 'djf', 'gnf', 'jpy', 'kmf', 'krw', 'mga', 'pyg', 'rwf', 'vnd', 'vuv', 'xaf', 'xof', 'xpf'];

  document.documentElement.dataset.theme = matchMedia('(prefers-color-scheme: dark)').matches ? 'night' : 'stripe';

  // A challenge comes back with its own parameters before the hash; the session is the hash.
  const session = location.hash.slice(1);
  let words = WORDS.en;

  /** @param {string} id @returns {HTMLElement} */
  const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
  /** @param {string} id @returns {HTMLInputElement} */
  const input = (id) => /** @type {HTMLInputElement} */ (byId(id));

  /** @param {string} verb @param {object} body */
  async function ask(verb, body) {
    const response = await fetch(`/rehearsal/checkout/${verb}`, { method: 'POST', body: JSON.stringify({ session, ...body }) });
    return response.json();
  }

  /** @param {number} minor @param {string} currency @param {string} locale */
  function money(minor, currency, locale) {
    const value = minor / (ZERO_DECIMAL.includes(currency) ? 1 : 100);
    return new Intl.NumberFormat(locale, { style: 'currency', currency: currency.toUpperCase() }).format(value);
  }

  async function open() {
    const shown = await ask('look', {});
    const locale = !shown.locale || shown.locale === 'auto' ? navigator.language : shown.locale;
    words = locale.toLowerCase().startsWith('fr') ? WORDS.fr : WORDS.en;
    document.documentElement.lang = locale;
    for (const element of document.querySelectorAll('[data-word]')) {
      element.textContent = words[/** @type {keyof typeof words} */ (element.getAttribute('data-word'))];
    }
    if (shown.error === 'unknown') return say(words.unknown);
    document.title = shown.name;
    byId('name').textContent = shown.name;
    byId('amount').textContent = money(shown.amount, shown.currency, locale);
    for (const line of shown.lines) {
      const item = document.createElement('li');
      item.textContent = `${line.name} × ${line.quantity}: ${money(line.unit_amount * line.quantity, shown.currency, locale)}`;
      byId('lines').append(item);
    }
    if (shown.status === 'complete' && new URLSearchParams(location.search).has('redirect_status')) return location.replace(shown.success_url);
    if (shown.status !== 'open') return say(words[/** @type {'expired' | 'complete'} */ (shown.status)]);
    form(shown);
  }

  /** @param {string} text */
  function say(text) {
    byId('said').textContent = text;
  }

  /** @param {any} shown */
  function form(shown) {
    const select = /** @type {HTMLSelectElement} */ (/** @type {unknown} */ (byId('type')));
    select.replaceChildren(...shown.types.map((/** @type {string} */ type) => new Option(type === 'card' ? words.card : words.debit, type)));
    /** @type {HTMLElement | null} */ (select.closest('.field'))?.toggleAttribute('hidden', shown.types.length < 2);
    select.addEventListener('change', () => choose(select.value));
    choose(select.value);
    if (shown.email) input('email').value = shown.email;
    byId('pay').textContent = words.pay;
    if (shown.cancel_url) {
      byId('back').setAttribute('href', shown.cancel_url);
      byId('back').hidden = false;
    }
    byId('error').textContent = shown.error?.message ?? '';
    byId('form').hidden = false;
    byId('form').addEventListener('submit', (event) => {
      event.preventDefault();
      pay(select.value);
    });
  }

  /** @param {string} type */
  function choose(type) {
    for (const field of document.querySelectorAll('.card')) field.toggleAttribute('hidden', type !== 'card');
    for (const field of document.querySelectorAll('.debit')) field.toggleAttribute('hidden', type === 'card');
  }

  /** @param {string} type */
  function details(type) {
    const account = input('account').value.replace(/\W/g, '');
    if (type === 'sepa_debit') return { iban: account };
    if (type === 'us_bank_account') return { account_number: account, routing_number: '110000000' };
    if (type === 'acss_debit') return { account_number: account, institution_number: '000', transit_number: '11000' };
    const [month, year] = input('expiry').value.replace(/\D/g, '').match(/../g) ?? ['0', '0'];
    return { number: input('number').value.replace(/\D/g, ''), exp_month: Number(month), exp_year: Number(year), cvc: input('cvc').value };
  }

  /** @param {string} type */
  async function pay(type) {
    const button = /** @type {HTMLButtonElement} */ (byId('pay'));
    const [email, name] = [input('email').value, input('holder').value];
    button.disabled = true;
    try {
      const said = await ask('pay', { email, name, data: { type, [type]: details(type), billing_details: { email, name } } });
      if (said.next) return location.assign(said.next);
      byId('error').textContent = said.error.message;
    } catch {
      byId('error').textContent = words.connection;
    }
    button.disabled = false;
  }

  // Another session in the same tab is another page.
  window.addEventListener('hashchange', () => location.reload());
  open();
})();
