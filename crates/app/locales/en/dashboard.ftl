task-business = Your business
task-business-about = The name and address that stand on your invoices.
task-taxes = Currency and taxes
task-taxes-about = What your invoices are reckoned in, and the taxes on them.
task-done = Done
task-open = To do
