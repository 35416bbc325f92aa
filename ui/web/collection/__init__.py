"""The articles as the page changes them: uploads, removal and undo; and example questions."""
