"""What evaluators read out of plain text: words, sentences, numbers, names, weighted cues. Nothing knows a trace."""
