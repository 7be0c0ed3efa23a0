"""What does not belong into a stored trace whoever it is about: control sequences, hidden text, blobs, secrets."""
