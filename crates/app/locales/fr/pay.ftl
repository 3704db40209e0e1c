# La page publique de la facture, la page de paiement, le retour et le reçu.

## La page publique
pay-title = Facture { $number } de { $seller }
pay-heading = Facture { $number }
pay-for-more =
    { $count ->
        [one] { $first } et { $count } autre
       *[other] { $first } et { $count } autres
    }
pay-due = À payer au plus tard le { $date }
pay-was-due = Échue depuis le { $date }
pay-issued = Émise le { $date }
pay-button = Payer { $amount }
pay-assure = Les données de la carte vont directement à Stripe, le prestataire de paiement. Ni nos serveurs ni { $seller } ne les reçoivent.
pay-assure-there = Vous payez sur une page de Stripe, le prestataire de paiement, puis vous revenez ici. Ni nos serveurs ni { $seller } ne reçoivent les données de la carte.
pay-processing-title = Votre banque traite encore le paiement
pay-processing-text = Nous vous écrirons dès que le paiement sera arrivé. Vous n’avez pas à payer une deuxième fois.
pay-paid-title = Payée
pay-paid-text = Rien n’est dû sur cette facture. Merci.
pay-see-receipt = Voir le reçu
pay-void-title = Cette facture a été annulée
pay-void-text = Rien n’est dû, et elle ne peut plus être payée.
pay-from = De
pay-to = À
pay-lines = Ce qui est facturé
pay-line-quantity = { $quantity } { $unit } à { $price }
pay-line-quantity-plain = { $quantity } à { $price }
pay-line-discount = Rabais de { $amount }
pay-paid-so-far = Déjà payé
pay-registration = No { $name } : { $number }
pay-register-gst = TPS/TVH
pay-register-qst = TVQ
pay-register-pst = TVP
pay-register-vat = TVA
pay-register-other = d’inscription
pay-reference = Votre référence
pay-issue-date = Date d’émission
pay-due-date = Date d’échéance
pay-pdf = Télécharger la facture (PDF)
pay-pdf-other = English version (PDF)
pay-print = Imprimer cette facture

## Autres façons de payer
pay-other-title = Autres façons de payer
pay-other-text = Demandez à { $seller } comment payer autrement, et indiquez le numéro de la facture pour que votre paiement soit reconnu.
pay-other-number = Numéro de la facture

## La page de paiement
pay-page-title = Payer la facture { $number }
pay-back = Retour à la facture
pay-form = Données de la carte
pay-form-loading = Chargement du formulaire de carte…
pay-busy = Paiement en cours…
pay-going = Vers la page de Stripe…
pay-no-script = Pour saisir une carte, votre navigateur doit exécuter le script de Stripe, le prestataire de paiement. Activez JavaScript et rechargez cette page, ou payez sur la page de Stripe ci-dessous. Rien n’a été débité.
pay-blocked = Le formulaire de carte de Stripe, le prestataire de paiement, n’a pas pu être chargé. Votre navigateur ou votre réseau le bloque peut-être. Rien n’a été débité. Payez sur la page de Stripe ci-dessous, ou autorisez js.stripe.com et rechargez cette page.
pay-there-title = Payer sur la page de Stripe
pay-there-text = Si le formulaire de carte n’apparaît pas, quelque chose le retient dans votre navigateur ou votre réseau. La page de Stripe s’en passe, et vous revenez ici après le paiement.
pay-there-act = Payer sur la page de Stripe
pay-onward-title = Vers la page de paiement
pay-onward-text = Vous payez sur { $host }, une page de Stripe, le prestataire de paiement, puis vous revenez ici. Rien n’a encore été débité.
pay-onward-act = Continuer vers le paiement
pay-unreachable = Nous n’avons pas pu joindre le prestataire de paiement. Rien ne vous a été débité. Attendez une minute, puis rechargez cette page. La recharger est sans risque.
pay-offline = Nous n’avons pas pu joindre le serveur. Rien ne vous a été débité. Vérifiez votre connexion, puis rechargez cette page. La recharger est sans risque.
pay-unknown = Nous ne savons pas encore si votre paiement a abouti. Nous interrogeons le prestataire de paiement, et la facture montrera le résultat. Ne payez pas de nouveau pour l’instant. Recharger cette page est sans risque.
pay-changed = Le montant dû a changé depuis que vous avez ouvert cette page. Il est maintenant de { $amount }. Rien n’a été débité. Vérifiez le nouveau montant avant de payer.
pay-renewed = Le formulaire de carte a dû être rechargé. Rien n’a été débité. Saisissez la carte encore une fois.
pay-no-offer = Cette facture ne peut plus être payée par carte ici. Rien n’a été débité. Payez d’une autre façon.
pay-refused = Le prestataire de paiement n’a pas accepté ce paiement. Rien ne vous a été débité. Payez d’une autre façon, ou écrivez à { $seller }.
pay-too-many = Il y a eu beaucoup de tentatives en peu de temps. Aucun montant n’a été prélevé. Attendez quelques minutes, puis rechargez cette page.
pay-incomplete = Certaines données de la carte manquent ou sont inexactes. Aucun montant n’a été prélevé. Vérifiez les champs signalés ci-dessous.
pay-not-confirmed = Le paiement n’a pas été mené à terme. Aucun montant n’a été prélevé. Réessayez, ou utilisez une autre carte.

## Une phrase par groupe de refus : ce qui est arrivé, si de l’argent a bougé, quoi faire
decline-number = Le numéro de la carte est inexact. Aucun montant n’a été prélevé. Vérifiez le numéro et réessayez.
decline-expiry = La carte est expirée, ou sa date d’expiration est inexacte. Aucun montant n’a été prélevé. Vérifiez la date, ou utilisez une autre carte.
decline-cvc = Le code de sécurité est inexact. Aucun montant n’a été prélevé. Vérifiez le code sur la carte et réessayez.
decline-postal-code = Le code postal ne correspond pas à la carte. Aucun montant n’a été prélevé. Saisissez le code postal de l’adresse de facturation de la carte et réessayez.
decline-not-enough-funds = Les fonds de la carte ne suffisent pas pour ce paiement, ou une limite est atteinte. Aucun montant n’a été prélevé. Essayez une autre carte, ou adressez-vous à votre banque.
decline-needs-confirmation = Votre banque vous demande de confirmer ce paiement, et cela n’a pas été fait. Aucun montant n’a été prélevé. Réessayez et confirmez auprès de votre banque, ou utilisez une autre carte.
decline-card-not-accepted = Ce type de carte n’est pas accepté pour ce paiement. Aucun montant n’a été prélevé. Essayez une autre carte.
decline-try-again-later = La banque n’a pas pu répondre pour l’instant. Aucun montant n’a été prélevé. Attendez quelques minutes et réessayez, ou utilisez une autre carte.
decline-general = Votre banque a refusé cette carte. Aucun montant n’a été prélevé. Essayez une autre carte, ou adressez-vous à votre banque.

## Le retour, quand l’issue n’est pas connue
pay-unknown-title = Nous ne savons pas encore si votre paiement a abouti
pay-unknown-what = Le prestataire de paiement ne peut pas être joint pour l’instant, et nous ne pouvons donc pas dire si votre argent a bougé.
pay-unknown-next = Ne payez pas de nouveau pour l’instant. Nous continuons de demander, et recharger cette page est sans risque.
pay-ask-again = Demander encore

## Le reçu
pay-refunded = Remboursé le { $date }
pay-refund-on-its-way = Remboursement en cours depuis le { $date }
pay-refunded-takes = Votre banque affiche l’argent après deux à dix jours.
pay-receipt-title = Reçu pour la facture { $number }
pay-receipt-paid = Payée
pay-receipt-partly = Paiement reçu
pay-receipt-still = { $amount } restent à payer sur cette facture.
pay-receipt-to = Payé à
pay-receipt-on = Date
pay-receipt-with = Mode de paiement
pay-receipt-card = Carte { $brand } se terminant par { $last4 }
pay-receipt-any-card = Carte
pay-receipt-other-method = { $how }, consigné par { $seller }
pay-receipt-whole = Partie d’un paiement de
pay-receipt-number = Numéro du reçu
pay-receipt-next = Un reçu est en route vers { $email }.
pay-receipt-next-no-email = Gardez cette page comme reçu. Son adresse ne change pas.
pay-receipt-questions = Des questions sur ce paiement ? Écrivez à { $seller }.
pay-receipt-invoice = Voir la facture
pay-receipt-print = Imprimer ce reçu

## Une partie du montant dû
pay-part-door = En payer une partie
pay-part-title = Payer une partie de la facture { $number }
pay-part-amount = Montant à payer maintenant
pay-part-hint = De { $smallest } à { $most }
pay-part-on = Continuer vers le paiement
pay-part-of = Une partie des { $due } à payer
pay-part-more = { $due } sont dus, pas davantage. Entrez ce montant ou moins.
pay-part-small = Une partie doit être d’au moins { $smallest }.
pay-part-rest = Il resterait trop peu pour un paiement par carte plus tard. Payez { $most } ou moins, ou la totalité.
pay-part-whole = Seule la totalité peut être payée en ligne.
pay-credited-title = Cette facture a été reprise
pay-credited-text = Une note de crédit la couvre en entier. Rien n’est dû.
pay-credited-so-far = Crédité
pay-credit-notes = Notes de crédit
