password = Password
password-hint = At least 8 characters. A few words together are easy to remember
password-too-short = Use at least { $least } characters.
password-too-long = Use between { $least } and 1,000 characters.
password-too-common = This is one of the first passwords that strangers try. Choose another, of at least { $least } characters.
sign-in-email-empty = Enter your email address.
sign-in-password-empty = Enter your password.
sign-in-wrong = Email address or password is wrong.
sign-in-too-many =
    { $minutes ->
        [one] There were too many attempts. Wait a minute, then try again.
       *[other] There were too many attempts. Wait { $minutes } minutes, then try again.
    }
sign-in-new = Nobody can sign in yet. Open the set-up link that is printed in the terminal where Quittance was started.
signed-out = You have signed out.
first-run-step = Step { $step } of 4
first-run-link-used = That set-up link was used already. Sign in with the account it made.
first-run-you = Who are you?
first-run-you-lead = You will be the owner of this installation. It takes about two minutes, and everything can be changed later.
first-run-name = Your name
first-run-name-empty = Enter your name.
first-run-email-hint = You will sign in with it
first-run-language = Language
first-run-create = Create your account
save-and-continue = Save and continue
first-run-business-lead = This is what will stand at the top of your invoices.
first-run-payment = Online payment
first-run-payment-lead = With two keys from your Stripe account, your customers can pay by credit card from the invoice you send them. It takes about five minutes.
first-run-payment-safe = Card numbers never pass through Quittance: customers type them into fields that Stripe serves. Stripe charges its standard percentage, and Quittance adds nothing on top.
first-run-payment-now = Set up online payment
first-run-payment-later = Do this later
