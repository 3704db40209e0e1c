# The Customer Area: a link by mail, then the customer's own invoices.

area-title = Your invoices
area-ask-text = Enter the email address your invoices are sent to. We will send a link that opens them, without a password.
area-email = Email address
area-email-empty = Enter your email address
area-email-wrong = Enter an email address in the form name@example.com
area-ask = Send me the link
area-sent-title = Check your email
area-sent-text = If invoices are sent to the address you entered, a link is on its way to it. It works once, for 30 minutes.
area-sent-nothing = Nothing arrived? Look into the spam folder, check the address, or ask whoever sent you an invoice.
area-sent-again = Use another address
area-open-title = Open your invoices
area-open-text = This link works once. Press the button to open your invoices in this browser.
area-open = Open my invoices
area-link-dead-title = This link no longer works
area-link-dead-text = A link works once, for 30 minutes. Ask for a new one.
area-link-dead-act = Send me a new link
area-list-for = Invoices sent to { $email }
area-list-empty = No invoices have been issued to this address yet.
area-list-open = Open
area-list-due = due { $date }
area-leave = Close on this device

## Several at once
area-several-act = Pay the chosen invoices
area-several-title = Pay several invoices
area-several-none = Choose the invoices you want to pay.
area-several-currencies = These invoices are in different currencies. Pay those of one currency together.
area-several-not-now = These invoices cannot be paid by card here now. Nothing was charged.
area-back = Back to your invoices
area-receipt-title = Receipt { $number }
area-receipt-what = What it paid
area-receipt-credit = Kept as your credit
