"""What may go wrong while `publish build` runs, done for real."""
