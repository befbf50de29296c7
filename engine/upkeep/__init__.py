"""What an operator does with a whole installation: demo data, backup, restore, checks, moving house."""
