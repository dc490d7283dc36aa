"""An example of directives: a note inside a post that greets whoever reads it."""
