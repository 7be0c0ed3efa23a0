"""Trains the tagger of names, places and organisations: `python -m training.names`."""
