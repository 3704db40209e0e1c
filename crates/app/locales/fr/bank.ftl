# Relevés de la banque du vendeur, et ce que sont leurs lignes.
bank-tab = Banque
bank-title = Relevé bancaire
bank-lead = Ce que votre banque a reçu, et ce que c’est : un versement de Stripe, ou le virement d’un client.
bank-none-yet = Aucun relevé pour l’instant. Importez le fichier CSV de votre banque : versements et virements trouvent leurs factures.
bank-views = Lignes par état
bank-view-open = À confirmer
bank-view-matched = Trouvées
bank-view-aside = Mises de côté
bank-view-all = Toutes
bank-none-open = Rien n’attend d’être confirmé.
bank-none-matched = Aucune ligne n’a encore été trouvée.
bank-none-aside = Aucune ligne n’est mise de côté.
bank-none = Aucune ligne.
bank-no-text = Sans libellé
bank-nothing-fits = Rien d’ouvert ne correspond.
bank-confirm-all = { $count ->
    [one] Confirmer celle qui est certaine
   *[other] Confirmer les { $count } qui sont certaines
  }
bank-confirm-all-about = Les versements sont marqués comme trouvés ; les virements sont inscrits comme paiements, et chaque client reçoit son reçu. Tout peut être annulé.

## Importation
bank-import-title = Importer un relevé
bank-import-lead = Téléchargez les opérations de votre compte en fichier CSV auprès de votre banque, et choisissez-le ici. Vous voyez comment il est lu avant que rien ne soit gardé.
bank-account = Nom du compte
bank-account-hint = Seulement si vous avez plusieurs comptes
bank-account-long = Le nom doit avoir { $most } lettres au plus
bank-currency = Devise du compte
bank-currency-hint = Là où le fichier n’en nomme pas
bank-file = Relevé
bank-file-hint = Un fichier CSV, 2 Mo au plus
bank-file-choose = Choisissez le fichier de votre banque
bank-upload-act = Lire le fichier
bank-upload-busy = Lecture…
bank-imported-before = Ce fichier a été importé le { $date }. Rien n’a été ajouté.
bank-preview-title = Est-il lu comme il faut ?
bank-fact-file = Fichier
bank-fact-days = Jours
bank-fact-lines = Lignes
bank-from-to = { $from } au { $to }
bank-new-and-known = { $new } nouvelles, { $known } déjà là
bank-more-lines = { $count ->
    [one] Et une ligne de plus.
   *[other] Et { $count } lignes de plus.
  }
bank-unsure = Le fichier ne dit pas ce que sont ses colonnes. Vérifiez les lignes, et choisissez d’autres colonnes si elles sont fausses.
bank-lookalikes = { $count ->
    [one] Une ligne nouvelle a le jour et le montant d’une ligne déjà là sous un autre libellé. Choisissez les mêmes colonnes que la dernière fois, sinon elle sera en double.
   *[other] { $count } lignes nouvelles ont le jour et le montant de lignes déjà là sous un autre libellé. Choisissez les mêmes colonnes que la dernière fois, sinon elles seront en double.
  }
bank-columns = Colonnes
bank-column = Colonne { $number }
bank-column-date = Jour
bank-column-amount = Montant
bank-column-amount-hint = Une colonne avec un signe, ou une pour les sorties et une pour les entrées
bank-column-currencies = Une colonne par devise
bank-column-out = Sorties
bank-column-into = Entrées
bank-column-text = Libellé
bank-order = Ordre dans les dates
bank-order-by-file = Selon le fichier
bank-order-day = Jour d’abord (31/12)
bank-order-month = Mois d’abord (12/31)
bank-mark = Signe des décimales
bank-mark-by-file = Selon le fichier
bank-mark-point = Point (1.50)
bank-mark-comma = Virgule (1,50)
bank-look-again = Relire
bank-import-act = { $count ->
    [0] Rien de nouveau à importer
    [one] Importer une ligne
   *[other] Importer { $count } lignes
  }
bank-import-plain = Importer les lignes
bank-imported = { $count ->
    [0] Toutes les lignes du fichier étaient déjà là. Rien n’a été ajouté.
    [one] Une ligne a été ajoutée.
   *[other] { $count } lignes ont été ajoutées.
  }
bank-forget = Ne pas importer ce fichier
bank-forgotten = Le fichier n’a pas été importé. Rien n’en est gardé.

## Refusé
bank-refused-empty = Le fichier est vide. Téléchargez-le de nouveau auprès de votre banque.
bank-refused-too-large = Le fichier dépasse { $most } Mo. Téléchargez une période plus courte.
bank-refused-too-many = Le fichier a plus de { $most } lignes. Téléchargez une période plus courte.
bank-refused-workbook = C’est un classeur de tableur, pas un fichier CSV. Téléchargez le fichier CSV, ou enregistrez la feuille en CSV.
bank-refused-pdf = C’est un PDF. Téléchargez plutôt les opérations en fichier CSV.
bank-refused-web-page = C’est une page web, sans doute la page de connexion de votre banque. Connectez-vous à votre banque et téléchargez de nouveau le fichier CSV.
bank-refused-not-text = Ce fichier n’est pas un fichier texte : ce ne peut être un relevé. Téléchargez les opérations en fichier CSV.
bank-refused-lost-letters = À la ligne { $line }, des lettres se sont perdues avant que le fichier n’arrive ici : il a été enregistré dans le mauvais encodage. Téléchargez-le de nouveau, sans l’ouvrir entre-temps.
bank-refused-open-quote = À la ligne { $line }, un guillemet s’ouvre et ne se ferme pas : on ne peut plus distinguer les lignes qui suivent. Téléchargez de nouveau le fichier.
bank-refused-no-statement = Ce fichier n’a ni colonne de dates ni colonne de montants : ce n’est pas un relevé. Téléchargez les opérations en fichier CSV.
bank-refused-cut-short = La ligne { $line } est plus courte que les colonnes qui sont lues. Le fichier a peut-être été coupé ; téléchargez-le de nouveau.
bank-refused-bad-date = Ligne { $line } : « { $text } » n’est pas une date
bank-refused-dates-ambiguous = « { $text } » peut avoir le jour ou le mois d’abord, et rien dans le fichier ne le dit. Choisissez l’ordre.
bank-refused-bad-amount = Ligne { $line } : « { $text } » n’est pas un montant
bank-refused-amounts-ambiguous = « { $text } » peut être des milliers ou des décimales, et rien dans le fichier ne le dit. Choisissez le signe des décimales.
bank-refused-bad-currency = Ligne { $line } : « { $text } » n’est pas une devise
bank-refused-no-lines = Aucune ligne du fichier n’a de montant.

## Ce que peut être une ligne
bank-line-title = Ligne du relevé
bank-may-be = Ce que ce peut être
bank-certain = Certain
bank-likely = Probable
bank-possible = Possible
bank-is-payout = Versement du { $date }
bank-is-invoice = { $count ->
    [one] Facture { $number }, { $customer }, { $due } à payer
   *[other] Factures { $number }, { $customer }, { $due } à payer
  }
bank-why-same-amount = le montant est le même
bank-why-part = c’est une partie de ce qui est dû
bank-why-more = c’est plus que ce qui est dû
bank-why-arrival = il est arrivé quand on l’attendait
bank-why-provider = la banque nomme Stripe
bank-why-number = la banque nomme la facture
bank-why-customer = la banque nomme le client
bank-why-several = plusieurs factures d’un client y correspondent
bank-why-not-only = autre chose correspond aussi
bank-why-other-line = une autre ligne correspond aussi
bank-why-under-way = un paiement par carte ou prélèvement est en cours
bank-rest-kept = { $amount } est gardé comme crédit du client.
bank-confirm-payout = Marquer le versement comme trouvé
bank-confirm-payment = Inscrire { $amount }
bank-booked = { $amount } est confirmé.
bank-booked-many = { $count ->
    [0] Aucune ligne n’a été confirmée.
    [one] Une ligne est confirmée.
   *[other] { $count } lignes sont confirmées.
  }
bank-wait-many = { $count ->
    [one] Une n’est plus certaine, ou n’a pu être inscrite, et attend.
   *[other] { $count } ne sont plus certaines, ou n’ont pu être inscrites, et attendent.
  }
bank-choose = Choisissez ce qu’est la ligne. Rien n’a été inscrit.
bank-unreachable = Stripe est injoignable, et quelqu’un paie peut-être cette facture en ligne. Rien n’a été inscrit. Réessayez dans une minute.
bank-not-open = Cette ligne a été réglée entre-temps. Rien n’a été changé.
bank-gone = Ce que cette ligne devait être n’est plus ouvert, ou est d’un autre montant. Rien n’a été inscrit.
bank-payout-too-early = Le versement a été fait après le jour de cette ligne. Rien n’a été inscrit.
bank-rest-changed = Il est venu plus que ce qui est dû maintenant. Rien n’a été inscrit. Inscrivez le paiement sur la facture, où vous pouvez convenir de garder le reste comme crédit.
bank-cannot-pay = Cette ligne ne peut pas payer cela. Rien n’a été inscrit.
bank-other = Autre chose
bank-aside-about = Ni un versement, ni l’argent d’un client : elle est gardée, hors du chemin.
bank-aside-act = Mettre de côté
bank-set-aside = La ligne a été mise de côté.
bank-is-aside = Cette ligne est mise de côté : ni un versement, ni l’argent d’un client.
bank-open-act = La revoir
bank-opened-again = La ligne attend de nouveau d’être confirmée.
bank-chip-matched = Trouvée
bank-chip-aside = Mise de côté
bank-settled-payout = Versement de Stripe
bank-settled-payment = Paiement d’un client
bank-settled-by = Confirmé par { $name }, { $when }
bank-not-it = Ce n’est pas ce versement
bank-undo-payment = Un paiement inscrit se reprend avec un motif ; la ligne attend alors de nouveau.
bank-undo-payment-act = Reprendre le paiement

## Les importations, et comment en annuler une
bank-imports-title = Relevés importés
bank-imports-lead = Tous les fichiers importés. Ouvrez-en un pour l’annuler.
bank-import-unnamed = Fichier sans nom
bank-imported-when = Importé
bank-import-about = Importé par { $name }, { $when }
bank-undo-title = Importation de { $file }
bank-undo-what = Annuler cette importation
bank-undo-about = Les lignes que personne n’a confirmées sont retirées, celles mises de côté aussi. Une ligne qui figure aussi sur un autre relevé reste. Aucun argent ne bouge. Le même fichier peut être importé de nouveau.
bank-undo-going = Lignes retirées
bank-undo-kept = Lignes confirmées, qui restent
bank-undo-kept-about = Quelque chose a été inscrit pour chacune. Pour en annuler une, ouvrez-la et revenez en arrière là ; elle peut ensuite être retirée ici.
bank-undo-act = { $count ->
    [0] Annuler cette importation
    [one] Annuler : retirer une ligne
   *[other] Annuler : retirer { $count } lignes
  }
bank-undone = { $count ->
    [0] L’importation est annulée. Elle n’avait ajouté aucune ligne à retirer.
    [one] L’importation est annulée : une ligne a été retirée.
   *[other] L’importation est annulée : { $count } lignes ont été retirées.
  }
bank-undone-left = { $count ->
    [one] Une ligne est confirmée et reste ; elle figure ici.
   *[other] { $count } lignes sont confirmées et restent ; elles figurent ici.
  }
bank-undone-by = Annulée par { $name }, { $when }
