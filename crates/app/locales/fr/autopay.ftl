# Le paiement automatique : ce que lit le vendeur, et ses lettres.

## Où il en est, pour le vendeur
autopay-planned = Sera prélevée le { $day }
autopay-held = Pas prélevée pour l’instant : { $why }
autopay-awaits-payer = Le client a été invité à la payer lui-même
autopay-gave-up = N’a pas pu être prélevée : { $why }
autopay-label = Paiement automatique
autopay-last-try = Dernier prélèvement
autopay-tried-paid = { $amount } le { $day } : payé
autopay-tried-processing = { $amount } le { $day } : une banque y travaille
autopay-tried-started = { $amount } le { $day } : pas encore connu
autopay-tried-declined = { $amount } le { $day } : refusé ({ $code })
autopay-why = Raison
autopay-why-nothing-due = rien n’est dû
autopay-why-no-consent = le client n’a pas accepté, ou n’accepte plus
autopay-why-due-before = elle était échue avant que le client accepte
autopay-why-returned = de l’argent a été rendu pour elle
autopay-why-processing = une banque travaille à un paiement
autopay-why-disputed = une banque s’interroge sur un paiement
autopay-why-not-offered = elle ne peut pas être payée en ligne en ce moment
autopay-why-not-told = le client n’a pas pu être prévenu
autopay-why-card-over = la carte a expiré
autopay-why-card-refused = la banque ne veut plus être sollicitée pour cette carte
autopay-why-declined = la carte a été refusée plusieurs fois
autopay-why-payer-away = le client a été invité à payer, et ne l’a pas fait
needs-autopay = Le paiement automatique de { $number } n’a pas fonctionné
needs-autopay-about = { $customer }, { $amount } : { $why }. Le client sait comment payer ; vous pouvez lui écrire.

## Historique d’une facture
invoices-history-autopay-notice = { $address } a été prévenu du prélèvement à venir
invoices-history-autopay-card-ends = Une autre carte a été demandée à { $address }
invoices-history-autopay-confirm = { $address } a été invité à confirmer le paiement auprès de sa banque
invoices-history-autopay-declined = { $address } sait que la carte a été refusée, et comment payer
invoices-history-autopay-tries-again = { $address } sait que la carte a été refusée et sera essayée de nouveau
invoices-history-autopay-gave-up = Le paiement automatique n’a pas fonctionné

## Au payeur
autopay-notice-subject = { $amount } seront prélevés le { $date } pour la facture { $number }
autopay-notice-first = Comme convenu, { $business } débitera { $card } pour la facture { $number } le { $date }.
autopay-notice-nothing = Vous n’avez rien à faire. Si vous en payez une partie ou le tout d’ici là, seul le reste est prélevé.
autopay-letter-stop = Pour arrêter le paiement automatique ou utiliser une autre carte, ouvrez vos factures à { $area }.
autopay-card-ends-subject = { $card } expire avant l’échéance de la facture { $number }
autopay-card-ends-first = { $business } ne pourra pas débiter { $card } pour la facture { $number } le { $date } : la carte aura expiré.
autopay-card-ends-do = Ajoutez une autre carte et acceptez le paiement automatique avec elle, ou payez la facture vous-même.
autopay-confirm-subject = Confirmez votre paiement de { $amount } pour la facture { $number }
autopay-confirm-first = Votre banque vous demande de confirmer le paiement de la facture { $number } à { $business }. Rien n’a été prélevé.
autopay-confirm-do = Ouvrez le paiement et confirmez-le auprès de votre banque. Nous n’essayons plus de nous-mêmes.
autopay-confirm-act = Confirmer le paiement
autopay-declined-subject = Le paiement de { $amount } pour la facture { $number } n’a pas abouti
autopay-declined-first = Votre banque a refusé { $card } pour la facture { $number } de { $business }. Rien n’a été prélevé.
autopay-declined-do = Veuillez payer la facture vous-même, avec une autre carte ou autrement.
autopay-declined-card = Demandez la raison à votre banque si vous voulez la connaître ; elle ne nous la dit pas.
autopay-declined-act = Payer la facture
autopay-again-when = Nous essayons de nouveau le { $date }.
autopay-again-or = Vous pouvez aussi la payer maintenant, avec une autre carte ou autrement ; rien n’est alors prélevé de nouveau.

## Au vendeur
autopay-gave-up-subject = La facture { $number } n’a pas pu être prélevée : { $amount }
autopay-gave-up-first = La carte de { $customer } n’a pas pu être débitée pour la facture { $number }. Aucun argent n’a bougé.
autopay-gave-up-do = Votre client sait comment la payer. Rien d’autre n’est tenté de soi-même, sauf s’il ajoute une autre carte.
