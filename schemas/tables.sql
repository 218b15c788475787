-- The warehouse. Each column is told once: name, type, and after the dashes what it means.
-- flows/warehouse reads the comments into the database (COMMENT ON), docs/schema.md is made from this file,
-- and tests hold the columns and schemas/records.py together. Instants (_at) are UTC without a zone.
-- A change here needs a numbered file in schemas/migrations/ that brings older databases to the same shape.
-- Tables that grow with the news have no PRIMARY KEY: DuckDB holds the index of a table that is written to in memory, whole.
-- A load keeps their rows unique by deleting what it is about to insert (flows/warehouse/load.py).

-- What the fetch knew of every page that was asked for, and what became of it. One row per address and source.
CREATE TABLE pages (
    url VARCHAR NOT NULL,                    -- address as asked for; a file's path for folder sources
    source_id VARCHAR NOT NULL,              -- stem of the source's TOML file
    page_id VARCHAR NOT NULL,                -- digest of address and body; names the archived copy
    final_url VARCHAR NOT NULL,              -- address after redirects
    fetched_at TIMESTAMP NOT NULL,           -- when the body was received
    status SMALLINT NOT NULL,                -- HTTP status; 200 for files
    etag VARCHAR NOT NULL,                   -- the server's ETag, sent back to ask whether the page changed; for files size and change time
    last_modified VARCHAR NOT NULL,          -- the server's Last-Modified, sent back likewise
    listed_at TIMESTAMP,                     -- date that the feed or sitemap gave
    outcome VARCHAR NOT NULL,                -- article, or the reason why none was found (see rejects)
    article_id VARCHAR NOT NULL,             -- article that the page became; empty: none
    run_id VARCHAR NOT NULL                  -- run that asked
);

-- The text of a page in typed blocks, with its date and how that is known. One row per version; one version is current.
CREATE TABLE articles (
    article_id VARCHAR NOT NULL,             -- digest of the canonical address
    version VARCHAR NOT NULL,                -- digest of the text
    source_id VARCHAR NOT NULL,              -- stem of the source's TOML file
    page_id VARCHAR NOT NULL,                -- archived page that the text was taken from
    url VARCHAR NOT NULL,                    -- address as asked for
    canonical_url VARCHAR NOT NULL,          -- address without tracking, as the page names itself
    title VARCHAR NOT NULL,                  -- headline
    text VARCHAR NOT NULL,                   -- all blocks, junk included; the offsets of mentions point here
    blocks VARCHAR NOT NULL,                 -- JSON list of [kind, start, end]; together they cover the text
    published_start DATE,                    -- first day on which it may have been published; null: unknown
    published_end DATE,                      -- day after the last such day
    published_precision VARCHAR NOT NULL,    -- day, month, year, range or unknown
    published_basis VARCHAR NOT NULL,        -- where the date was found: given, json_ld, meta, time_element, feed, sitemap, url, byline ...
    published_edtf VARCHAR NOT NULL,         -- the same in EDTF (ISO 8601-2:2019)
    published_text VARCHAR NOT NULL,         -- the words that the date was read from
    published_text_start INTEGER,            -- where those words begin, characters of the text
    published_text_end INTEGER,              -- where they end, exclusive
    published_at TIMESTAMP,                  -- instant of publication where the page tells one
    authors VARCHAR[] NOT NULL,              -- who wrote it
    site_name VARCHAR NOT NULL,              -- what the site calls itself
    language VARCHAR NOT NULL,               -- ISO 639-1
    country VARCHAR NOT NULL,                -- of the source, ISO 3166-1 alpha-2
    is_paywalled BOOLEAN NOT NULL,           -- true: part of the text was not shown
    embeds VARCHAR NOT NULL,                 -- JSON list of [start, end, author, day]: posts of others inside the page
    date_candidates VARCHAR NOT NULL,        -- JSON list of [start, end, precision, basis, edtf, text]: all dates that the page offered
    fetched_at TIMESTAMP,                    -- when the page was received
    duplicate_of VARCHAR NOT NULL,           -- article_id of the first copy seen; empty: this is the first
    is_current BOOLEAN NOT NULL,             -- false: a later version of the same article was loaded
    gone_at TIMESTAMP,                       -- when the server said that the page is no more (404 or 410); its events stay; null: it stands
    run_id VARCHAR NOT NULL                  -- run that loaded the row
);

-- One reading of one event in one sentence. The truth; events are computed from it.
CREATE TABLE mentions (
    mention_id VARCHAR NOT NULL,             -- digest of article, version, trigger, code and actors
    article_id VARCHAR NOT NULL,             -- article that the sentence stands in
    version VARCHAR NOT NULL,                -- version of that article
    source_id VARCHAR NOT NULL,              -- stem of the news source's TOML file
    sentence_number INTEGER NOT NULL,        -- 1-based in the article
    trigger_start INTEGER NOT NULL,          -- where the words that name the deed begin, characters of the article's text
    trigger_end INTEGER NOT NULL,            -- where they end, exclusive
    evidence_start INTEGER NOT NULL,         -- where the sentence begins, characters of the article's text
    evidence_end INTEGER NOT NULL,           -- where it ends, exclusive
    evidence VARCHAR NOT NULL,               -- the sentence itself
    code VARCHAR NOT NULL,                   -- CAMEO code of the deed, two to four digits
    source_code VARCHAR,                     -- CAMEO code of the doer, e.g. SRBGOV; empty: the words name nobody known, null: nobody named
    source_name VARCHAR,                     -- canonical name of the doer
    source_text VARCHAR,                     -- the words that name the doer
    source_start INTEGER,                    -- where those words begin, characters of the article's text
    source_end INTEGER,                      -- where they end, exclusive
    source_country VARCHAR,                  -- CAMEO country of the doer, three letters
    source_known_group VARCHAR,              -- CAMEO code of the doer when it is a known organisation
    source_ethnic VARCHAR,                   -- CAMEO ethnic group of the doer
    source_religion1 VARCHAR,                -- CAMEO religion of the doer
    source_religion2 VARCHAR,                -- CAMEO denomination of the doer
    source_type1 VARCHAR,                    -- first CAMEO role of the doer: GOV, MIL, COP, REB ...
    source_type2 VARCHAR,                    -- second CAMEO role of the doer
    source_type3 VARCHAR,                    -- third CAMEO role of the doer
    source_basis VARCHAR,                    -- rule that found the doer: name, title, demonym, metonym, organisation, role, pronoun
    target_code VARCHAR,                     -- CAMEO code of the one it was done to, e.g. SRBGOV; empty: the words name nobody known, null: nobody named
    target_name VARCHAR,                     -- canonical name of the one it was done to
    target_text VARCHAR,                     -- the words that name the one it was done to
    target_start INTEGER,                    -- where those words begin, characters of the article's text
    target_end INTEGER,                      -- where they end, exclusive
    target_country VARCHAR,                  -- CAMEO country of the one it was done to, three letters
    target_known_group VARCHAR,              -- CAMEO code of the one it was done to when it is a known organisation
    target_ethnic VARCHAR,                   -- CAMEO ethnic group of the one it was done to
    target_religion1 VARCHAR,                -- CAMEO religion of the one it was done to
    target_religion2 VARCHAR,                -- CAMEO denomination of the one it was done to
    target_type1 VARCHAR,                    -- first CAMEO role of the one it was done to: GOV, MIL, COP, REB ...
    target_type2 VARCHAR,                    -- second CAMEO role of the one it was done to
    target_type3 VARCHAR,                    -- third CAMEO role of the one it was done to
    target_basis VARCHAR,                    -- rule that found the one it was done to: name, title, demonym, metonym, organisation, role, pronoun
    date_start DATE,                         -- first day of the interval in which the deed happened; null: unknown or open
    date_end DATE,                           -- day after its last day
    date_precision VARCHAR NOT NULL,         -- minute, hour, day, weekend, week, month, quarter, season, half, year, decade, century, range, unknown
    date_basis VARCHAR NOT NULL,             -- text: said with the deed; narrative: carried from before; publication: stands in; none
    date_edtf VARCHAR NOT NULL,              -- the interval in EDTF (ISO 8601-2:2019)
    date_text VARCHAR NOT NULL,              -- the words that the date was read from
    date_text_start INTEGER,                 -- where those words begin, characters of the article's text
    date_text_end INTEGER,                   -- where they end, exclusive
    place_start INTEGER,                     -- where the name of the scene begins, characters of the article's text
    place_end INTEGER,                       -- where it ends, exclusive
    place_text VARCHAR,                      -- the scene as the text names it
    place_name VARCHAR,                      -- the scene as the gazetteer names it
    place_kind VARCHAR,                      -- country, adm1, adm2, city, airport, facility, region, water or continent
    place_lat DOUBLE,                        -- latitude of the scene, degrees WGS 84; null: seen, not resolved
    place_lon DOUBLE,                        -- longitude of the scene, degrees WGS 84
    place_country VARCHAR,                   -- country that the scene lies in, ISO 3166-1 alpha-2, XK for Kosovo
    place_adm1 VARCHAR,                      -- GeoNames admin1 code of the scene, without the country
    place_geonameid BIGINT,                  -- GeoNames id of the scene; 0: no GeoNames row
    place_score DOUBLE,                      -- how sure the choice is, 0 to 1
    place_reason VARCHAR,                    -- why this row was chosen
    place_candidates VARCHAR,                -- JSON list of the rows that were weighed; empty: none
    place_is_demonym BOOLEAN,                -- true: an adjective such as "Turkish", never a scene
    geo_basis VARCHAR NOT NULL,              -- where the place was found: clause, sentence, dateline, article, target, source or none
    status VARCHAR NOT NULL,                 -- what the text says of the deed's reality: asserted, claimed, denied, planned, threatened
    attributed_to VARCHAR NOT NULL,          -- who is said to have told it; empty: the paper itself
    killed INTEGER,                          -- people killed, best reading; null: not told
    killed_low INTEGER,                      -- at least so many killed
    killed_high INTEGER,                     -- at most so many killed
    injured INTEGER,                         -- people injured, best reading; null: not told
    injured_low INTEGER,                     -- at least so many injured
    injured_high INTEGER,                    -- at most so many injured
    instrument VARCHAR NOT NULL,             -- weapon or means named with the deed
    is_root BOOLEAN NOT NULL,                -- true: told in the title or the lead
    is_reciprocal BOOLEAN NOT NULL,          -- true: one of the two directions of a deed done together
    confidence DOUBLE NOT NULL,              -- 0 to 1
    reader_version VARCHAR NOT NULL,         -- code, model and lexicon that read it
    source_place_start INTEGER,              -- where the name of the place that names or homes the doer begins, characters of the article's text
    source_place_end INTEGER,                -- where it ends, exclusive
    source_place_text VARCHAR,               -- the place that names or homes the doer as the text names it
    source_place_name VARCHAR,               -- the place that names or homes the doer as the gazetteer names it
    source_place_kind VARCHAR,               -- country, adm1, adm2, city, airport, facility, region, water or continent
    source_place_lat DOUBLE,                 -- latitude of the place that names or homes the doer, degrees WGS 84; null: seen, not resolved
    source_place_lon DOUBLE,                 -- longitude of the place that names or homes the doer, degrees WGS 84
    source_place_country VARCHAR,            -- country that the place that names or homes the doer lies in, ISO 3166-1 alpha-2, XK for Kosovo
    source_place_adm1 VARCHAR,               -- GeoNames admin1 code of the place that names or homes the doer, without the country
    source_place_geonameid BIGINT,           -- GeoNames id of the place that names or homes the doer; 0: no GeoNames row
    source_place_score DOUBLE,               -- how sure the choice is, 0 to 1
    source_place_reason VARCHAR,             -- why this row was chosen
    source_place_candidates VARCHAR,         -- JSON list of the rows that were weighed; empty: none
    source_place_is_demonym BOOLEAN,         -- true: an adjective such as "Turkish", never a scene
    target_place_start INTEGER,              -- where the name of the place that names or homes the one it was done to begins, characters of the article's text
    target_place_end INTEGER,                -- where it ends, exclusive
    target_place_text VARCHAR,               -- the place that names or homes the one it was done to as the text names it
    target_place_name VARCHAR,               -- the place that names or homes the one it was done to as the gazetteer names it
    target_place_kind VARCHAR,               -- country, adm1, adm2, city, airport, facility, region, water or continent
    target_place_lat DOUBLE,                 -- latitude of the place that names or homes the one it was done to, degrees WGS 84; null: seen, not resolved
    target_place_lon DOUBLE,                 -- longitude of the place that names or homes the one it was done to, degrees WGS 84
    target_place_country VARCHAR,            -- country that the place that names or homes the one it was done to lies in, ISO 3166-1 alpha-2, XK for Kosovo
    target_place_adm1 VARCHAR,               -- GeoNames admin1 code of the place that names or homes the one it was done to, without the country
    target_place_geonameid BIGINT,           -- GeoNames id of the place that names or homes the one it was done to; 0: no GeoNames row
    target_place_score DOUBLE,               -- how sure the choice is, 0 to 1
    target_place_reason VARCHAR,             -- why this row was chosen
    target_place_candidates VARCHAR,         -- JSON list of the rows that were weighed; empty: none
    target_place_is_demonym BOOLEAN,         -- true: an adjective such as "Turkish", never a scene
    run_id VARCHAR NOT NULL,                 -- run that loaded the row
    loaded_at TIMESTAMP NOT NULL             -- when it was loaded
);

-- What one or more mentions tell of; computed from them, never edited.
CREATE TABLE events (
    event_id BIGINT NOT NULL,                -- positive, 63 bits; does not change when more mentions arrive
    code VARCHAR NOT NULL,                   -- CAMEO code of the deed, two to four digits
    source_code VARCHAR,                     -- CAMEO code of the doer, e.g. SRBGOV; empty: the words name nobody known, null: nobody named
    source_name VARCHAR,                     -- canonical name of the doer
    source_text VARCHAR,                     -- the words that name the doer
    source_start INTEGER,                    -- where those words begin, characters of the article's text
    source_end INTEGER,                      -- where they end, exclusive
    source_country VARCHAR,                  -- CAMEO country of the doer, three letters
    source_known_group VARCHAR,              -- CAMEO code of the doer when it is a known organisation
    source_ethnic VARCHAR,                   -- CAMEO ethnic group of the doer
    source_religion1 VARCHAR,                -- CAMEO religion of the doer
    source_religion2 VARCHAR,                -- CAMEO denomination of the doer
    source_type1 VARCHAR,                    -- first CAMEO role of the doer: GOV, MIL, COP, REB ...
    source_type2 VARCHAR,                    -- second CAMEO role of the doer
    source_type3 VARCHAR,                    -- third CAMEO role of the doer
    source_basis VARCHAR,                    -- rule that found the doer: name, title, demonym, metonym, organisation, role, pronoun
    target_code VARCHAR,                     -- CAMEO code of the one it was done to, e.g. SRBGOV; empty: the words name nobody known, null: nobody named
    target_name VARCHAR,                     -- canonical name of the one it was done to
    target_text VARCHAR,                     -- the words that name the one it was done to
    target_start INTEGER,                    -- where those words begin, characters of the article's text
    target_end INTEGER,                      -- where they end, exclusive
    target_country VARCHAR,                  -- CAMEO country of the one it was done to, three letters
    target_known_group VARCHAR,              -- CAMEO code of the one it was done to when it is a known organisation
    target_ethnic VARCHAR,                   -- CAMEO ethnic group of the one it was done to
    target_religion1 VARCHAR,                -- CAMEO religion of the one it was done to
    target_religion2 VARCHAR,                -- CAMEO denomination of the one it was done to
    target_type1 VARCHAR,                    -- first CAMEO role of the one it was done to: GOV, MIL, COP, REB ...
    target_type2 VARCHAR,                    -- second CAMEO role of the one it was done to
    target_type3 VARCHAR,                    -- third CAMEO role of the one it was done to
    target_basis VARCHAR,                    -- rule that found the one it was done to: name, title, demonym, metonym, organisation, role, pronoun
    date_start DATE,                         -- first day of the interval in which the deed happened; null: unknown or open
    date_end DATE,                           -- day after its last day
    date_precision VARCHAR NOT NULL,         -- minute, hour, day, weekend, week, month, quarter, season, half, year, decade, century, range, unknown
    date_basis VARCHAR NOT NULL,             -- text: said with the deed; narrative: carried from before; publication: stands in; none
    date_edtf VARCHAR NOT NULL,              -- the interval in EDTF (ISO 8601-2:2019)
    date_text VARCHAR NOT NULL,              -- the words that the date was read from
    date_text_start INTEGER,                 -- where those words begin, characters of the article's text
    date_text_end INTEGER,                   -- where they end, exclusive
    place_start INTEGER,                     -- where the name of the scene begins, characters of the article's text
    place_end INTEGER,                       -- where it ends, exclusive
    place_text VARCHAR,                      -- the scene as the text names it
    place_name VARCHAR,                      -- the scene as the gazetteer names it
    place_kind VARCHAR,                      -- country, adm1, adm2, city, airport, facility, region, water or continent
    place_lat DOUBLE,                        -- latitude of the scene, degrees WGS 84; null: seen, not resolved
    place_lon DOUBLE,                        -- longitude of the scene, degrees WGS 84
    place_country VARCHAR,                   -- country that the scene lies in, ISO 3166-1 alpha-2, XK for Kosovo
    place_adm1 VARCHAR,                      -- GeoNames admin1 code of the scene, without the country
    place_geonameid BIGINT,                  -- GeoNames id of the scene; 0: no GeoNames row
    place_score DOUBLE,                      -- how sure the choice is, 0 to 1
    place_reason VARCHAR,                    -- why this row was chosen
    place_candidates VARCHAR,                -- JSON list of the rows that were weighed; empty: none
    place_is_demonym BOOLEAN,                -- true: an adjective such as "Turkish", never a scene
    geo_basis VARCHAR NOT NULL,              -- where the place was found: clause, sentence, dateline, article, target, source or none
    status VARCHAR NOT NULL,                 -- what the texts say of the deed's reality: asserted, claimed, denied, planned, threatened
    attributed_to VARCHAR NOT NULL,          -- who is said to have told it; empty: the papers themselves
    killed INTEGER,                          -- people killed, best reading; null: not told
    killed_low INTEGER,                      -- at least so many killed
    killed_high INTEGER,                     -- at most so many killed
    injured INTEGER,                         -- people injured, best reading; null: not told
    injured_low INTEGER,                     -- at least so many injured
    injured_high INTEGER,                    -- at most so many injured
    instrument VARCHAR NOT NULL,             -- weapon or means named with the deed
    is_root BOOLEAN NOT NULL,                -- true: told in a title or a lead
    is_reciprocal BOOLEAN NOT NULL,          -- true: one of the two directions of a deed done together
    confidence DOUBLE NOT NULL,              -- 0 to 1
    source_place_start INTEGER,              -- where the name of the place that names or homes the doer begins, characters of the article's text
    source_place_end INTEGER,                -- where it ends, exclusive
    source_place_text VARCHAR,               -- the place that names or homes the doer as the text names it
    source_place_name VARCHAR,               -- the place that names or homes the doer as the gazetteer names it
    source_place_kind VARCHAR,               -- country, adm1, adm2, city, airport, facility, region, water or continent
    source_place_lat DOUBLE,                 -- latitude of the place that names or homes the doer, degrees WGS 84; null: seen, not resolved
    source_place_lon DOUBLE,                 -- longitude of the place that names or homes the doer, degrees WGS 84
    source_place_country VARCHAR,            -- country that the place that names or homes the doer lies in, ISO 3166-1 alpha-2, XK for Kosovo
    source_place_adm1 VARCHAR,               -- GeoNames admin1 code of the place that names or homes the doer, without the country
    source_place_geonameid BIGINT,           -- GeoNames id of the place that names or homes the doer; 0: no GeoNames row
    source_place_score DOUBLE,               -- how sure the choice is, 0 to 1
    source_place_reason VARCHAR,             -- why this row was chosen
    source_place_candidates VARCHAR,         -- JSON list of the rows that were weighed; empty: none
    source_place_is_demonym BOOLEAN,         -- true: an adjective such as "Turkish", never a scene
    target_place_start INTEGER,              -- where the name of the place that names or homes the one it was done to begins, characters of the article's text
    target_place_end INTEGER,                -- where it ends, exclusive
    target_place_text VARCHAR,               -- the place that names or homes the one it was done to as the text names it
    target_place_name VARCHAR,               -- the place that names or homes the one it was done to as the gazetteer names it
    target_place_kind VARCHAR,               -- country, adm1, adm2, city, airport, facility, region, water or continent
    target_place_lat DOUBLE,                 -- latitude of the place that names or homes the one it was done to, degrees WGS 84; null: seen, not resolved
    target_place_lon DOUBLE,                 -- longitude of the place that names or homes the one it was done to, degrees WGS 84
    target_place_country VARCHAR,            -- country that the place that names or homes the one it was done to lies in, ISO 3166-1 alpha-2, XK for Kosovo
    target_place_adm1 VARCHAR,               -- GeoNames admin1 code of the place that names or homes the one it was done to, without the country
    target_place_geonameid BIGINT,           -- GeoNames id of the place that names or homes the one it was done to; 0: no GeoNames row
    target_place_score DOUBLE,               -- how sure the choice is, 0 to 1
    target_place_reason VARCHAR,             -- why this row was chosen
    target_place_candidates VARCHAR,         -- JSON list of the rows that were weighed; empty: none
    target_place_is_demonym BOOLEAN,         -- true: an adjective such as "Turkish", never a scene
    first_run_id VARCHAR NOT NULL,           -- run in which the event was first seen
    first_seen_at TIMESTAMP NOT NULL,        -- when that was
    run_id VARCHAR NOT NULL,                 -- run that computed the row as it stands
    updated_at TIMESTAMP NOT NULL            -- when that was
);

-- Which mentions tell of which event: a mention belongs to exactly one.
CREATE TABLE event_mentions (
    mention_id VARCHAR NOT NULL,             -- the mention
    event_id BIGINT NOT NULL                 -- the event it tells of
);

-- The three places of an event as GDELT writes them. One row per event and role.
CREATE TABLE event_geo (
    event_id BIGINT NOT NULL,                -- the event
    role VARCHAR NOT NULL,                   -- source, target or action
    geo_type SMALLINT NOT NULL,              -- 1 country, 2 US state, 3 US city, 4 world city, 5 world state, 0 none
    full_name VARCHAR NOT NULL,              -- "City, State, Country" as far as known
    fips_country VARCHAR NOT NULL,           -- FIPS 10-4 country, two letters: RS is Russia
    adm1_code VARCHAR NOT NULL,              -- FIPS country and first-level unit
    adm2_code VARCHAR NOT NULL,              -- second-level unit; empty when not known
    feature_id VARCHAR NOT NULL              -- GeoNames id of cities and landmarks, else the country or unit code
);

-- An event that another took over: old ids keep leading somewhere.
CREATE TABLE redirects (
    old_event_id BIGINT PRIMARY KEY,         -- id that is no more
    event_id BIGINT NOT NULL,                -- event that holds its mentions now
    run_id VARCHAR NOT NULL,                 -- run that merged them
    redirected_at TIMESTAMP NOT NULL         -- when that was
);

-- Rows that broke a rule, whole, to be looked at, mended and replayed.
CREATE TABLE quarantine (
    quarantine_id VARCHAR PRIMARY KEY,       -- digest of table, row and rule
    row_table VARCHAR NOT NULL,              -- articles or mentions
    row_id VARCHAR NOT NULL,                 -- article_id or mention_id
    rule VARCHAR NOT NULL,                   -- name of the rule that it broke (schemas/expectations.py)
    detail VARCHAR NOT NULL,                 -- the value that broke it
    source_id VARCHAR NOT NULL,              -- stem of the news source's TOML file
    day DATE NOT NULL,                       -- window that it came with
    payload VARCHAR NOT NULL,                -- the row as JSON
    run_id VARCHAR NOT NULL,                 -- run that put it here
    quarantined_at TIMESTAMP NOT NULL,       -- when that was
    replayed_at TIMESTAMP                    -- when it passed the rules after all; null: still here
);

-- What was lost at which stage and why: rows in are rows out and rejects. One row per loss and run.
CREATE TABLE rejects (
    reject_id VARCHAR NOT NULL,              -- digest of stage, reason, reference and detail
    stage VARCHAR NOT NULL,                  -- list (of what there is nothing came), acquire, clean, read, stage, audit, load or publish
    reason VARCHAR NOT NULL,                 -- closed vocabulary, schemas/records.py
    ref VARCHAR NOT NULL,                    -- address, path, article id or row key
    detail VARCHAR NOT NULL,                 -- what was found there
    source_id VARCHAR NOT NULL,              -- stem of the source's TOML file; empty: none
    day DATE NOT NULL,                       -- window that it belongs to
    run_id VARCHAR NOT NULL,                 -- run that lost it
    rejected_at TIMESTAMP NOT NULL           -- when that was
);

-- What was attempted: one row per call of run, backfill or reread.
CREATE TABLE runs (
    run_id VARCHAR PRIMARY KEY,              -- start instant and eight digits of chance
    kind VARCHAR NOT NULL,                   -- nightly, backfill, reread or replay
    started_at TIMESTAMP NOT NULL,           -- when it began
    ended_at TIMESTAMP,                      -- when it ended; null: it runs, or was killed
    outcome VARCHAR NOT NULL,                -- running, done, failed or crashed
    host VARCHAR NOT NULL,                   -- machine it ran on
    pid INTEGER NOT NULL,                    -- its process
    code_version VARCHAR NOT NULL,           -- version of Dateline
    detail VARCHAR NOT NULL                  -- why it failed; empty: it did not
);

-- One attempt at one source on one day: how far it came, with which code. The truth for backfills.
CREATE TABLE windows (
    source_id VARCHAR NOT NULL,              -- stem of the source's TOML file
    day DATE NOT NULL,                       -- the window
    outcome VARCHAR NOT NULL,                -- loaded, partial (more is listed than max_pages, or could not be had but may be another time), empty (nothing new), stopped (by a batch rule) or failed
    pages INTEGER NOT NULL,                  -- pages acquired
    known_pages INTEGER NOT NULL,            -- pages that were listed and already here, not read again
    articles INTEGER NOT NULL,               -- articles loaded
    mentions INTEGER NOT NULL,               -- mentions loaded
    events_new INTEGER NOT NULL,             -- events seen for the first time
    events_updated INTEGER NOT NULL,         -- events that gained or lost mentions
    rejected INTEGER NOT NULL,               -- rejects of all stages
    quarantined INTEGER NOT NULL,            -- rows put into quarantine
    figures VARCHAR NOT NULL,                -- JSON of the batch's figures (shares, lengths, languages), for drift
    code_version VARCHAR NOT NULL,           -- version of Dateline
    reader_version VARCHAR NOT NULL,         -- code, model and lexicon that read it; empty: nothing was read
    detail VARCHAR NOT NULL,                 -- the rule, cap or error that stopped it, or why there is nothing; empty: nothing did
    run_id VARCHAR NOT NULL,                 -- run that attempted it
    closed_at TIMESTAMP NOT NULL,            -- when that was
    PRIMARY KEY (source_id, day, run_id)
);

-- What a site repeats on every page, so that it can be dropped from the next. One row per line and article.
CREATE TABLE signatures (
    source_id VARCHAR NOT NULL,              -- stem of the source's TOML file
    signature VARCHAR NOT NULL,              -- digest of a line
    kind VARCHAR NOT NULL,                   -- line
    article_id VARCHAR NOT NULL,             -- article in which it was seen
    run_id VARCHAR NOT NULL                  -- run that loaded the row
);

-- A sketch of each article's text, one per article, by which the same report is known again when another paper prints it.
CREATE TABLE sketches (
    article_id VARCHAR NOT NULL,             -- the article, in its current version
    source_id VARCHAR NOT NULL,              -- stem of the source's TOML file
    sketch BLOB NOT NULL,                    -- 128 MinHash values of its word shingles (transforms/clean/duplicates.py)
    run_id VARCHAR NOT NULL,                 -- run that loaded the row
    sketched_at TIMESTAMP NOT NULL           -- when that was
);

-- CAMEO codes with their scores; transforms/lexicons/cameo/codes.csv, written anew by every publication.
CREATE TABLE cameo_codes (
    code VARCHAR PRIMARY KEY,                -- two to four digits
    root VARCHAR NOT NULL,                   -- first two digits
    base VARCHAR NOT NULL,                   -- first three digits
    label VARCHAR NOT NULL,                  -- what it means
    quadclass SMALLINT NOT NULL,             -- 1 verbal cooperation, 2 material cooperation, 3 verbal conflict, 4 material conflict
    goldstein DOUBLE NOT NULL,               -- -10 conflict to 10 cooperation
    plover VARCHAR NOT NULL,                 -- PLOVER event type; empty: PLOVER has none
    plover_mode VARCHAR NOT NULL,            -- PLOVER mode
    plover_context VARCHAR NOT NULL          -- PLOVER context
);

-- Which migrations brought this database to its present shape.
CREATE TABLE migrations (
    number INTEGER PRIMARY KEY,              -- number of the file in schemas/migrations; 0: made new from tables.sql
    name VARCHAR NOT NULL,                   -- the file's name
    applied_at TIMESTAMP NOT NULL            -- when
);