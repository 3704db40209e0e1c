# Saved cards: what a payer agrees to, the Customer Area's pages, what the seller sees, and the letters.

## What a payer agrees to. Changing a word means changing WORDS_VERSION in cards/consent.rs
saved-legend = For next time
consent-keep = Keep this card with Stripe, so that I can pay { $customer }’s next invoices from { $seller } without typing it again. I can remove it at any time in the Customer Area.
consent-autopay = Pay { $customer }’s next invoices from { $seller } automatically with this card: on the due date of each invoice, the amount then due. { $seller } tells me by email at least 2 days before each charge. I authorise { $seller } to send these instructions to the bank that issued my card. I can stop this at any time in the Customer Area.

## In the Customer Area
area-cards-door = Your cards and automatic payment
area-cards-title = Your cards
area-cards-text = Cards you have kept for invoices from { $seller }. The card itself is with Stripe; what you see here is all we know of it.
area-cards-empty = No card is kept.
area-cards-back = Back to your cards
saved-good-until = Good until { $month }
saved-chip-expired = Expired
saved-chip-expires-soon = Expires soon
saved-what-was-agreed = What was agreed to
area-autopay-since = Pays invoices automatically on their due date, since { $day }
area-autopay-start = Pay automatically
area-autopay-stop = Stop automatic payment
area-autopay-title = Pay invoices automatically
area-autopay-with = With { $card }
area-autopay-do = Start automatic payment
area-autopay-agree-first = Tick the box to agree. Nothing has changed.
area-autopay-on = Invoices are now paid automatically with { $card }, on their due dates. We tell you before each charge.
area-autopay-stopped = Automatic payment has been stopped. No charge begins any more. Your card is still kept.
area-card-add = Add a card
area-card-add-title = Add a card
area-card-add-text = Nothing is charged now.
area-card-agree = By adding it you agree:
area-card-add-do = Keep this card
area-card-adding = Keeping the card …
area-card-added = Your card is kept.
area-card-blocked = The card form of Stripe, the payment provider, could not be loaded. Something in your browser or network may block it. Nothing was kept. Allow js.stripe.com and reload this page.
area-card-no-script = To enter a card, your browser has to run the script of Stripe, the payment provider. Turn on JavaScript and reload this page. Nothing was kept.
area-card-not-added = The card was not kept. Nothing was charged. Try again, or use another card.
area-card-unknown = We do not know yet whether your card was kept. Nothing was charged. It appears here as soon as Stripe tells us.
area-card-remove = Remove
area-card-remove-title = Remove { $card }?
area-card-remove-text = It cannot be used here any more, and is taken off at Stripe. Invoices you have paid with it stay paid.
area-card-remove-autopay = This card pays your invoices automatically. That ends too: you will have to pay them yourself.
area-card-remove-do = Remove { $card }
area-card-removed = { $card } has been removed. It cannot be charged here any more.
pay-not-kept = This card cannot be kept just now. You have not been charged. Untick the boxes to pay without keeping it.
pay-test-keeps-none = In test mode no card is kept. With live keys, customers can keep theirs here.

## Paying with a kept card
area-kept-door = Pay
area-kept-pay = Pay { $amount } with { $card }
area-kept-or = Or with another card
area-kept-gone = This card can no longer be used here. Nothing has been charged. Choose another way to pay.
area-kept-bank-title = Your bank asks you to confirm
area-kept-bank-text = Nothing has been charged yet. Confirm the payment with your bank; you come back here afterwards.
area-kept-bank-go = Confirm with your bank

## What the seller sees
saved-title = Saved cards
saved-none = No card is kept. Customers keep one while paying, or in the Customer Area; nobody else can.
saved-card = Card
saved-expires = Good until
saved-kept-on = Kept on
saved-autopay = Automatic payment
saved-autopay-on = On due dates, since { $day }
saved-autopay-off = Off
saved-consents = What was agreed to
saved-consent-pay-page = on the page of an invoice
saved-consent-area = in the Customer Area, as { $email }
saved-consent-given = Agreed on { $day }, { $where }
saved-consent-ended = Ended on { $day } by { $who }
saved-ended-by-payer = the customer
saved-ended-by-seller = you
saved-ended-by-stripe = Stripe: the card is gone there
saved-ended-by-another = another consent in its place
saved-remove-title = Remove { $card }?
saved-remove-text = The card cannot be charged from here any more, and is taken off at Stripe. Payments already made with it stay as they are. Only the customer can keep it again.
saved-remove-autopay = This card pays the invoices of { $customer } by itself on their due dates. That ends too.
saved-remove-mailed = The customer is told at { $email }.
saved-remove-no-mail = The customer has no email address here, so tell them yourself.
saved-removed = { $card } has been removed. It cannot be charged any more.

## The letter when the seller has removed it
removed-letter-subject = { $card } is no longer kept for invoices from { $business }
removed-letter-first = { $business } has removed { $card }. It cannot be charged for their invoices any more.
removed-letter-do = If it paid your invoices by itself, that has ended: please pay the next ones yourself. You can keep a card again whenever you pay.

## The letter that confirms it
saved-letter-subject = { $card } is kept for invoices from { $business }
saved-letter-first = You have kept { $card } for invoices from { $business }. This is what was agreed to:
saved-letter-card = Card
saved-letter-not-you = If this was not you, or you have changed your mind, open your invoices and remove the card. Nothing is charged when it is gone.
saved-letter-act = Open my invoices
