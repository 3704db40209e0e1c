task-business = Votre entreprise
task-business-about = Le nom et l’adresse qui figurent sur vos factures.
task-taxes = Devise et taxes
task-taxes-about = La devise de vos factures, et les taxes qui s’y ajoutent.
task-done = Fait
task-open = À faire
tasks-title = Pour commencer
task-payment = Paiement en ligne
task-payment-about = Deux clés de Stripe, et vos clients peuvent payer par carte.
task-mail = Serveur de courriel
task-mail-about = Pour que les factures et les reçus parviennent à vos clients par courriel.
task-invoice = Votre première facture
task-invoice-about = Cela prend environ deux minutes.
figure-overdue = En retard
figure-overdue-note =
    { $count ->
        [one] { $count } facture, échue depuis { $days } jours
       *[other] { $count } factures, la plus ancienne échue depuis { $days } jours
    }
figure-open = À payer
figure-open-note = { $week } cette semaine, { $later } plus tard
figure-received = Reçu ce mois-ci
figure-received-note =
    { $count ->
        [0] Aucun paiement depuis le { $date }
        [one] { $count } paiement depuis le { $date }
       *[other] { $count } paiements depuis le { $date }
    }
received-none = Aucun paiement ce mois-ci pour l’instant.
received-view = Voir la facture
