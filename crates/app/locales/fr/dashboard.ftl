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
needs-title = À vous d’agir
needs-events = Stripe ne répond pas à nos questions
needs-events-about = Les paiements vous parviennent, mais cette page peut tarder. Voyez ce que Stripe a répondu.
needs-dispute = Litige sur { $amount } : répondre à la banque
needs-refund = Un remboursement de { $amount } n’est pas arrivé
needs-refund-unknown = On ne sait pas si un remboursement de { $amount } a été fait
needs-payout = Un virement de { $amount } n’est pas parvenu à votre banque
needs-payout-about = L’argent est de nouveau dans votre solde Stripe. Vérifiez le compte bancaire dans Stripe.
needs-mail =
    { $count ->
        [one] { $count } courriel n’a pas été remis
       *[other] { $count } courriels n’ont pas été remis
    }
needs-mail-about = Corrigez l’adresse ou le serveur de courriel, puis envoyez de nouveau.
figure-expected = À venir
figure-expected-note = { $week } cette semaine, { $later } plus tard
figure-processing = En confirmation
figure-processing-note =
    { $count ->
        [one] La banque traite { $count } paiement
       *[other] Les banques traitent { $count } paiements
    }
figure-received = Reçu ce mois-ci
figure-received-parts = { $gross } payés, moins { $fees } de frais de Stripe.
figure-received-unknown =
    { $count ->
        [one] Les frais de { $count } paiement ne sont pas encore connus.
       *[other] Les frais de { $count } paiements ne sont pas encore connus.
    }
figure-received-before = En { $month } : { $amount }.
figure-usual = Délai habituel de paiement
figure-usual-days =
    { $days ->
        [0] Le jour même
        [one] { $days } jour
       *[other] { $days } jours
    }
figure-usual-note =
    { $count ->
        [one] De l’émission au paiement, sur { $count } facture
       *[other] De l’émission au paiement : la moitié des { $count } dernières n’ont pas pris plus
    }
chart-received = Reçu par mois, { $currency }
chart-table = En tableau
chart-month = Mois
chart-payments = Paiements
ageing-title = Sommes dues par ancienneté, { $currency }
ageing-since = Jours de retard
ageing-share = Part
ageing-count = Factures
ageing-not-yet = Pas encore échues
ageing-30 = 1 à 30
ageing-60 = 31 à 60
ageing-90 = 61 à 90
ageing-over-90 = Plus de 90
news-title = Ce qui vient de se passer
received-title = Reçu en { $month }
received-months = Mois
received-none = Aucun paiement pendant ce mois.
received-how = Payé avec
received-net = Il vous reste
received-paid = Payé
received-fee = Frais de Stripe
received-fee-unknown = Pas encore connus
needs-unallocated =
    { $count ->
        [one] Un paiement n’a pas sa place
       *[other] { $count } paiements n’ont pas leur place
    }
needs-unallocated-about = L’argent est chez Stripe. Dites à quelle facture ou à quel client il va.

## En route
figure-on-its-way = En route
on-its-way-lead = Payé par vos clients, et pas encore à votre banque. Un versement quitte cette liste quand il est trouvé sur un relevé, ou quand Stripe dit qu’il est arrivé et que son jour est passé.
on-its-way-none = Rien n’est en route.
on-its-way-where = Où c’est
on-its-way-when = Quand
on-its-way-arrives = { $amount } arrive le { $date }.
on-its-way-available-on = { $amount } pourra être versé dès le { $date }.
on-its-way-in-balance = Dans votre solde chez Stripe.
on-its-way-payout = Versement à votre banque
on-its-way-payout-day = Attendu le { $date }
on-its-way-pending = Solde chez Stripe, pas encore disponible
on-its-way-pending-day = Peut être versé dès le { $date }
on-its-way-available = Solde chez Stripe, disponible
on-its-way-available-about = Part avec le prochain versement
on-its-way-clearing = Payé, pas encore dans le solde
on-its-way-clearing-about = Stripe n’a pas encore dit ce qu’il garde
on-its-way-arrived = Devrait être à votre banque
on-its-way-arrived-about = Stripe dit que ces versements sont arrivés et leur jour est passé : ils ne sont pas comptés ci-dessus. Personne ne les a encore trouvés sur un relevé.
on-its-way-to-find = { $count ->
    [one] Un versement à trouver sur votre relevé
   *[other] { $count } versements à trouver sur votre relevé
  }
figure-received-refunded = Ce qui est reparti, { $amount }, est déduit.
received-refunds = Reparti
received-refund = Remboursement
received-dispute = Litige perdu
on-its-way-taken-back = Reparti, sur le solde chez Stripe
on-its-way-taken-back-about = Sera déduit du prochain versement
