# The shared vocabulary: words that many pages use. May stand unused.

-product = Quittance

## Acts
save = Save
save-changes = Save changes
cancel = Cancel
back = Back
continue = Continue
search = Search
show-all = Show all
edit = Edit
view = View
add = Add
remove = Remove
delete = Delete
send = Send
copy = Copy
copied = Copied
print = Print
download = Download
close = Close
try-again = Try again
sign-in = Sign in
sign-out = Sign out
previous-page = Previous page
next-page = Next page
skip-to-content = Skip to content

## Small words
yes = Yes
no = No
none = None
optional = optional
required = required
or = or
from = From
to = To
date = Date
due = Due
name = Name
email = Email
phone = Phone
address = Address
language = Language
currency = Currency
customer = Customer
invoice = Invoice
number = Number
status = Status
amount = Amount
amount-due = Amount due
subtotal = Subtotal
discount = Discount
tax = Tax
total = Total
quantity = Quantity
unit-price = Unit price
description = Description
notes = Notes
settings = Settings
language-en = English
language-fr = French
opens-in-new-tab = (opens in a new tab)

## The chips: one word for where an invoice stands
standing-draft = Draft
standing-open = Open
standing-due-today = Due today
standing-overdue = Overdue
standing-processing = Processing
standing-partly-paid = Partly paid
standing-paid = Paid
standing-refunded = Refunded
standing-partly-refunded = Partly refunded
standing-credited = Credited
standing-disputed = Disputed
standing-void = Void
standing-written-off = Written off

## Time. $distance is written by the locale: “in 9 days”, “3 days ago”, “today”.
date-and-distance = { $date }, { $distance }
days =
    { $count ->
        [one] { $count } day
       *[other] { $count } days
    }

## Counts
invoices-count =
    { $count ->
        [0] No invoices
        [one] { $count } invoice
       *[other] { $count } invoices
    }

## Errors
problem-heading = There is a problem
problem-heading-count =
    { $count ->
        [one] There is a problem
       *[other] There are { $count } problems
    }
error-prefix = Error:
field-empty = Enter a value.
field-too-long = This is too long. At most { $most } characters fit.
field-not-a-number = Enter a number, such as { $example }.
field-not-an-amount = Enter an amount, such as { $example }.
field-not-a-date = Enter a date, such as { $example }.
field-not-an-email = Enter an email address, such as name@example.com.
field-postal-code-canada = A Canadian postal code looks like H2X 1Y4.
field-postal-code-states = A ZIP code has five digits, or nine: 02138 or 02138-1234.
nothing-was-saved = Nothing was saved, and what you typed is still here.
no-money-moved = No money has moved.

## Bands
band-demo = Demo
    .text = This is a demonstration. Everything here is made up, and no money moves.
band-test = Test mode
    .text = Nothing here is real: test payments move no money and never mark a real invoice paid.
