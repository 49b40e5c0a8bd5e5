"""What research and records groups spend their hours on."""
