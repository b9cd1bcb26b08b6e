"""The record of a meeting and what is made of it. No clock, no database, no network."""
