"""How long what people said is kept: erased by the rule, or because they ask for it."""
