// @ts-check
// The form inside the frame. What is typed here goes from here to the rehearsal, nowhere else: the page
// around learns only whether the form is complete, and what became of the payment.

(() => {
  const WORDS = {
    en: {
      title: 'Secure payment input frame', method: 'Payment method', card: 'Card', debit: 'Bank account',
      number: 'Card number', expiry: 'Expiration date', cvc: 'Security code', country: 'Country',
      expiryShape: 'MM / YY', account: 'Account number', iban: 'IBAN',
      incomplete_number: 'Your card number is incomplete.',
      invalid_number: 'Your card number is invalid.',
      incomplete_expiry: "Your card's expiration date is incomplete.",
      invalid_expiry_month_past: "Your card's expiration date is in the past.",
      incomplete_cvc: "Your card's security code is incomplete.",
      incomplete_account: 'Your account number is incomplete.',
      connection: 'We are experiencing issues connecting to our payments provider. You have not been charged; please check your connection and try again.',
    },
    fr: {
      title: 'Cadre de saisie sécurisé pour le paiement', method: 'Moyen de paiement', card: 'Carte', debit: 'Compte bancaire',
      number: 'Numéro de carte', expiry: "Date d’expiration", cvc: 'Code de sécurité', country: 'Pays',
      expiryShape: 'MM / AA', account: 'Numéro de compte', iban: 'IBAN',
      incomplete_number: 'Votre numéro de carte est incomplet.',
      invalid_number: "Votre numéro de carte n’est pas valide.",
      incomplete_expiry: "La date d’expiration de votre carte est incomplète.",
      invalid_expiry_month_past: "La date d’expiration de votre carte est passée.",
      incomplete_cvc: 'Le code de sécurité de votre carte est incomplet.',
      incomplete_account: 'Votre numéro de compte est incomplet.',
      connection: "Nous ne parvenons pas à joindre notre prestataire de paiement. Vous n’avez pas été débité ; vérifiez votre connexion et réessayez.",
    },
  };

  /** What the server says in English, in French, by decline code or code. @type {Record<string, string>} */
  const FRENCH = {
    insufficient_funds: 'Votre carte ne dispose pas de fonds suffisants.',
    expired_card: 'Votre carte a expiré.',
    incorrect_cvc: 'Le code de sécurité de votre carte est incorrect.',
    incorrect_number: 'Votre numéro de carte est incorrect.',
    processing_error: 'Une erreur est survenue lors du traitement de votre carte. Réessayez dans un instant.',
    authentication_required: 'Votre carte a été refusée. Ce paiement demande une authentification.',
    card_declined: 'Votre carte a été refusée.',
    setup_intent_authentication_failure: 'Nous ne pouvons pas authentifier votre moyen de paiement. Choisissez-en un autre et réessayez.',
    payment_intent_authentication_failure: 'Nous ne pouvons pas authentifier votre moyen de paiement. Choisissez-en un autre et réessayez.',
  };

  const COUNTRIES = ['AT', 'AU', 'BE', 'BG', 'BR', 'CA', 'CH', 'CY', 'CZ', 'DE', 'DK', 'EE', 'ES', 'FI', 'FR', 'GB', 'GR', 'HK', 'HR', 'HU', 'IE', 'IN', 'IT', 'JP', 'LT', 'LU', 'LV', 'MT', 'MX', 'NL', 'NO', 'NZ', 'PL', 'PT', 'RO', 'SE', 'SG', 'SI', 'SK', 'US'];

  /** @typedef {{key: string, clientSecret: string | null, locale: string, appearance: any, options: any, bare: boolean}} Start */

  /** @type {Start} */
  let start;
  /** @type {MessagePort} */
  let port;
  /** @type {'en' | 'fr'} */
  let lang = 'en';
  /** The bank debit of the intent's currency. @type {string | null} */
  let debit = null;

  /** @template {HTMLElement} T @param {string} id @returns {T} */
  const byId = (id) => /** @type {T} */ (document.getElementById(id));
  /** @param {string} id @returns {HTMLInputElement} */
  const input = (id) => byId(id);

  window.addEventListener('message', (event) => {
    if (event.data?.kind !== 'rehearsal:start' || port) return;
    start = event.data.start;
    port = event.ports[0];
    port.onmessage = ({ data }) => answer(data);
    port.postMessage({ event: 'connected' });
    if (!start.bare) open();
  });

  async function open() {
    look(start.locale, start.appearance);
    listen();
    const { paymentIntent, setupIntent, error } = await retrieve(start.clientSecret ?? '');
    const types = (paymentIntent ?? setupIntent)?.payment_method_types ?? [];
    if (error) {
      byId('form').hidden = true;
      return tell('loaderror', { error });
    }
    debit = types.find((/** @type {string} */ type) => type !== 'card') ?? null;
    const cards = types.includes('card');
    byId('methods').hidden = !(debit && cards);
    if (!cards) byId('methods').querySelectorAll('input')[1].checked = true;
    byId('account-label').textContent = WORDS[lang][debit === 'sepa_debit' ? 'iban' : 'account'];
    byId('form').hidden = false;
    show();
    tell('ready', {});
  }

  /** @param {string} event @param {any} detail */
  function tell(event, detail) {
    port.postMessage({ event, detail });
  }

  /** @param {{id: number, verb: string, detail: any}} asked */
  async function answer({ id, verb, detail }) {
    /** @type {Record<string, () => any>} */
    const verbs = {
      submit, focus: () => first().focus(), clear,
      confirm: () => confirm(detail.clientSecret, detail.params),
      retrieve: () => retrieve(detail.clientSecret),
      refresh: async () => ({ error: (await retrieve(start.clientSecret ?? '')).error }),
      look: () => look(detail.locale, detail.appearance),
      update: () => Object.assign(start.options, detail.options),
    };
    port.postMessage({ id, answer: await verbs[verb]?.() });
  }

  /** Language and colours. @param {string} locale @param {any} appearance */
  function look(locale, appearance) {
    const wanted = !locale || locale === 'auto' ? navigator.language : locale;
    lang = wanted.toLowerCase().startsWith('fr') ? 'fr' : 'en';
    const root = document.documentElement;
    root.lang = wanted;
    document.title = WORDS[lang].title;
    for (const element of document.querySelectorAll('[data-word]')) {
      const word = /** @type {keyof typeof WORDS.en} */ (element.getAttribute('data-word'));
      element.textContent = WORDS[lang][word];
    }
    input('expiry').placeholder = WORDS[lang].expiryShape;
    countries(wanted);
    root.dataset.theme = appearance?.theme === 'night' ? 'night' : 'stripe';
    const names = {
      colorBackground: '--surface', colorText: '--ink', colorTextSecondary: '--muted', colorDanger: '--negative',
      colorPrimary: '--focus', borderRadius: '--radius', fontFamily: '--font', fontSizeBase: '--size',
    };
    for (const [name, property] of Object.entries(names)) {
      const value = appearance?.variables?.[name];
      if (value) root.style.setProperty(property, value);
    }
  }

  /** @param {string} locale */
  function countries(locale) {
    const select = byId('country');
    if (!(select instanceof HTMLSelectElement)) return;
    const region = locale.split('-')[1]?.toUpperCase() ?? navigator.language.split('-')[1]?.toUpperCase();
    const given = start.options?.defaultValues?.billingDetails?.address?.country;
    const kept = select.value || given || (region && COUNTRIES.includes(region) ? region : 'CA');
    const names = new Intl.DisplayNames([locale], { type: 'region' });
    const list = COUNTRIES.map((code) => ({ code, name: names.of(code) ?? code }));
    list.sort((a, b) => a.name.localeCompare(b.name, locale));
    select.replaceChildren(...list.map(({ code, name }) => new Option(name, code, false, code === kept)));
  }

  function listen() {
    byId('form').addEventListener('input', (event) => {
      const field = event.target;
      if (field instanceof HTMLInputElement && field.type === 'text') {
        shape(field);
        complain(field.id, null);
      }
      show();
      changed();
    });
    byId('form').addEventListener('submit', (event) => event.preventDefault());
    document.addEventListener('focusin', () => tell('focus', {}));
    document.addEventListener('focusout', (event) => {
      tell('blur', {});
      const field = event.target;
      // Something typed and left unfinished is told at once; an empty field only on submit.
      if (field instanceof HTMLInputElement && field.type === 'text' && field.value) complain(field.id, fault(field.id));
    });
    document.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') tell('escape', {});
    });
    new ResizeObserver(() => tell('height', Math.ceil(document.body.getBoundingClientRect().height))).observe(document.body);
  }

  /** Spaces in the number, a slash in the date; only while typing at the end, so that the caret never jumps. @param {HTMLInputElement} field */
  function shape(field) {
    if (field.selectionStart !== null && field.selectionStart < field.value.length) return;
    const digits = field.value.replace(/\D/g, '');
    if (field.id === 'number') {
      const amex = /^3[47]/.test(digits);
      const groups = amex ? /^(\d{4})(\d{1,6})?(\d{1,5})?.*$/ : /^(\d{4})(\d{1,4})?(\d{1,4})?(\d{1,4})?(\d{1,3})?.*$/;
      const found = digits.match(groups);
      field.value = found ? found.slice(1).filter(Boolean).join(' ') : digits;
    }
    if (field.id === 'expiry') {
      const padded = /^[2-9]/.test(digits) ? `0${digits}` : digits;
      field.value = padded.length > 2 ? `${padded.slice(0, 2)} / ${padded.slice(2, 4)}` : padded;
    }
    if (field.id === 'cvc') field.value = digits;
  }

  function method() {
    const chosen = byId('methods').querySelectorAll('input')[1].checked;
    return debit && chosen ? debit : 'card';
  }

  function show() {
    byId('card').hidden = method() !== 'card';
    byId('debit').hidden = method() === 'card';
  }

  function fields() {
    return method() === 'card' ? ['number', 'expiry', 'cvc'] : ['account'];
  }

  function first() {
    return input(fields()[0]);
  }

  function clear() {
    for (const id of ['number', 'expiry', 'cvc', 'account']) {
      input(id).value = '';
      complain(id, null);
    }
    changed();
  }

  function changed() {
    const ids = fields();
    tell('change', {
      empty: ids.every((id) => !input(id).value), complete: ids.every((id) => !fault(id)), collapsed: false,
      value: { type: method() },
    });
  }

  /** The code of what is wrong with a field, or null. @param {string} id @returns {string | null} */
  function fault(id) {
    const digits = input(id).value.replace(/\D/g, '');
    if (id === 'number') {
      const wanted = /^3[47]/.test(digits) ? 15 : 16;
      if (digits.length < wanted) return 'incomplete_number';
      return luhn(digits) ? null : 'invalid_number';
    }
    if (id === 'expiry') {
      const [month, year] = [Number(digits.slice(0, 2)), Number(digits.slice(2, 4))];
      if (digits.length < 4 || month < 1 || month > 12) return 'incomplete_expiry';
      const now = new Date();
      return (2000 + year) * 12 + month < now.getFullYear() * 12 + now.getMonth() + 1 ? 'invalid_expiry_month_past' : null;
    }
    if (id === 'cvc') return digits.length < 3 ? 'incomplete_cvc' : null;
    return input(id).value.replace(/\W/g, '').length < 5 ? 'incomplete_account' : null;
  }

  /** @param {string} digits */
  function luhn(digits) {
    const sum = [...digits].reverse().reduce((total, digit, at) => {
      const value = Number(digit) * (at % 2 ? 2 : 1);
      return total + (value > 9 ? value - 9 : value);
    }, 0);
    return sum % 10 === 0;
  }

  /** @param {string} code @returns {string} */
  function words(code) {
    return WORDS[lang][/** @type {keyof typeof WORDS.en} */ (code)] ?? code;
  }

  /** @param {string} id @param {string | null} code */
  function complain(id, code) {
    const field = input(id);
    if (code) field.setAttribute('aria-invalid', 'true');
    else field.removeAttribute('aria-invalid');
    byId(`${id}-error`).textContent = code ? words(code) : '';
  }

  function submit() {
    const wrong = fields().map((id) => ({ id, code: fault(id) })).filter(({ code }) => code);
    for (const id of fields()) complain(id, fault(id));
    if (!wrong.length) return { selectedPaymentMethod: method() };
    input(wrong[0].id).focus();
    const code = wrong[0].code ?? '';
    return { error: { type: 'validation_error', code, message: words(code) } };
  }

  /** The address of the intent a client secret belongs to. @param {string} secret */
  function address(secret) {
    const [id] = secret.split('_secret_');
    return `/v1/${id.startsWith('seti_') ? 'setup' : 'payment'}_intents/${encodeURIComponent(id)}`;
  }

  /** @param {string} secret */
  async function retrieve(secret) {
    return call('GET', `${address(secret)}?client_secret=${encodeURIComponent(secret)}`);
  }

  /** @param {string} secret @param {any} params */
  async function confirm(secret, params) {
    const body = new URLSearchParams();
    body.set('client_secret', secret);
    body.set('use_stripe_sdk', 'true');
    flatten(body, '', { ...params, expand: undefined });
    if (!params.payment_method) typed(body);
    return call('POST', `${address(secret)}/confirm`, body);
  }

  /** What was typed. It leaves this frame here and only here. @param {URLSearchParams} body */
  function typed(body) {
    const type = method();
    const data = 'payment_method_data';
    body.set(`${data}[type]`, type);
    const country = byId('country');
    const inner = `${data}[billing_details][address][country]`;
    if (country instanceof HTMLSelectElement && !body.has(inner)) body.set(inner, country.value);
    if (type === 'card') {
      const [month, year] = input('expiry').value.replace(/\D/g, '').match(/../g) ?? [];
      body.set(`${data}[card][number]`, input('number').value.replace(/\D/g, ''));
      body.set(`${data}[card][exp_month]`, String(Number(month)));
      body.set(`${data}[card][exp_year]`, year);
      body.set(`${data}[card][cvc]`, input('cvc').value);
      return;
    }
    const account = input('account').value.replace(/\W/g, '');
    body.set(`${data}[${type}][${type === 'sepa_debit' ? 'iban' : 'account_number'}]`, account);
    if (type === 'us_bank_account') body.set(`${data}[${type}][routing_number]`, '110000000');
    if (type === 'acss_debit') {
      body.set(`${data}[${type}][institution_number]`, '000');
      body.set(`${data}[${type}][transit_number]`, '11000');
    }
  }

  /** @param {URLSearchParams} body @param {string} path @param {any} value */
  function flatten(body, path, value) {
    if (value === undefined || value === null) return;
    if (typeof value !== 'object') return body.set(path, String(value));
    for (const [name, inner] of Object.entries(value)) flatten(body, path ? `${path}[${name}]` : name, inner);
  }

  /** @param {string} verb @param {string} path @param {URLSearchParams} [body] */
  async function call(verb, path, body) {
    try {
      const response = await fetch(path, {
        method: verb, body, headers: { Authorization: `Bearer ${start.key}`, 'Stripe-Version': '2026-10-28.endive' },
      });
      const said = await response.json();
      if (said.error) return { error: told(said.error) };
      return said.object === 'setup_intent' ? { setupIntent: translated(said) } : { paymentIntent: translated(said) };
    } catch {
      return { error: { type: 'api_connection_error', message: words('connection') } };
    }
  }

  /** @param {any} intent */
  function translated(intent) {
    for (const name of ['last_payment_error', 'last_setup_error']) {
      if (intent[name]) intent[name] = told(intent[name]);
    }
    return intent;
  }

  /** An error in the payer's language. @param {any} error */
  function told(error) {
    if (lang !== 'fr') return error;
    const message = FRENCH[error.decline_code] ?? FRENCH[error.code] ?? error.message;
    return { ...error, message };
  }
})();
