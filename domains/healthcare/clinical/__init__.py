"""What evaluators of healthcare read from a trace: drugs, the patient, advice, doses."""
