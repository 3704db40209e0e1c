settings-mail = Courriel
settings-mail-about = Le serveur de courriel qui envoie vos factures et vos reçus.
