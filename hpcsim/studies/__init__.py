"""Many runs: replicate, compare, sweep, size, predict."""
