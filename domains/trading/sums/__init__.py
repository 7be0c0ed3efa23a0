"""What trading texts and records compute: read, worked out again, and compared with what they say."""
