-- The faces of the published database: what GDELT's users expect, and what analysts ask for.

CREATE SCHEMA IF NOT EXISTS gdelt;

-- GDELT 2.0's event table: 61 columns in its names, order and types, by the rules that fit its real rows:
-- FractionDate = year + ((month - 1) * 30 + day) / 365, not the codebook's formula; QuadClass puts protest (14) under 3.
-- What GDELT lacks is told by what is left out: SQLDATE is null unless the day is known, MonthYear and Year unless the
-- interval lies inside one; and what was only planned, threatened or denied is not here (it is in main.events).
CREATE OR REPLACE VIEW gdelt.one_way AS
WITH tally AS (
    SELECT link.event_id, count(*) AS mentions, count(DISTINCT m.source_id) AS sources,
        count(DISTINCT m.article_id) AS articles,
        -- the first report: the one published first, then the one loaded first
        arg_min(a.url, (coalesce(a.published_start, DATE '9999-12-31'), m.loaded_at, a.url)) AS url
    FROM main.event_mentions AS link
    JOIN main.mentions AS m USING (mention_id)
    JOIN main.articles AS a USING (article_id, version)
    GROUP BY link.event_id
), dated AS (
    SELECT *,
        date_precision IN ('day', 'hour', 'minute') AND date_start IS NOT NULL AS is_day,
        date_start IS NOT NULL AND date_end IS NOT NULL
            AND date_trunc('month', date_start) = date_trunc('month', date_end - 1) AS is_month,
        date_start IS NOT NULL AND date_end IS NOT NULL AND year(date_start) = year(date_end - 1) AS is_year
    FROM main.events
)
SELECT
    e.event_id AS GLOBALEVENTID,
    CASE WHEN e.is_day THEN strftime(e.date_start, '%Y%m%d')::BIGINT END AS SQLDATE,
    CASE WHEN e.is_day OR e.is_month THEN strftime(e.date_start, '%Y%m')::BIGINT END AS MonthYear,
    CASE WHEN e.is_day OR e.is_year THEN year(e.date_start) END AS Year,
    CASE WHEN e.is_day
        THEN round(year(e.date_start) + ((month(e.date_start) - 1) * 30 + day(e.date_start)) / 365, 4) END AS FractionDate,
    nullif(e.source_code, '') AS Actor1Code,
    nullif(upper(e.source_name), '') AS Actor1Name,
    nullif(e.source_country, '') AS Actor1CountryCode,
    nullif(e.source_known_group, '') AS Actor1KnownGroupCode,
    nullif(e.source_ethnic, '') AS Actor1EthnicCode,
    nullif(e.source_religion1, '') AS Actor1Religion1Code,
    nullif(e.source_religion2, '') AS Actor1Religion2Code,
    nullif(e.source_type1, '') AS Actor1Type1Code,
    nullif(e.source_type2, '') AS Actor1Type2Code,
    nullif(e.source_type3, '') AS Actor1Type3Code,
    nullif(e.target_code, '') AS Actor2Code,
    nullif(upper(e.target_name), '') AS Actor2Name,
    nullif(e.target_country, '') AS Actor2CountryCode,
    nullif(e.target_known_group, '') AS Actor2KnownGroupCode,
    nullif(e.target_ethnic, '') AS Actor2EthnicCode,
    nullif(e.target_religion1, '') AS Actor2Religion1Code,
    nullif(e.target_religion2, '') AS Actor2Religion2Code,
    nullif(e.target_type1, '') AS Actor2Type1Code,
    nullif(e.target_type2, '') AS Actor2Type2Code,
    nullif(e.target_type3, '') AS Actor2Type3Code,
    e.is_root::BIGINT AS IsRootEvent,
    e.code AS EventCode,
    c.base AS EventBaseCode,
    c.root AS EventRootCode,
    c.quadclass::BIGINT AS QuadClass,
    c.goldstein AS GoldsteinScale,
    t.mentions AS NumMentions,
    t.sources AS NumSources,
    t.articles AS NumArticles,
    NULL::DOUBLE AS AvgTone, -- not computed: tone is no part of what happened
    coalesce(g1.geo_type, 0)::BIGINT AS Actor1Geo_Type,
    nullif(g1.full_name, '') AS Actor1Geo_FullName,
    nullif(g1.fips_country, '') AS Actor1Geo_CountryCode,
    nullif(g1.adm1_code, '') AS Actor1Geo_ADM1Code,
    nullif(g1.adm2_code, '') AS Actor1Geo_ADM2Code,
    CASE WHEN g1.geo_type > 0 THEN e.source_place_lat END AS Actor1Geo_Lat,
    CASE WHEN g1.geo_type > 0 THEN e.source_place_lon END AS Actor1Geo_Long,
    nullif(g1.feature_id, '') AS Actor1Geo_FeatureID,
    coalesce(g2.geo_type, 0)::BIGINT AS Actor2Geo_Type,
    nullif(g2.full_name, '') AS Actor2Geo_FullName,
    nullif(g2.fips_country, '') AS Actor2Geo_CountryCode,
    nullif(g2.adm1_code, '') AS Actor2Geo_ADM1Code,
    nullif(g2.adm2_code, '') AS Actor2Geo_ADM2Code,
    CASE WHEN g2.geo_type > 0 THEN e.target_place_lat END AS Actor2Geo_Lat,
    CASE WHEN g2.geo_type > 0 THEN e.target_place_lon END AS Actor2Geo_Long,
    nullif(g2.feature_id, '') AS Actor2Geo_FeatureID,
    coalesce(g3.geo_type, 0)::BIGINT AS ActionGeo_Type,
    nullif(g3.full_name, '') AS ActionGeo_FullName,
    nullif(g3.fips_country, '') AS ActionGeo_CountryCode,
    nullif(g3.adm1_code, '') AS ActionGeo_ADM1Code,
    nullif(g3.adm2_code, '') AS ActionGeo_ADM2Code,
    CASE WHEN g3.geo_type > 0 THEN e.place_lat END AS ActionGeo_Lat,
    CASE WHEN g3.geo_type > 0 THEN e.place_lon END AS ActionGeo_Long,
    nullif(g3.feature_id, '') AS ActionGeo_FeatureID,
    strftime(e.first_seen_at, '%Y%m%d%H%M%S')::BIGINT AS DATEADDED,
    t.url AS SOURCEURL
FROM dated AS e
JOIN main.cameo_codes AS c USING (code)
JOIN tally AS t USING (event_id)
LEFT JOIN main.event_geo AS g1 ON g1.event_id = e.event_id AND g1.role = 'source'
LEFT JOIN main.event_geo AS g2 ON g2.event_id = e.event_id AND g2.role = 'target'
LEFT JOIN main.event_geo AS g3 ON g3.event_id = e.event_id AND g3.role = 'action'
WHERE e.status IN ('asserted', 'claimed');

-- A deed done together (a meeting, a signature) is one event here and two rows in GDELT, one for each direction.
-- The second row's id is the event's with bit 62 flipped: positive, its own, and flipped once more it leads back.
CREATE OR REPLACE MACRO gdelt.mirrored(id) AS xor(id, 4611686018427387904);

CREATE OR REPLACE VIEW gdelt.events AS
SELECT * FROM gdelt.one_way
UNION ALL BY NAME
SELECT gdelt.mirrored(GLOBALEVENTID) AS GLOBALEVENTID, COLUMNS(lambda name: NOT regexp_matches(name, '^Actor[12]|^GLOBALEVENTID')),
    COLUMNS('^Actor1(.*)') AS 'Actor2\1', COLUMNS('^Actor2(.*)') AS 'Actor1\1'
FROM gdelt.one_way
WHERE GLOBALEVENTID IN (SELECT event_id FROM main.events WHERE is_reciprocal AND source_code <> '' AND target_code <> '');

-- GDELT 2.0's mention table, 16 columns, for the events of gdelt.events.
CREATE OR REPLACE VIEW gdelt.one_way_mentions AS
SELECT
    e.event_id AS GLOBALEVENTID,
    strftime(e.first_seen_at, '%Y%m%d%H%M%S')::BIGINT AS EventTimeDate,
    strftime(m.loaded_at, '%Y%m%d%H%M%S')::BIGINT AS MentionTimeDate,
    1::BIGINT AS MentionType,
    coalesce(nullif(regexp_extract(a.url, '^https?://(?:www\.)?([^/:?#]+)', 1), ''), m.source_id) AS MentionSourceName,
    a.url AS MentionIdentifier,
    m.sentence_number::BIGINT AS SentenceID,
    coalesce(m.source_start, -1)::BIGINT AS Actor1CharOffset,
    coalesce(m.target_start, -1)::BIGINT AS Actor2CharOffset,
    m.trigger_start::BIGINT AS ActionCharOffset,
    -- 0 where an actor was found through a pronoun, as GDELT's rewriting does
    (coalesce(m.source_basis, '') <> 'pronoun' AND coalesce(m.target_basis, '') <> 'pronoun')::BIGINT AS InRawText,
    greatest(10, least(100, round(m.confidence * 10) * 10))::BIGINT AS Confidence,
    length(a.text) AS MentionDocLen,
    NULL::DOUBLE AS MentionDocTone,
    CASE WHEN a.language NOT IN ('', 'en') THEN 'srclc:' || a.language END AS MentionDocTranslationInfo,
    NULL::VARCHAR AS Extras
FROM main.event_mentions AS link
JOIN main.events AS e USING (event_id)
JOIN main.mentions AS m USING (mention_id)
JOIN main.articles AS a USING (article_id, version)
WHERE e.status IN ('asserted', 'claimed');

CREATE OR REPLACE VIEW gdelt.eventmentions AS
SELECT * FROM gdelt.one_way_mentions
UNION ALL BY NAME
SELECT * REPLACE (gdelt.mirrored(GLOBALEVENTID) AS GLOBALEVENTID, Actor2CharOffset AS Actor1CharOffset, Actor1CharOffset AS Actor2CharOffset)
FROM gdelt.one_way_mentions
WHERE GLOBALEVENTID IN (SELECT event_id FROM main.events WHERE is_reciprocal AND source_code <> '' AND target_code <> '');

-- GDELT 2.0's knowledge graph, 27 columns, a row a current article. Only what Dateline knows is filled: where the
-- document is and when it came; no themes, tones or emotions are computed, so queries on those find no rows.
CREATE OR REPLACE VIEW gdelt.gkg AS
SELECT
    strftime(a.fetched_at, '%Y%m%d%H%M%S') || '-' || row_number() OVER (PARTITION BY a.fetched_at ORDER BY a.article_id) AS GKGRECORDID,
    strftime(a.fetched_at, '%Y%m%d%H%M%S')::BIGINT AS DATE,
    1::BIGINT AS SourceCollectionIdentifier,
    coalesce(nullif(regexp_extract(a.url, '^https?://(?:www\.)?([^/:?#]+)', 1), ''), a.source_id) AS SourceCommonName,
    a.url AS DocumentIdentifier,
    NULL::VARCHAR AS Counts, NULL::VARCHAR AS V2Counts, NULL::VARCHAR AS Themes, NULL::VARCHAR AS V2Themes,
    NULL::VARCHAR AS Locations, NULL::VARCHAR AS V2Locations, NULL::VARCHAR AS Persons, NULL::VARCHAR AS V2Persons,
    NULL::VARCHAR AS Organizations, NULL::VARCHAR AS V2Organizations, NULL::VARCHAR AS V2Tone, NULL::VARCHAR AS Dates,
    NULL::VARCHAR AS GCAM, NULL::VARCHAR AS SharingImage, NULL::VARCHAR AS RelatedImages,
    NULL::VARCHAR AS SocialImageEmbeds, NULL::VARCHAR AS SocialVideoEmbeds, NULL::VARCHAR AS Quotations,
    NULL::VARCHAR AS AllNames, NULL::VARCHAR AS Amounts,
    CASE WHEN a.language NOT IN ('', 'en') THEN 'srclc:' || a.language END AS TranslationInfo,
    '<PAGE_TITLE>' || replace(replace(a.title, '&', '&amp;'), '<', '&lt;') || '</PAGE_TITLE>' AS Extras
FROM main.articles AS a
WHERE a.is_current;

-- What GDELT's codes mean, under the names that published queries join.
CREATE OR REPLACE VIEW gdelt.eventcodes AS
SELECT code, label AS description, root, base, quadclass, goldstein FROM main.cameo_codes;
CREATE OR REPLACE VIEW gdelt.goldsteinscale AS SELECT code, goldstein AS goldsteinscale FROM main.cameo_codes;
CREATE OR REPLACE VIEW gdelt.quadclasses AS
SELECT * FROM (VALUES (1, 'Verbal cooperation'), (2, 'Material cooperation'), (3, 'Verbal conflict'), (4, 'Material conflict')) AS told(code, description);
CREATE OR REPLACE VIEW gdelt.countries AS
SELECT cameo AS code, name AS description, iso2, iso3, fips FROM main.countries WHERE cameo <> '';
CREATE OR REPLACE VIEW gdelt.fipscountries AS
SELECT fips AS code, name AS description, iso2, iso3, cameo FROM main.countries WHERE fips <> '';
CREATE OR REPLACE VIEW gdelt.actortypes AS
SELECT * FROM (VALUES
    ('COP', 'Police'), ('GOV', 'Government'), ('INS', 'Insurgents'), ('JUD', 'Judiciary'), ('MIL', 'Military'),
    ('OPP', 'Political opposition'), ('REB', 'Rebels'), ('SEP', 'Separatist rebels'), ('SPY', 'State intelligence'),
    ('UAF', 'Unaligned armed forces'), ('AGR', 'Agriculture'), ('BUS', 'Business'), ('CRM', 'Criminals'), ('CVL', 'Civilians'),
    ('DEV', 'Development'), ('EDU', 'Education'), ('ELI', 'Elites'), ('ENV', 'Environment'), ('HLH', 'Health'),
    ('HRI', 'Human rights'), ('LAB', 'Labour'), ('LEG', 'Legislature'), ('MED', 'Media'), ('REF', 'Refugees'),
    ('MOD', 'Moderates'), ('RAD', 'Radicals'), ('IGO', 'Intergovernmental organisation'), ('IMG', 'International militarised group'),
    ('INT', 'International, not further known'), ('MNC', 'Multinational corporation'), ('NGM', 'Non-governmental movement'),
    ('NGO', 'Non-governmental organisation'), ('UIS', 'Unidentified state actor')) AS told(code, description);

-- One line an event, in words: what a person reads first. `date` is the first day of its interval, `until` the last (not the day after), `precision` how exactly it is known.
CREATE OR REPLACE VIEW main.timeline AS
WITH told AS (
    SELECT link.event_id, arg_min(m.evidence, (m.code <> e.code, NOT m.is_root, m.mention_id)) AS evidence,
        arg_min(a.url, (m.code <> e.code, NOT m.is_root, m.mention_id)) AS url, min(a.published_start) AS published,
        count(*) AS mentions
    FROM main.event_mentions AS link
    JOIN main.events AS e USING (event_id)
    JOIN main.mentions AS m USING (mention_id)
    JOIN main.articles AS a USING (article_id, version)
    GROUP BY link.event_id
)
SELECT
    e.date_start AS date, e.date_end - 1 AS until, e.date_precision AS precision, e.date_basis AS basis,
    coalesce(nullif(e.source_name, ''), e.source_text) AS source, c.label AS deed, e.code,
    coalesce(nullif(e.target_name, ''), e.target_text) AS target,
    coalesce(nullif(e.place_name, ''), e.place_text) AS place, e.place_country AS country, e.status,
    e.killed, e.injured, t.evidence, t.published, t.mentions, t.url, e.event_id
FROM main.events AS e
JOIN main.cameo_codes AS c USING (code)
JOIN told AS t USING (event_id);

CREATE SCHEMA IF NOT EXISTS analysis;

-- The events with words beside every code and countries in ISO codes: nobody needs FIPS or CAMEO to read them.
-- event_date is the day; null where the text does not tell one (then date_start, date_end and date_precision say how far it does).
CREATE OR REPLACE VIEW analysis.events AS
SELECT e.event_id,
    CASE WHEN e.date_precision IN ('day', 'hour', 'minute') THEN e.date_start END AS event_date,
    e.date_start, e.date_end, e.date_precision, e.date_basis, e.date_edtf, e.date_text,
    e.code, c.label, c.root, r.label AS root_label, c.quadclass, q.description AS quadclass_label, c.goldstein, c.plover, e.status,
    e.source_code, coalesce(nullif(e.source_name, ''), e.source_text) AS source_name,
    sc.iso2 AS source_iso2, sc.iso3 AS source_iso3, sc.name AS source_country, st.description AS source_type,
    e.target_code, coalesce(nullif(e.target_name, ''), e.target_text) AS target_name,
    tc.iso2 AS target_iso2, tc.iso3 AS target_iso3, tc.name AS target_country, tt.description AS target_type,
    coalesce(nullif(e.place_name, ''), e.place_text) AS place_name, e.place_kind, e.place_lat, e.place_lon,
    pc.iso2 AS place_iso2, pc.iso3 AS place_iso3, pc.name AS place_country, e.geo_basis,
    e.attributed_to, e.killed, e.killed_low, e.killed_high, e.injured, e.injured_low, e.injured_high, e.instrument,
    e.is_root, e.is_reciprocal, e.confidence, e.first_seen_at, e.updated_at
FROM main.events AS e
JOIN main.cameo_codes AS c ON c.code = e.code
JOIN gdelt.quadclasses AS q ON q.code = c.quadclass
LEFT JOIN main.cameo_codes AS r ON r.code = c.root
LEFT JOIN main.countries AS sc ON sc.cameo = nullif(e.source_country, '')
LEFT JOIN main.countries AS tc ON tc.cameo = nullif(e.target_country, '')
LEFT JOIN main.countries AS pc ON pc.iso2 = nullif(e.place_country, '')
LEFT JOIN gdelt.actortypes AS st ON st.code = e.source_type1
LEFT JOIN gdelt.actortypes AS tt ON tt.code = e.target_type1;

-- Every event with every sentence that tells of it, and where that sentence stands.
CREATE OR REPLACE VIEW analysis.event_evidence AS
SELECT e.event_id, e.date_start, e.date_end, e.date_precision, e.date_basis, e.code, c.label,
    e.source_name, e.target_name, e.place_name, e.place_country, e.status,
    m.evidence, m.date_text, m.date_basis AS mention_date_basis, m.status AS mention_status, m.confidence AS mention_confidence,
    a.title, a.url, a.source_id, a.published_start AS published_date,
    m.sentence_number, m.evidence_start, m.evidence_end, m.mention_id, m.article_id, m.version, m.reader_version, m.run_id
FROM main.events AS e
JOIN main.cameo_codes AS c USING (code)
JOIN main.event_mentions AS link USING (event_id)
JOIN main.mentions AS m USING (mention_id)
JOIN main.articles AS a USING (article_id, version);

-- How many deeds of each kind one country did to another, a day a row; only what happened, only days that are known.
CREATE OR REPLACE VIEW analysis.dyad_days AS
SELECT event_date, source_iso3, source_country, target_iso3, target_country, quadclass, quadclass_label,
    count(*) AS events, avg(goldstein) AS mean_goldstein, sum(killed) AS killed
FROM analysis.events
WHERE event_date IS NOT NULL AND status IN ('asserted', 'claimed')
GROUP BY ALL;

-- What happened at a place, in order: filter by place_name or place_iso2.
CREATE OR REPLACE VIEW analysis.place_timeline AS
SELECT place_name, place_iso2, place_country, place_lat, place_lon, event_date, date_start, date_end, date_precision,
    label, source_name, target_name, status, killed, injured, event_id
FROM analysis.events
WHERE place_name <> ''
ORDER BY place_name, date_start, event_id;

-- Each event's date beside the day it was first reported: what dating by publication gets wrong. is_redated is null
-- where either is unknown; days_before_report is negative for what was reported before its day (plans, schedules).
CREATE OR REPLACE VIEW analysis.event_dates AS
WITH reported AS (
    SELECT link.event_id, min(a.published_start) AS first_published_date
    FROM main.event_mentions AS link
    JOIN main.mentions AS m USING (mention_id)
    JOIN main.articles AS a USING (article_id, version)
    GROUP BY link.event_id
)
SELECT e.event_id, e.date_start, e.date_end, e.date_precision, e.date_basis, e.date_text, r.first_published_date,
    date_diff('day', e.date_start, r.first_published_date) AS days_before_report,
    NOT (r.first_published_date >= e.date_start AND r.first_published_date < coalesce(e.date_end, e.date_start + 1)) AS is_redated,
    e.label, e.source_name, e.target_name, e.status
FROM analysis.events AS e
JOIN reported AS r USING (event_id);

-- Only those that did not happen on the day they were reported.
CREATE OR REPLACE VIEW analysis.redated AS
SELECT * EXCLUDE (is_redated) FROM analysis.event_dates WHERE is_redated;

-- How each source is doing, newest window first: found, read, lost.
CREATE OR REPLACE VIEW analysis.source_coverage AS
SELECT source_id, day, outcome, pages, known_pages, articles, mentions, events_new, events_updated, rejected, quarantined,
    detail, closed_at
FROM main.windows
ORDER BY source_id, day DESC;
