task-business = Votre entreprise
task-business-about = Le nom et l’adresse qui figurent sur vos factures.
task-taxes = Devise et taxes
task-taxes-about = La devise de vos factures, et les taxes qui s’y ajoutent.
task-done = Fait
task-open = À faire
