"""Backup and restore of one installation: database, records, recordings and keys in one encrypted file."""
