"""How the verbs of the money's road are offered, a file per noun."""
