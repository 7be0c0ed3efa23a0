"""What evaluators read out of plain text: words, sentences, numbers, names, and weighted cues. Nothing here knows a trace."""
