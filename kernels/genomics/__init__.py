"""What sequence analysis spends its hours on."""
