"""From a parsed sentence to deeds: triggers of the lexicon, their arguments, and what modality makes of them."""
