# L’espace client : un lien par courriel, puis les factures du client.

area-title = Vos factures
area-ask-text = Saisissez l’adresse courriel à laquelle vos factures sont envoyées. Nous y enverrons un lien qui les ouvre, sans mot de passe.
area-email = Adresse courriel
area-email-empty = Saisissez votre adresse courriel
area-email-wrong = Saisissez une adresse courriel de la forme nom@exemple.com
area-ask = M’envoyer le lien
area-sent-title = Consultez vos courriels
area-sent-text = Si des factures sont envoyées à l’adresse que vous avez saisie, un lien est en route. Il sert une seule fois, pendant 30 minutes.
area-sent-nothing = Rien n’est arrivé ? Regardez dans les indésirables, vérifiez l’adresse, ou adressez-vous à la personne qui vous a facturé.
area-sent-again = Utiliser une autre adresse
area-open-title = Ouvrir vos factures
area-open-text = Ce lien sert une seule fois. Appuyez sur le bouton pour ouvrir vos factures dans ce navigateur.
area-open = Ouvrir mes factures
area-link-dead-title = Ce lien ne fonctionne plus
area-link-dead-text = Un lien sert une seule fois, pendant 30 minutes. Demandez-en un nouveau.
area-link-dead-act = M’envoyer un nouveau lien
area-list-for = Factures envoyées à { $email }
area-list-empty = Aucune facture n’a encore été émise pour cette adresse.
area-list-open = Ouvrir
area-list-due = à payer au plus tard le { $date }
area-leave = Fermer sur cet appareil

## Plusieurs à la fois
area-several-act = Payer les factures choisies
area-several-title = Payer plusieurs factures
area-several-none = Choisissez les factures que vous voulez payer.
area-several-currencies = Ces factures sont en devises différentes. Payez ensemble celles d’une même devise.
area-several-not-now = Ces factures ne peuvent être payées par carte ici pour l’instant. Rien n’a été débité.
area-back = Retour à vos factures
area-receipt-title = Reçu { $number }
area-receipt-what = Ce qui a été payé
area-receipt-credit = Gardé comme votre crédit
