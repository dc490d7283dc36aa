"""Names of code languages that become a class; a closed list, so that both walls can check it."""

_NAMES = """
ada apache asm awk bash bat c clojure cmake cobol console cpp crystal cs csharp css csv cypher
d dart diff docker dockerfile elixir elm erlang fortran fsharp git go graphql groovy haskell
html http ini java javascript jinja js json jsx julia kotlin latex less lisp lua makefile
markdown matlab md mermaid nginx nim nix objc ocaml pascal perl php plaintext powershell
prolog proto ps1 py python r rb rs rst ruby rust sass scala scheme scss sh shell solidity
sparql sql svg swift tcl terraform tex text toml ts tsx txt typescript vb vim vue xml yaml yml
zig
"""
LANGUAGES = frozenset(_NAMES.split())
