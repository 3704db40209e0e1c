password = Mot de passe
password-hint = Au moins 8 caractères. Quelques mots mis bout à bout se retiennent bien
password-too-short = Utilisez au moins { $least } caractères.
password-too-long = Utilisez entre { $least } et 1000 caractères.
password-too-common = C’est l’un des premiers mots de passe que des inconnus essaient. Choisissez-en un autre, d’au moins { $least } caractères.
sign-in-email-empty = Entrez votre adresse courriel.
sign-in-password-empty = Entrez votre mot de passe.
sign-in-wrong = L’adresse courriel ou le mot de passe est inexact.
sign-in-too-many =
    { $minutes ->
        [one] Il y a eu trop d’essais. Attendez une minute, puis réessayez.
       *[other] Il y a eu trop d’essais. Attendez { $minutes } minutes, puis réessayez.
    }
sign-in-new = Personne ne peut encore ouvrir de session. Ouvrez le lien de mise en route affiché dans le terminal où Quittance a été lancé.
signed-out = Votre session est fermée.
first-run-step = Étape { $step } sur 4
first-run-link-used = Ce lien de mise en route a déjà servi. Ouvrez une session avec le compte ainsi créé.
first-run-you = Qui êtes-vous ?
first-run-you-lead = Vous serez propriétaire de cette installation. Cela prend environ deux minutes, et tout pourra être modifié plus tard.
first-run-name = Votre nom
first-run-name-empty = Entrez votre nom.
first-run-email-hint = Elle vous servira à ouvrir une session
first-run-language = Langue
first-run-create = Créer votre compte
save-and-continue = Enregistrer et continuer
first-run-business-lead = Voici ce qui figurera en tête de vos factures.
first-run-payment = Paiement en ligne
first-run-payment-lead = Avec deux clés de votre compte Stripe, vos clients pourront payer par carte de crédit depuis la facture que vous leur envoyez. Cela prend environ cinq minutes.
first-run-payment-safe = Les numéros de carte ne passent jamais par Quittance : vos clients les saisissent dans des champs fournis par Stripe. Stripe prélève son pourcentage habituel, et Quittance n’y ajoute rien.
first-run-payment-now = Configurer le paiement en ligne
first-run-payment-later = Plus tard
