"""How the models that ship are trained. Nothing here runs in production."""
