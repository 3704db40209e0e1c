# The public invoice page, the pay page, the return and the receipt.

## The public page
pay-title = Invoice { $number } from { $seller }
pay-heading = Invoice { $number }
pay-for-more = { $first } and { $count } more
pay-due = Due { $date }
pay-was-due = Was due { $date }
pay-issued = Issued { $date }
pay-button = Pay { $amount }
pay-assure = Card details go straight to Stripe, the payment provider. They never reach our servers or { $seller }.
pay-assure-there = You pay on a page of Stripe, the payment provider, and come back here. Card details never reach our servers or { $seller }.
pay-processing-title = Your bank is still working on it
pay-processing-text = We will email you when the payment has arrived. You need not pay again.
pay-paid-title = Paid
pay-paid-text = Nothing is owed on this invoice. Thank you.
pay-see-receipt = See the receipt
pay-void-title = This invoice was annulled
pay-void-text = Nothing is owed on it, and it can no longer be paid.
pay-from = From
pay-to = To
pay-lines = What it is for
pay-line-quantity = { $quantity } { $unit } at { $price }
pay-line-quantity-plain = { $quantity } at { $price }
pay-line-discount = Discount { $amount }
pay-paid-so-far = Paid so far
pay-registration = { $name } no. { $number }
pay-register-gst = GST/HST
pay-register-qst = QST
pay-register-pst = PST
pay-register-vat = VAT
pay-register-other = Registration
pay-reference = Your reference
pay-issue-date = Issue date
pay-due-date = Due date
pay-pdf = Download invoice (PDF)
pay-pdf-other = Version française (PDF)
pay-print = Print this invoice

## Other ways to pay
pay-other-title = Other ways to pay
pay-other-text = Ask { $seller } how to pay another way, and give the invoice number so that your payment can be recognised.
pay-other-number = Invoice number

## The pay page
pay-page-title = Pay invoice { $number }
pay-back = Back to the invoice
pay-form = Card details
pay-form-loading = Loading the card form …
pay-busy = Paying …
pay-going = To Stripe’s page …
pay-no-script = To enter a card, your browser has to run the script of Stripe, the payment provider. Turn on JavaScript and reload this page, or pay on Stripe’s own page below. Nothing has been charged.
pay-blocked = The card form of Stripe, the payment provider, could not be loaded. Something in your browser or network may block it. Nothing has been charged. Pay on Stripe’s own page below, or allow js.stripe.com and reload this page.
pay-there-title = Pay on Stripe’s own page
pay-there-text = If the card form does not appear, something in your browser or network holds it back. Stripe’s own page does not need it, and you come back here when you have paid.
pay-there-act = Pay on Stripe’s page
pay-onward-title = On to the payment page
pay-onward-text = You pay on { $host }, a page of Stripe, the payment provider, and come back here. Nothing has been charged yet.
pay-onward-act = Continue to payment
pay-unreachable = We could not reach the payment provider. You have not been charged. Wait a minute, then reload this page. It is safe to reload.
pay-offline = We could not reach the server. You have not been charged. Check your connection, then reload this page. It is safe to reload.
pay-unknown = We do not know yet whether your payment went through. We are asking the payment provider, and the invoice will show the result. Do not pay again yet. This page is safe to reload.
pay-changed = The amount due has changed since you opened this page. It is now { $amount }. Nothing has been charged. Check the new amount before you pay.
pay-renewed = The card form had to be loaded again. Nothing has been charged. Enter the card once more.
pay-no-offer = This invoice can no longer be paid by card here. Nothing has been charged. Use another way to pay.
pay-refused = The payment provider did not accept this payment. You have not been charged. Use another way to pay, or write to { $seller }.
pay-too-many = There were many attempts in a short time. No money was taken. Wait a few minutes, then reload this page.
pay-incomplete = Some card details are missing or not right. No money was taken. Check the fields marked below.
pay-not-confirmed = The payment was not completed. No money was taken. Try again, or use another card.

## One sentence for each group of declines: what happened, whether money moved, what to do
decline-number = The card number is not right. No money was taken. Check the number and try again.
decline-expiry = The card has expired, or its expiry date is not right. No money was taken. Check the date, or use another card.
decline-cvc = The security code is not right. No money was taken. Check the code on the card and try again.
decline-postal-code = The postal code does not match the card. No money was taken. Enter the postal code of the card’s billing address and try again.
decline-not-enough-funds = The card does not have enough funds for this payment, or has reached a limit. No money was taken. Try another card, or ask your bank.
decline-needs-confirmation = Your bank asks you to confirm this payment, and that did not happen. No money was taken. Try again and confirm with your bank, or use another card.
decline-card-not-accepted = This kind of card is not accepted for this payment. No money was taken. Try another card.
decline-try-again-later = The bank could not answer just now. No money was taken. Wait a few minutes and try again, or use another card.
decline-general = Your bank declined this card. No money was taken. Try another card, or ask your bank.

## The return, when the outcome is not known
pay-unknown-title = We do not know yet whether your payment went through
pay-unknown-what = The payment provider cannot be reached just now, so we cannot say whether your money moved.
pay-unknown-next = Do not pay again yet. We keep asking, and this page is safe to reload.
pay-ask-again = Ask again

## The receipt
pay-refunded = Refunded on { $date }
pay-refund-on-its-way = On its way back to you since { $date }
pay-refunded-takes = Your bank shows the money after two to ten days.
pay-receipt-title = Receipt for invoice { $number }
pay-receipt-paid = Paid
pay-receipt-partly = Payment received
pay-receipt-still = { $amount } is still owed on this invoice.
pay-receipt-to = Paid to
pay-receipt-on = Date
pay-receipt-with = Paid with
pay-receipt-card = { $brand } card ending { $last4 }
pay-receipt-any-card = Card
pay-receipt-other-method = { $how }, recorded by { $seller }
pay-receipt-whole = Part of a payment of
pay-receipt-number = Receipt number
pay-receipt-next = A receipt is on its way to { $email }.
pay-receipt-next-no-email = Keep this page as your receipt. Its address stays the same.
pay-receipt-questions = Questions about this payment? Write to { $seller }.
pay-receipt-invoice = See the invoice
pay-receipt-print = Print this receipt

## A part of what is due
pay-part-door = Pay a part of it
pay-part-title = Pay a part of invoice { $number }
pay-part-amount = Amount to pay now
pay-part-hint = From { $smallest } to { $most }
pay-part-on = Continue to payment
pay-part-of = A part of the { $due } due
pay-part-more = { $due } is due, no more. Enter that or less.
pay-part-small = A part must be { $smallest } or more.
pay-part-rest = What would be left is too little to be paid by card later. Pay { $most } or less, or the whole.
pay-part-whole = Only the whole amount can be paid online.
pay-credited-title = This invoice was taken back
pay-credited-text = A credit note covers all of it. Nothing is owed.
pay-credited-so-far = Credited
pay-credit-notes = Credit notes
