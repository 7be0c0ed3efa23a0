"""What evaluators read out of prose: quantities, doses, dates, deadlines, and whether something is denied."""
