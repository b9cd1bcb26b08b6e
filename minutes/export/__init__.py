"""Minutes as documents in the Party's format: one Paper, printed as DOCX and as PDF with the same words."""
