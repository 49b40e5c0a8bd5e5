"""What is asked of a machine: jobs, their formats and their generators. Knows no simulator."""
