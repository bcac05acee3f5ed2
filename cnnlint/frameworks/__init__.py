"""What each framework's names mean: one room per framework."""
