"""What is done to a trace: sanitise it, evaluate it, decide. No Kafka, no SQL, no HTTP server."""
