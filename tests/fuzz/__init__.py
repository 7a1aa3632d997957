"""Every reader of strangers' bytes, under any bytes: see `targets` for the law that holds."""
