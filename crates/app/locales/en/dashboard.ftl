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
figure-open = Open
figure-open-note = Due this week { $week }, later { $later }
figure-received = Received this month
figure-received-note =
    { $count ->
        [0] No payment since { $date }
        [one] { $count } payment since { $date }
       *[other] { $count } payments since { $date }
    }
received-none = No payment yet this month.
received-view = View the invoice
