# Statements of the seller's bank, and what their lines are.
bank-tab = Bank
bank-title = Bank statement
bank-lead = What your bank says has arrived, and what it is: a payout from Stripe, or a customer’s transfer.
bank-none-yet = No statement yet. Import the CSV file of your bank, and payouts and transfers find their invoices.
bank-views = Lines by state
bank-view-open = To confirm
bank-view-matched = Found
bank-view-aside = Set aside
bank-view-all = All
bank-none-open = Nothing is waiting to be confirmed.
bank-none-matched = No line has been found yet.
bank-none-aside = No line is set aside.
bank-none = No lines.
bank-no-text = No description
bank-nothing-fits = Nothing that is open fits.
bank-confirm-all = { $count ->
    [one] Confirm the one that is certain
   *[other] Confirm the { $count } that are certain
  }
bank-confirm-all-about = Payouts are marked as found; transfers are recorded as payments, and each customer gets the receipt. Every one can be taken back.

## Import
bank-import-title = Import a statement
bank-import-lead = Download the movements of your account from your bank as a CSV file, and choose it here. You see how it is read before anything is kept.
bank-account = Name of the account
bank-account-hint = Only when you have several accounts
bank-account-long = The name must have { $most } letters or fewer
bank-currency = Currency of the account
bank-currency-hint = Used where the file names none
bank-file = Statement
bank-file-hint = A CSV file, 2 MB at most
bank-file-choose = Choose the file of your bank
bank-upload-act = Read the file
bank-upload-busy = Reading…
bank-imported-before = This file was imported on { $date }. Nothing was added.
bank-preview-title = Is it read as it is meant?
bank-fact-file = File
bank-fact-days = Days
bank-fact-lines = Lines
bank-from-to = { $from } to { $to }
bank-new-and-known = { $new } new, { $known } here already
bank-more-lines = { $count ->
    [one] And one more line.
   *[other] And { $count } more lines.
  }
bank-unsure = The file does not say what its columns are. Check the lines, and choose other columns where they are wrong.
bank-lookalikes = { $count ->
    [one] One new line has the day and the amount of a line that is here under another description. Choose the same columns as last time, or it is here twice.
   *[other] { $count } new lines have the day and the amount of lines that are here under another description. Choose the same columns as last time, or they are here twice.
  }
bank-columns = Columns
bank-column = Column { $number }
bank-column-date = Day
bank-column-amount = Amount
bank-column-amount-hint = One column with a sign, or one each for money out and money in
bank-column-currencies = One column a currency
bank-column-out = Money out
bank-column-into = Money in
bank-column-text = Description
bank-order = Order in the dates
bank-order-by-file = As the file tells
bank-order-day = Day first (31/12)
bank-order-month = Month first (12/31)
bank-mark = Sign before decimals
bank-mark-by-file = As the file tells
bank-mark-point = Point (1.50)
bank-mark-comma = Comma (1,50)
bank-look-again = Read again
bank-import-act = { $count ->
    [0] Import nothing new
    [one] Import one line
   *[other] Import { $count } lines
  }
bank-import-plain = Import the lines
bank-imported = { $count ->
    [0] Every line of the file was here already. Nothing was added.
    [one] One line was added.
   *[other] { $count } lines were added.
  }
bank-forget = Do not import this file
bank-forgotten = The file was not imported. Nothing of it is kept.

## Refused
bank-refused-empty = The file is empty. Download it from your bank again.
bank-refused-too-large = The file is larger than { $most } MB. Download a shorter period.
bank-refused-too-many = The file has more than { $most } lines. Download a shorter period.
bank-refused-workbook = This is a workbook of a spreadsheet program, not a CSV file. Download the CSV file, or save the sheet as CSV.
bank-refused-pdf = This is a PDF. Download the movements as a CSV file instead.
bank-refused-web-page = This is a web page, most likely your bank’s sign-in page. Sign in at your bank and download the CSV file again.
bank-refused-not-text = This file is not a text file, so it cannot be a statement. Download the movements as a CSV file.
bank-refused-lost-letters = In line { $line } letters were lost before the file came here: it was saved in the wrong encoding. Download it from your bank again, and do not open it in between.
bank-refused-open-quote = In line { $line } a quotation mark opens and never closes, so the lines after it cannot be told apart. Download the file again.
bank-refused-no-statement = This file has no column of dates and no column of amounts, so it is no statement. Download the movements as a CSV file.
bank-refused-cut-short = Line { $line } is shorter than the columns that are read. The file may have been cut off; download it again.
bank-refused-bad-date = Line { $line }: “{ $text }” is not a date
bank-refused-dates-ambiguous = “{ $text }” may be day first or month first, and nothing in the file tells. Choose the order.
bank-refused-bad-amount = Line { $line }: “{ $text }” is not an amount
bank-refused-amounts-ambiguous = “{ $text }” may be thousands or decimals, and nothing in the file tells. Choose the sign before decimals.
bank-refused-bad-currency = Line { $line }: “{ $text }” is not a currency
bank-refused-no-lines = No line of the file has an amount.

## What a line may be
bank-line-title = Line of the statement
bank-may-be = What it may be
bank-certain = Certain
bank-likely = Likely
bank-possible = Possible
bank-is-payout = Payout of { $date }
bank-is-invoice = { $count ->
    [one] Invoice { $number }, { $customer }, { $due } due
   *[other] Invoices { $number }, { $customer }, { $due } due
  }
bank-why-same-amount = the amount is the same
bank-why-part = it is a part of what is due
bank-why-more = it is more than what is due
bank-why-arrival = it came when it was expected
bank-why-provider = the bank names Stripe
bank-why-number = the bank names the invoice
bank-why-customer = the bank names the customer
bank-why-several = several invoices of one customer come to it
bank-why-not-only = something else fits as well
bank-why-other-line = another line fits as well
bank-why-under-way = a payment by card or bank debit is under way for it
bank-rest-kept = { $amount } is kept as the customer’s credit.
bank-confirm-payout = Mark payout as found
bank-confirm-payment = Record { $amount }
bank-booked = { $amount } is confirmed.
bank-booked-many = { $count ->
    [0] No line was confirmed.
    [one] One line is confirmed.
   *[other] { $count } lines are confirmed.
  }
bank-wait-many = { $count ->
    [one] One is no longer certain, or could not be booked, and waits.
   *[other] { $count } are no longer certain, or could not be booked, and wait.
  }
bank-choose = Choose what the line is. Nothing was booked.
bank-unreachable = Stripe could not be reached, and somebody may be paying this invoice online. Nothing was booked. Try again in a minute.
bank-not-open = This line was settled meanwhile. Nothing was changed.
bank-gone = What this line should be is no longer open, or is of another amount. Nothing was booked.
bank-payout-too-early = The payout was made after the day of this line. Nothing was booked.
bank-rest-changed = More came than is due now. Nothing was booked. Record the payment on the invoice, where you can agree to keep the rest as credit.
bank-cannot-pay = This line cannot pay that. Nothing was booked.
bank-other = Something else
bank-aside-about = Not a payout and not a customer’s money: it is kept, and out of the way.
bank-aside-act = Set aside
bank-set-aside = The line was set aside.
bank-is-aside = This line is set aside: neither a payout nor a customer’s money.
bank-open-act = Look at it again
bank-opened-again = The line waits to be confirmed again.
bank-chip-matched = Found
bank-chip-aside = Set aside
bank-settled-payout = Payout from Stripe
bank-settled-payment = Customer’s payment
bank-settled-by = Confirmed by { $name }, { $when }
bank-not-it = It is not this payout
bank-undo-payment = A recorded payment is taken back with a reason; the line then waits again.
bank-undo-payment-act = Take the payment back

## Imports, and undoing one
bank-imports-title = Imported statements
bank-imports-lead = Every file that was imported. Open one to undo it.
bank-import-unnamed = File without a name
bank-imported-when = Imported
bank-import-about = Imported by { $name }, { $when }
bank-undo-title = Import of { $file }
bank-undo-what = Undo this import
bank-undo-about = Lines that nobody has confirmed are removed, those set aside too. A line that another statement says as well stays. No money moves. The same file can be imported again.
bank-undo-going = Lines that are removed
bank-undo-kept = Confirmed lines that stay
bank-undo-kept-about = Something was booked for each of these. To undo one, open it and take it back there; it can be removed here afterwards.
bank-undo-act = { $count ->
    [0] Undo this import
    [one] Undo it: remove one line
   *[other] Undo it: remove { $count } lines
  }
bank-undone = { $count ->
    [0] The import is undone. It had added no line that could be removed.
    [one] The import is undone: one line was removed.
   *[other] The import is undone: { $count } lines were removed.
  }
bank-undone-left = { $count ->
    [one] One line is confirmed and stays; it is listed here.
   *[other] { $count } lines are confirmed and stay; they are listed here.
  }
bank-undone-by = Undone by { $name }, { $when }
