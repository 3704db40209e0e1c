# Le vocabulaire commun : des mots qui servent à plusieurs pages. Peuvent rester inutilisés.

-product = Quittance

## Actes
save = Enregistrer
save-changes = Enregistrer les modifications
cancel = Annuler
back = Retour
continue = Continuer
search = Rechercher
show-all = Tout afficher
edit = Modifier
view = Voir
add = Ajouter
remove = Retirer
delete = Supprimer
send = Envoyer
copy = Copier
copied = Copié
print = Imprimer
download = Télécharger
close = Fermer
try-again = Réessayer
sign-in = Ouvrir une session
sign-out = Fermer la session
previous-page = Page précédente
next-page = Page suivante
skip-to-content = Aller au contenu

## Petits mots
yes = Oui
no = Non
none = Aucun
optional = facultatif
required = obligatoire
or = ou
from = De
to = À
date = Date
due = Échéance
name = Nom
email = Courriel
phone = Téléphone
address = Adresse
language = Langue
currency = Devise
customer = Client
invoice = Facture
number = Numéro
status = État
amount = Montant
amount-due = Montant dû
subtotal = Sous-total
discount = Rabais
tax = Taxe
total = Total
quantity = Quantité
unit-price = Prix unitaire
description = Description
notes = Notes
settings = Paramètres
language-en = Anglais
language-fr = Français
opens-in-new-tab = (s’ouvre dans un nouvel onglet)

## Les pastilles : un mot pour la situation d’une facture
standing-draft = Brouillon
standing-open = À payer
standing-due-today = Échéance aujourd’hui
standing-overdue = En retard
standing-processing = En traitement
standing-partly-paid = Payée en partie
standing-paid = Payée
standing-refunded = Remboursée
standing-partly-refunded = Remboursée en partie
standing-credited = Créditée
standing-disputed = Contestée
standing-void = Annulée
standing-written-off = Radiée

## Le temps. $distance vient de la locale : « dans 9 jours », « il y a 3 jours », « aujourd’hui ».
date-and-distance = { $date }, { $distance }
days =
    { $count ->
        [one] { $count } jour
       *[other] { $count } jours
    }

## Nombres
invoices-count =
    { $count ->
        [0] Aucune facture
        [one] { $count } facture
       *[other] { $count } factures
    }

## Erreurs
problem-heading = Il y a un problème
problem-heading-count =
    { $count ->
        [one] Il y a un problème
       *[other] Il y a { $count } problèmes
    }
error-prefix = Erreur :
field-empty = Remplissez ce champ.
field-too-long = Ce texte est trop long : { $most } caractères au plus.
field-not-a-number = Entrez un nombre, par exemple { $example }.
field-not-an-amount = Entrez un montant, par exemple { $example }.
field-not-a-date = Entrez une date, par exemple { $example }.
field-not-an-email = Entrez une adresse courriel, par exemple nom@exemple.com.
field-postal-code-canada = Un code postal canadien s’écrit comme H2X 1Y4.
field-postal-code-states = Un code ZIP a cinq chiffres, ou neuf : 02138 ou 02138-1234.
nothing-was-saved = Rien n’a été enregistré, et ce que vous avez saisi est toujours là.
no-money-moved = Aucune somme n’a été transférée.

## Bandeaux
band-demo = Démonstration
    .text = Ceci est une démonstration. Tout y est inventé, et aucune somme n’est transférée.
band-test = Mode test
    .text = Rien n’est réel ici : les paiements d’essai ne transfèrent aucune somme et ne règlent jamais une vraie facture.
