"""The shipped sites, one TOML file each."""
