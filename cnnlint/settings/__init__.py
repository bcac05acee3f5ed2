"""What the user asked for: configuration files, overridden by the command line."""
