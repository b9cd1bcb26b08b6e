"""What is kept: the log of every meeting, and beside it plain tables of people, accounts, links and files."""
