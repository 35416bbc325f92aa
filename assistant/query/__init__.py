"""The question: what kind of answer it asks for, what it counts, and the whole question that a follow-up stands for."""
