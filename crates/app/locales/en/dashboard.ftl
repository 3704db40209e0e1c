task-business = Your business
task-business-about = The name and address that stand on your invoices.
task-taxes = Currency and taxes
task-taxes-about = What your invoices are reckoned in, and the taxes on them.
task-done = Done
task-open = To do
tasks-title = To begin with
task-payment = Online payment
task-payment-about = Two keys from Stripe, and your customers can pay by card.
task-mail = Mail server
task-mail-about = So that invoices and receipts reach your customers by mail.
task-invoice = Your first invoice
task-invoice-about = It takes about two minutes.
figure-overdue = Overdue
figure-overdue-note =
    { $count ->
        [one] { $count } invoice, due { $days } days ago
       *[other] { $count } invoices, the oldest due { $days } days ago
    }
needs-title = Needs you
needs-events = Stripe cannot be asked for news
needs-events-about = Payments still reach you, but this page may be late. See what Stripe answered.
needs-dispute = Dispute over { $amount }: answer the bank
needs-refund = A refund of { $amount } did not arrive
needs-refund-unknown = Whether a refund of { $amount } was made is not known
needs-payout = A payout of { $amount } did not reach your bank
needs-payout-about = The money is in your Stripe balance again. Check the bank account in Stripe.
needs-mail =
    { $count ->
        [one] { $count } mail was not delivered
       *[other] { $count } mails were not delivered
    }
needs-mail-about = Correct the address or the mail server, then send again.
figure-expected = Expected
figure-expected-note = Due this week { $week }, later { $later }
figure-processing = Being confirmed
figure-processing-note =
    { $count ->
        [one] The bank is working on { $count } payment
       *[other] Banks are working on { $count } payments
    }
figure-received = Received this month
figure-received-parts = Paid { $gross }, less Stripe’s fees of { $fees }.
figure-received-unknown =
    { $count ->
        [one] The fee of { $count } payment is not known yet.
       *[other] The fees of { $count } payments are not known yet.
    }
figure-received-before = { $month }: { $amount }.
figure-usual = Usual time to be paid
figure-usual-days =
    { $days ->
        [0] The same day
        [one] { $days } day
       *[other] { $days } days
    }
figure-usual-note =
    { $count ->
        [one] From issue to payment, of { $count } invoice
       *[other] From issue to payment: half of the last { $count } took no longer
    }
chart-received = Received per month, { $currency }
chart-table = As a table
chart-month = Month
chart-payments = Payments
ageing-title = Owed to you by age, { $currency }
ageing-since = Days past due
ageing-share = Share
ageing-count = Invoices
ageing-not-yet = Not yet due
ageing-30 = 1 to 30
ageing-60 = 31 to 60
ageing-90 = 61 to 90
ageing-over-90 = More than 90
news-title = What just happened
received-title = Received in { $month }
received-months = Months
received-none = No payment in this month.
received-how = Paid with
received-net = Left for you
received-paid = Paid
received-fee = Stripe’s fee
received-fee-unknown = Not known yet
needs-unallocated =
    { $count ->
        [one] A payment fits nowhere
       *[other] { $count } payments fit nowhere
    }
needs-unallocated-about = The money is at Stripe. Say which invoice or customer it belongs to.

## On its way
figure-on-its-way = On its way
on-its-way-lead = Paid by your customers, and not in your bank yet. A payout leaves this list when it is found on a statement, or when Stripe says it has arrived and its day has passed.
on-its-way-none = Nothing is on its way.
on-its-way-where = Where it is
on-its-way-when = When
on-its-way-arrives = { $amount } arrives { $date }.
on-its-way-available-on = { $amount } can be paid out from { $date }.
on-its-way-in-balance = In your balance at Stripe.
on-its-way-payout = Payout to your bank
on-its-way-payout-day = Expected { $date }
on-its-way-pending = Balance at Stripe, not yet available
on-its-way-pending-day = Can be paid out from { $date }
on-its-way-available = Balance at Stripe, available
on-its-way-available-about = Leaves with the next payout
on-its-way-clearing = Paid, not yet in the balance
on-its-way-clearing-about = Stripe has not said yet what it keeps
on-its-way-arrived = Should be in your bank
on-its-way-arrived-about = Stripe says these payouts have arrived and their day has passed, so they are not counted above. Nobody has found them on a statement yet.
on-its-way-to-find = { $count ->
    [one] One payout to find on your statement
   *[other] { $count } payouts to find on your statement
  }
figure-received-refunded = What went back, { $amount }, is taken off.
received-refunds = Went back
received-refund = Refund
received-dispute = Dispute lost
on-its-way-taken-back = Went back, from the balance at Stripe
on-its-way-taken-back-about = Comes off what is paid out next
