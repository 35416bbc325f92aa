"""The articles as the page shows and changes them: uploads, removal and undo, questions to begin with."""
