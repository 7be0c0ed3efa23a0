"""The mining domain: records of mines, and what is said of grades, reserves, permits and safety."""
