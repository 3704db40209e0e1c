# Autopay: what sellers read, and its letters.

## Where it stands, for the seller
autopay-planned = Will be charged on { $day }
autopay-held = Not charged for now: { $why }
autopay-awaits-payer = The customer was asked to pay it themselves
autopay-gave-up = Could not be charged: { $why }
autopay-label = Automatic payment
autopay-last-try = Last charge
autopay-tried-paid = { $amount } on { $day }: paid
autopay-tried-processing = { $amount } on { $day }: a bank is working on it
autopay-tried-started = { $amount } on { $day }: not known yet
autopay-tried-declined = { $amount } on { $day }: declined ({ $code })
autopay-why = Why
autopay-why-nothing-due = nothing is due
autopay-why-no-consent = the customer has not agreed to it, or not any more
autopay-why-due-before = it was due before the customer agreed
autopay-why-returned = money for it was given back
autopay-why-processing = a bank is working on a payment
autopay-why-disputed = a bank asks about a payment
autopay-why-not-offered = it cannot be paid online now
autopay-why-not-told = the customer could not be told before
autopay-why-card-over = the card has expired
autopay-why-card-refused = the bank does not want to be asked for this card again
autopay-why-declined = the card was declined several times
autopay-why-payer-away = the customer was asked to pay it, and has not
needs-autopay = Automatic payment of { $number } did not work
needs-autopay-about = { $customer }, { $amount }: { $why }. They were told how to pay it; you may want to write to them.

## History of an invoice
invoices-history-autopay-notice = { $address } was told of the charge ahead
invoices-history-autopay-card-ends = { $address } was asked for another card
invoices-history-autopay-confirm = { $address } was asked to confirm the payment with the bank
invoices-history-autopay-declined = { $address } was told that the card was declined, and how to pay
invoices-history-autopay-tries-again = { $address } was told that the card was declined and is tried again
invoices-history-autopay-gave-up = Automatic payment did not work

## To the payer
autopay-notice-subject = { $amount } for invoice { $number } will be charged on { $date }
autopay-notice-first = As agreed, { $business } will charge { $card } for invoice { $number } on { $date }.
autopay-notice-nothing = You need not do anything. If you pay some or all of it before, only what is left is charged.
autopay-letter-stop = To stop automatic payment or use another card, open your invoices at { $area }.
autopay-card-ends-subject = { $card } expires before invoice { $number } is due
autopay-card-ends-first = { $business } cannot charge { $card } for invoice { $number } on { $date }: the card will have expired.
autopay-card-ends-do = Add another card and agree to automatic payment with it, or pay the invoice yourself.
autopay-confirm-subject = Confirm your payment of { $amount } for invoice { $number }
autopay-confirm-first = Your bank asks you to confirm the payment of invoice { $number } to { $business }. Nothing has been charged.
autopay-confirm-do = Open the payment and confirm it with your bank. We do not try again by ourselves.
autopay-confirm-act = Confirm the payment
autopay-declined-subject = The payment of { $amount } for invoice { $number } did not go through
autopay-declined-first = Your bank declined { $card } for invoice { $number } from { $business }. Nothing has been charged.
autopay-declined-do = Please pay the invoice yourself, with another card or another way.
autopay-declined-card = Ask your bank if you want to know why; it does not tell us.
autopay-declined-act = Pay the invoice
autopay-again-when = We try again on { $date }.
autopay-again-or = You can also pay it now, with another card or another way; then nothing is charged again.

## To the seller
autopay-gave-up-subject = Invoice { $number } could not be charged automatically: { $amount }
autopay-gave-up-first = { $customer }’s card could not be charged for invoice { $number }. No money has moved.
autopay-gave-up-do = Your customer was told how to pay it. Nothing more is tried by itself, unless they add another card.
