"""Page to article: decoding, text by consensus, typed blocks, the article's date and metadata, near-duplicates."""
