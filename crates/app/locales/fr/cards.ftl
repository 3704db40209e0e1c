# Les cartes enregistrées : ce que le payeur accepte, les pages de l’espace client, ce que voit le vendeur, et les lettres.

## Ce que le payeur accepte. Changer un mot, c’est changer WORDS_VERSION dans cards/consent.rs
saved-legend = Pour la prochaine fois
consent-keep = Conserver cette carte chez Stripe, afin que je puisse payer les prochaines factures de { $seller } à { $customer } sans la saisir de nouveau. Je peux la retirer en tout temps dans l’espace client.
consent-autopay = Payer automatiquement avec cette carte les prochaines factures de { $seller } à { $customer } : à l’échéance de chaque facture, le montant alors dû. { $seller } me prévient par courriel au moins 2 jours avant chaque prélèvement. J’autorise { $seller } à transmettre ces instructions à la banque qui a émis ma carte. Je peux y mettre fin en tout temps dans l’espace client.

## Dans l’espace client
area-cards-door = Vos cartes et le paiement automatique
area-cards-title = Vos cartes
area-cards-text = Les cartes que vous conservez pour les factures de { $seller }. La carte elle-même est chez Stripe ; ce que vous voyez ici est tout ce que nous en savons.
area-cards-empty = Aucune carte n’est conservée.
area-cards-back = Retour à vos cartes
saved-good-until = Valable jusqu’à { $month }
saved-chip-expired = Expirée
saved-chip-expires-soon = Expire bientôt
saved-what-was-agreed = Ce qui a été accepté
area-autopay-since = Paie les factures automatiquement à leur échéance, depuis le { $day }
area-autopay-start = Payer automatiquement
area-autopay-stop = Arrêter le paiement automatique
area-autopay-title = Payer les factures automatiquement
area-autopay-with = Avec { $card }
area-autopay-do = Commencer le paiement automatique
area-autopay-agree-first = Cochez la case pour accepter. Rien n’a changé.
area-autopay-on = Les factures sont désormais payées automatiquement avec { $card }, à leur échéance. Nous vous prévenons avant chaque prélèvement.
area-autopay-stopped = Le paiement automatique est arrêté. Aucun prélèvement ne commence plus. Votre carte est toujours conservée.
area-card-add = Ajouter une carte
area-card-add-title = Ajouter une carte
area-card-add-text = Rien n’est prélevé maintenant.
area-card-agree = En l’ajoutant, vous acceptez :
area-card-add-do = Conserver cette carte
area-card-adding = Enregistrement de la carte…
area-card-added = Votre carte est conservée.
area-card-blocked = Le formulaire de carte de Stripe, le prestataire de paiement, n’a pas pu être chargé. Votre navigateur ou votre réseau le bloque peut-être. Rien n’a été conservé. Autorisez js.stripe.com et rechargez cette page.
area-card-no-script = Pour saisir une carte, votre navigateur doit exécuter le script de Stripe, le prestataire de paiement. Activez JavaScript et rechargez cette page. Rien n’a été conservé.
area-card-not-added = La carte n’a pas été conservée. Rien n’a été prélevé. Réessayez, ou utilisez une autre carte.
area-card-unknown = Nous ne savons pas encore si votre carte a été conservée. Rien n’a été prélevé. Elle apparaîtra ici dès que Stripe nous le dira.
area-card-remove = Retirer
area-card-remove-title = Retirer { $card } ?
area-card-remove-text = Elle ne pourra plus servir ici, et elle est retirée chez Stripe. Les factures que vous avez payées avec elle restent payées.
area-card-remove-autopay = Cette carte paie vos factures automatiquement. Cela cesse aussi : vous devrez les payer vous-même.
area-card-remove-do = Retirer { $card }
area-card-removed = { $card } a été retirée. Elle ne peut plus être débitée ici.
pay-not-kept = Cette carte ne peut pas être conservée en ce moment. Rien n’a été prélevé. Décochez les cases pour payer sans la conserver.
pay-test-keeps-none = En mode test, aucune carte n’est conservée. Avec des clés réelles, les clients peuvent conserver la leur ici.

## Payer avec une carte conservée
area-kept-door = Payer
area-kept-pay = Payer { $amount } avec { $card }
area-kept-or = Ou avec une autre carte
area-kept-gone = Cette carte ne peut plus servir ici. Rien n’a été prélevé. Choisissez une autre façon de payer.
area-kept-bank-title = Votre banque vous demande de confirmer
area-kept-bank-text = Rien n’a encore été prélevé. Confirmez le paiement auprès de votre banque ; vous revenez ici ensuite.
area-kept-bank-go = Confirmer auprès de la banque

## Ce que voit le vendeur
saved-title = Cartes enregistrées
saved-none = Aucune carte n’est conservée. Les clients en conservent une en payant, ou dans l’espace client ; personne d’autre ne le peut.
saved-card = Carte
saved-expires = Valable jusqu’à
saved-kept-on = Conservée le
saved-autopay = Paiement automatique
saved-autopay-on = À l’échéance, depuis le { $day }
saved-autopay-off = Non
saved-consents = Ce qui a été accepté
saved-consent-pay-page = sur la page d’une facture
saved-consent-area = dans l’espace client, en tant que { $email }
saved-consent-given = Accepté le { $day }, { $where }
saved-consent-ended = Pris fin le { $day } : { $who }
saved-ended-by-payer = par le client
saved-ended-by-seller = par vous
saved-ended-by-stripe = la carte n’est plus chez Stripe
saved-ended-by-another = un autre accord l’a remplacé
saved-remove-title = Retirer { $card } ?
saved-remove-text = La carte ne pourra plus être débitée d’ici, et elle est retirée chez Stripe. Les paiements déjà faits avec elle restent comme ils sont. Seul le client peut la conserver de nouveau.
saved-remove-autopay = Cette carte paie d’elle-même les factures de { $customer } à leur échéance. Cela cesse aussi.
saved-remove-mailed = Le client est prévenu à { $email }.
saved-remove-no-mail = Le client n’a pas d’adresse courriel ici : prévenez-le vous-même.
saved-removed = { $card } a été retirée. Elle ne peut plus être débitée.

## La lettre quand le vendeur l’a retirée
removed-letter-subject = { $card } n’est plus conservée pour les factures de { $business }
removed-letter-first = { $business } a retiré { $card }. Elle ne peut plus être débitée pour ses factures.
removed-letter-do = Si elle payait vos factures d’elle-même, cela a cessé : payez les prochaines vous-même. Vous pouvez conserver une carte de nouveau en payant.

## La lettre qui le confirme
saved-letter-subject = { $card } est conservée pour les factures de { $business }
saved-letter-first = Vous conservez { $card } pour les factures de { $business }. Voici ce qui a été accepté :
saved-letter-card = Carte
saved-letter-not-you = Si ce n’était pas vous, ou si vous avez changé d’avis, ouvrez vos factures et retirez la carte. Rien n’est prélevé une fois qu’elle est retirée.
saved-letter-act = Ouvrir mes factures
