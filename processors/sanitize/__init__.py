"""Finding personal data in traces and putting consistent pseudonyms in its place."""
