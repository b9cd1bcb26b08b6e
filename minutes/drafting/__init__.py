"""From what was said and what the room recorded to minutes: pure rules, no clock, no network, no model."""
