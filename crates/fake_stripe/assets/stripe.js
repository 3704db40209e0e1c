// @ts-check
// The Stripe.js double of the rehearsal: Payment Element, confirmPayment, confirmSetup, and reading intents.
//
// It asks nothing but frames of its own origin (that of this script's address), and those frames ask
// their own origin. So it works served by the rehearsal itself, and just as well when a test browser
// answers https://js.stripe.com/** from the rehearsal: the page needs no other policy than Stripe's.
// Card data is typed into the frame and never passes through the page that includes this script.

(() => {
  /** @typedef {import('@stripe/stripe-js').Stripe} Stripe */
  /** @typedef {import('@stripe/stripe-js').StripeError} StripeError */
  /** @typedef {import('@stripe/stripe-js').StripeElements} StripeElements */
  /** @typedef {import('@stripe/stripe-js').StripeConstructorOptions} ConstructorOptions */
  /** @typedef {import('@stripe/stripe-js').StripeElementsOptionsClientSecret} ElementsOptions */
  /** @typedef {import('@stripe/stripe-js').StripePaymentElement} PaymentElement */
  /** @typedef {import('@stripe/stripe-js').StripePaymentElementOptions} PaymentElementOptions */
  /** @typedef {import('@stripe/stripe-js').PaymentIntent} PaymentIntent */
  /** @typedef {import('@stripe/stripe-js').PaymentIntentResult} PaymentIntentResult */
  /** @typedef {import('@stripe/stripe-js').SetupIntent} SetupIntent */
  /** @typedef {import('@stripe/stripe-js').SetupIntentResult} SetupIntentResult */
  /** @typedef {import('@stripe/stripe-js').ConfirmPaymentData} ConfirmPaymentData */
  /** @typedef {{elements?: StripeElements, clientSecret?: string, confirmParams?: Partial<ConfirmPaymentData>, redirect?: 'always' | 'if_required'}} ConfirmOptions */
  /** @typedef {{error?: StripeError, selectedPaymentMethod?: undefined} | {selectedPaymentMethod: string, error?: undefined}} Submitted */
  /** @typedef {{key: string, clientSecret: string | null, locale: string, appearance: object, options: object, bare: boolean}} Start */

  const script = document.currentScript;
  if (!(script instanceof HTMLScriptElement)) throw new Error('stripe.js must be loaded by a script element');
  const ORIGIN = new URL(script.src).origin;

  const WORDS = {
    en: { frame: 'Secure payment input frame', challenge: '3D Secure authentication' },
    fr: { frame: 'Cadre de saisie sécurisé pour le paiement', challenge: 'Authentification 3D Secure' },
  };

  let frames = 0;

  /** @param {string | undefined} locale @returns {'en' | 'fr'} */
  function language(locale) {
    const wanted = !locale || locale === 'auto' ? navigator.language : locale;
    return wanted.toLowerCase().startsWith('fr') ? 'fr' : 'en';
  }

  /** @param {string} message @returns {Error} */
  function integrationError(message) {
    const error = new Error(message);
    error.name = 'IntegrationError';
    return error;
  }

  /** A frame of the rehearsal and the private line to it. */
  class Frame {
    /** @param {Start} start */
    constructor(start) {
      this.start = start;
      frames += 1;
      this.iframe = document.createElement('iframe');
      this.iframe.name = `__privateStripeFrame${frames}`;
      this.iframe.title = WORDS[language(start.locale)].frame;
      this.iframe.src = `${ORIGIN}/rehearsal/frame`;
      this.iframe.allow = 'payment *';
      const style = this.iframe.style;
      style.border = '0';
      // The frame keeps 4px for its focus ring; its fields stand on the page's own edge all the same.
      style.width = 'calc(100% + 8px)';
      style.margin = '-4px';
      style.minWidth = '0';
      style.display = start.bare ? 'none' : 'block';
      style.height = '0';
      style.colorScheme = 'normal';
      /** @type {MessagePort | null} */
      this.port = null;
      /** @type {Map<number, (answer: any) => void>} */
      this.waiting = new Map();
      this.asked = 0;
      /** @type {(event: string, detail: any) => void} */
      this.onevent = () => {};
      /** @type {Promise<void>} */
      this.ready = new Promise((resolve) => {
        this.iframe.addEventListener('load', () => this.connect(resolve));
      });
    }

    /** @param {() => void} resolve */
    connect(resolve) {
      const channel = new MessageChannel();
      this.port = channel.port1;
      channel.port1.onmessage = ({ data }) => {
        if (data.event === 'connected') return resolve();
        if (data.event) return this.onevent(data.event, data.detail);
        this.waiting.get(data.id)?.(data.answer);
        this.waiting.delete(data.id);
      };
      // The target origin makes sure that nobody but the rehearsal's own page gets the line.
      this.iframe.contentWindow?.postMessage({ kind: 'rehearsal:start', start: this.start }, ORIGIN, [channel.port2]);
    }

    /** @param {string} verb @param {object} [detail] @returns {Promise<any>} */
    async ask(verb, detail = {}) {
      await this.ready;
      this.asked += 1;
      const id = this.asked;
      const answer = new Promise((resolve) => this.waiting.set(id, resolve));
      this.port?.postMessage({ id, verb, detail });
      return answer;
    }

    remove() {
      this.iframe.remove();
      this.port?.close();
    }
  }

  /**
   * The Payment Element: a frame at a place of the page.
   * @implements {Pick<PaymentElement, 'mount' | 'on' | 'once' | 'off' | 'update' | 'unmount' | 'destroy' | 'focus' | 'blur' | 'clear' | 'collapse'>}
   */
  class Payment {
    /** @param {Start} start */
    constructor(start) {
      this.start = start;
      /** @type {Frame | null} */
      this.frame = null;
      /** @type {Element | null} */
      this.place = null;
      /** @type {Map<string, Set<(event: any) => any>>} */
      this.handlers = new Map();
    }

    /** @param {string | HTMLElement} target */
    mount(target) {
      const place = typeof target === 'string' ? document.querySelector(target) : target;
      if (!place) throw integrationError(`The selector you specified (${target}) applies to no DOM elements that are currently on the page.`);
      this.unmount();
      const frame = new Frame(this.start);
      this.frame = frame;
      this.place = place;
      place.classList.add('StripeElement');
      frame.onevent = (event, detail) => this.heard(event, detail);
      place.replaceChildren(frame.iframe);
      this.emit('loaderstart', { elementType: 'payment' });
    }

    /** @param {string} event @param {any} detail */
    heard(event, detail) {
      if (event === 'height' && this.frame) this.frame.iframe.style.height = `${detail}px`;
      else this.emit(event, { elementType: 'payment', ...detail });
    }

    /** @param {string} event @param {any} detail */
    emit(event, detail) {
      for (const handler of [...(this.handlers.get(event) ?? [])]) handler(detail);
    }

    /** @param {string} event @param {(event: any) => any} handler */
    on(event, handler) {
      const set = this.handlers.get(event) ?? new Set();
      this.handlers.set(event, set.add(handler));
      return this;
    }

    /** @param {string} event @param {(event: any) => any} handler */
    once(event, handler) {
      /** @param {any} detail */
      const first = (detail) => {
        this.off(event, first);
        handler(detail);
      };
      return this.on(event, first);
    }

    /** @param {string} event @param {(event: any) => any} [handler] */
    off(event, handler) {
      if (handler) this.handlers.get(event)?.delete(handler);
      else this.handlers.delete(event);
      return this;
    }

    /** @param {Partial<PaymentElementOptions>} options */
    update(options) {
      Object.assign(this.start.options, options);
      this.frame?.ask('update', { options });
      return this;
    }

    unmount() {
      this.frame?.remove();
      this.place?.classList.remove('StripeElement');
      this.frame = null;
      this.place = null;
    }

    destroy() {
      this.unmount();
      this.handlers.clear();
    }

    focus() {
      this.frame?.iframe.focus();
      this.frame?.ask('focus');
    }

    blur() {
      this.frame?.iframe.blur();
    }

    clear() {
      this.frame?.ask('clear');
    }

    collapse() { return this; }
  }

  /**
   * A group of elements around one client secret.
   * @implements {Pick<StripeElements, 'update' | 'fetchUpdates' | 'submit'>}
   */
  class Group {
    /** @param {string} key @param {string} locale @param {ElementsOptions} options */
    constructor(key, locale, options) {
      if (!options.clientSecret) {
        throw integrationError('In the rehearsal, elements() needs a clientSecret: only that flow is rehearsed.');
      }
      this.clientSecret = options.clientSecret;
      this.appearance = { ...(options.appearance ?? {}) };
      this.locale = options.locale ?? locale;
      this.key = key;
      /** @type {Payment | null} */
      this.payment = null;
    }

    /** @param {string} type @param {PaymentElementOptions} [options] */
    create(type, options = {}) {
      if (type !== 'payment') throw integrationError(`The rehearsal has no ${type} element.`);
      if (this.payment) throw integrationError("Can only create one Element of type payment with this group.");
      const { key, clientSecret, locale, appearance } = this;
      this.payment = new Payment({
        key, clientSecret, locale, appearance, options: JSON.parse(JSON.stringify(options)), bare: false,
      });
      return this.payment;
    }

    /** @param {string} type */
    getElement(type) {
      return type === 'payment' ? this.payment : null;
    }

    /** @param {{locale?: string, appearance?: object}} options */
    async update(options) {
      Object.assign(this.appearance, options.appearance ?? {});
      if (options.locale) this.locale = /** @type {any} */ (options.locale);
      if (!this.payment) return;
      this.payment.start.locale = this.locale;
      await this.payment.frame?.ask('look', { locale: this.locale, appearance: this.appearance });
    }

    /** @returns {Promise<{error?: {message: string, status?: string}}>} */
    async fetchUpdates() {
      return (await this.payment?.frame?.ask('refresh')) ?? {};
    }

    /** @returns {Promise<Submitted>} */
    async submit() {
      return this.line().ask('submit');
    }

    /** @returns {Frame} */
    line() {
      if (!this.payment?.frame) throw integrationError('elements should have a mounted Payment Element.');
      return this.payment.frame;
    }
  }

  /** The bank's page over ours; resolves when the payer has answered. @param {string} secret @param {string} locale @param {any} appearance */
  function challenge(secret, locale, appearance) {
    return /** @type {Promise<void>} */ (new Promise((resolve) => {
      const words = WORDS[language(locale)];
      const dialog = document.createElement('dialog');
      dialog.setAttribute('aria-label', words.challenge);
      Object.assign(dialog.style, {
        border: '0', padding: '0', borderRadius: '10px', width: 'min(26rem, calc(100vw - 32px))',
        maxHeight: 'calc(100vh - 32px)', overflow: 'hidden', background: 'transparent',
      });
      const iframe = document.createElement('iframe');
      iframe.name = '__stripeJSChallengeFrame';
      iframe.title = words.challenge;
      const theme = appearance?.theme === 'night' ? 'night' : 'stripe';
      iframe.src = `${ORIGIN}/rehearsal/challenge#${secret}&lang=${language(locale)}&theme=${theme}`;
      Object.assign(iframe.style, { border: '0', display: 'block', width: '100%', height: '22rem', colorScheme: 'normal' });
      const before = document.activeElement;
      /** @param {MessageEvent} event */
      const heard = (event) => {
        if (event.source !== iframe.contentWindow || event.origin !== ORIGIN) return;
        if (event.data?.kind !== 'rehearsal:answered') return;
        window.removeEventListener('message', heard);
        dialog.close();
        dialog.remove();
        if (before instanceof HTMLElement) before.focus();
        resolve();
      };
      window.addEventListener('message', heard);
      // Escape would leave the payment hanging: the bank's page has its own way out.
      dialog.addEventListener('cancel', (event) => event.preventDefault());
      dialog.append(iframe);
      document.body.append(dialog);
      dialog.showModal();
      iframe.focus();
    }));
  }

  /** @param {PaymentIntent} intent @returns {PaymentIntentResult} */
  function judged(intent) {
    if (intent.status === 'requires_payment_method' && intent.last_payment_error) {
      const error = /** @type {StripeError} */ (/** @type {unknown} */ ({ ...intent.last_payment_error, payment_intent: intent }));
      return { error };
    }
    return { paymentIntent: intent };
  }

  /** @param {SetupIntent} intent @returns {SetupIntentResult} */
  function judgedSetup(intent) {
    if (intent.status === 'requires_payment_method' && intent.last_setup_error) {
      const error = /** @type {StripeError} */ (/** @type {unknown} */ ({ ...intent.last_setup_error, setup_intent: intent }));
      return { error };
    }
    return { setupIntent: intent };
  }

  /** @param {string} url @param {PaymentIntent | SetupIntent} intent */
  function leave(url, intent) {
    const target = new URL(url, location.href);
    const standing = intent.status === 'succeeded' || intent.status === 'requires_capture' ? 'succeeded' : 'pending';
    target.searchParams.set(intent.object, intent.id);
    target.searchParams.set(`${intent.object}_client_secret`, intent.client_secret ?? '');
    target.searchParams.set('redirect_status', standing);
    location.assign(target.href);
    return /** @type {Promise<never>} */ (new Promise(() => {}));
  }

  /**
   * What `Stripe(…)` gives.
   * @implements {Pick<Stripe, 'confirmPayment' | 'confirmSetup' | 'retrievePaymentIntent' | 'retrieveSetupIntent' | 'handleNextAction'>}
   */
  class Double {
    /** @param {string} key @param {ConstructorOptions} options */
    constructor(key, options) {
      this.key = key;
      this.locale = options.locale ?? 'auto';
      /** @type {Frame | null} */
      this.hidden = null;
    }

    /** @param {ElementsOptions} options */
    elements(options) {
      return new Group(this.key, this.locale, options ?? {});
    }

    /** A frame without a form, for questions that need none. @returns {Frame} */
    agent() {
      if (!this.hidden) {
        this.hidden = new Frame({
          key: this.key, clientSecret: null, locale: this.locale, appearance: {}, options: {}, bare: true,
        });
        document.body.append(this.hidden.iframe);
      }
      return this.hidden;
    }

    /**
     * A PaymentIntentResult; each of the official overloads names a part of it, hence `any`.
     * @param {ConfirmOptions} options @returns {Promise<any>}
     */
    async confirmPayment(options) {
      const group = /** @type {Group | undefined} */ (/** @type {unknown} */ (options.elements));
      const secret = options.clientSecret ?? group?.clientSecret;
      if (!secret) throw integrationError('confirmPayment(): expected elements or a clientSecret.');
      const params = options.confirmParams ?? {};
      const always = options.redirect !== 'if_required';
      if (always && !params.return_url) throw integrationError('confirmPayment(): the `confirmParams.return_url` argument is required.');
      const line = group ? group.line() : this.agent();
      if (group) {
        const checked = await group.submit();
        if (checked.error) return { error: checked.error };
      }
      /** @type {PaymentIntentResult} */
      let result = await line.ask('confirm', { clientSecret: secret, params });
      if (result.paymentIntent?.next_action?.type === 'use_stripe_sdk') {
        await challenge(secret, group?.locale ?? this.locale, group?.appearance);
        result = await this.after(line, secret);
      }
      if (result.paymentIntent && always && params.return_url) return leave(params.return_url, result.paymentIntent);
      return result;
    }

    /**
     * Keeps a card without a payment. A SetupIntentResult; each of the official overloads names a part of it.
     * @param {ConfirmOptions} options @returns {Promise<any>}
     */
    async confirmSetup(options) {
      const group = /** @type {Group | undefined} */ (/** @type {unknown} */ (options.elements));
      const secret = options.clientSecret ?? group?.clientSecret;
      if (!secret?.startsWith('seti_')) throw integrationError('confirmSetup(): expected elements or a clientSecret of a SetupIntent.');
      const params = options.confirmParams ?? {};
      const always = options.redirect !== 'if_required';
      if (always && !params.return_url) throw integrationError('confirmSetup(): the `confirmParams.return_url` argument is required.');
      const line = group ? group.line() : this.agent();
      if (group) {
        const checked = await group.submit();
        if (checked.error) return { error: checked.error };
      }
      /** @type {SetupIntentResult} */
      let result = await line.ask('confirm', { clientSecret: secret, params });
      if (result.setupIntent?.next_action?.type === 'use_stripe_sdk') {
        await challenge(secret, group?.locale ?? this.locale, group?.appearance);
        result = await line.ask('retrieve', { clientSecret: secret });
        if (result.setupIntent) result = judgedSetup(result.setupIntent);
      }
      if (result.setupIntent && always && params.return_url) return leave(params.return_url, result.setupIntent);
      return result;
    }

    /** @param {string} clientSecret @returns {Promise<SetupIntentResult>} */
    async retrieveSetupIntent(clientSecret) {
      return this.agent().ask('retrieve', { clientSecret });
    }

    /** @param {Frame} line @param {string} secret @returns {Promise<PaymentIntentResult>} */
    async after(line, secret) {
      /** @type {PaymentIntentResult} */
      const seen = await line.ask('retrieve', { clientSecret: secret });
      return seen.paymentIntent ? judged(seen.paymentIntent) : seen;
    }

    /** @param {string} clientSecret @returns {Promise<PaymentIntentResult>} */
    async retrievePaymentIntent(clientSecret) {
      return this.agent().ask('retrieve', { clientSecret });
    }

    /** @param {{clientSecret?: string, hashedValue?: string}} options @returns {Promise<PaymentIntentResult>} */
    async handleNextAction({ clientSecret }) {
      if (!clientSecret) throw integrationError('In the rehearsal, handleNextAction() needs a clientSecret.');
      await challenge(clientSecret, this.locale, {});
      return this.after(this.agent(), clientSecret);
    }
  }

  /** @param {string} key @param {ConstructorOptions} [options] @returns {Stripe} */
  function construct(key, options = {}) {
    if (typeof key !== 'string' || !key.startsWith('pk_')) {
      throw integrationError('You should only use your publishable key with Stripe.js: it begins with pk_.');
    }
    // Only what is rehearsed is there: a page that calls anything else fails at once, not quietly.
    return /** @type {Stripe} */ (/** @type {unknown} */ (new Double(key, options)));
  }

  window.Stripe = Object.assign(construct, { version: 'endive' });
})();
