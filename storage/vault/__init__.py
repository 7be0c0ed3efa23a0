"""The vault: which random token stands for which value, the value sealed, and who asked for it back."""
