"""English: the lexicon, stems, clauses, synonyms. Imports nothing else of assistant/."""
