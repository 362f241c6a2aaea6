"""The embedded world of base year 2023: published figures (facts/), what balances them, and the file that ships."""
