settings-mail = Mail
settings-mail-about = The mail server that sends your invoices and receipts.
