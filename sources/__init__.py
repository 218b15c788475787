"""One TOML file for each place where news is found; adding a source is adding a file and editing none.

1. Copy a file of this folder; its new name is the source's id (small letters, digits, '-' and '_').
2. Say where to look: `kind` is folder, feed, sitemap, listing or warc; `location` is a web address, or a path
   counted from the TOML file. `language`, `country` and `timezone` are the source's own: a weekday on its pages
   is a day in its zone. `day_first` settles 02/03/2026.
3. Be a good guest: `contact` goes into the user agent, `[politeness]` holds the pauses and the caps.
4. Say what a good night looks like in `[expect]`; a night outside it is told, or stopped with `stops = true`.
5. `dateline sources check` names every mistake with its file, key and cure. `dateline run <id>` tries it.

All keys with their meaning stand in `docs/operations.md` (Add a source), and with their types in `schemas/source.py`.
"""
