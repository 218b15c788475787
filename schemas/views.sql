-- The faces of the published database: what GDELT's users expect, and what analysts ask for.

CREATE SCHEMA IF NOT EXISTS gdelt;

-- GDELT 2.0's event table: 61 columns in its names, order and types, by the rules that fit its real rows:
-- FractionDate = year + ((month - 1) * 30 + day) / 365, not the codebook's formula; QuadClass puts protest (14) under 3.
-- What GDELT lacks is told by what is left out: SQLDATE is null unless the day is known, MonthYear and Year unless the
-- interval lies inside one; and what was only planned, threatened or denied is not here (it is in main.events).
CREATE OR REPLACE VIEW gdelt.events AS
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

-- GDELT 2.0's mention table, 16 columns, for the events of gdelt.events.
CREATE OR REPLACE VIEW gdelt.eventmentions AS
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

-- One line an event, in words: what a person reads first. `date` is the day, or the interval in EDTF where the day is not known.
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

-- Every event with every sentence that tells of it, and where that sentence stands.
CREATE OR REPLACE VIEW analysis.event_evidence AS
SELECT e.event_id, e.date_start, e.date_end, e.date_precision, e.date_basis, e.code, c.label,
    e.source_name, e.target_name, e.place_name, e.place_country, e.status,
    m.evidence, m.date_text, a.title, a.url, a.published_start AS published_date, m.sentence_number, m.mention_id
FROM main.events AS e
JOIN main.cameo_codes AS c USING (code)
JOIN main.event_mentions AS link USING (event_id)
JOIN main.mentions AS m USING (mention_id)
JOIN main.articles AS a USING (article_id, version);

-- How many deeds of each kind one country did to another, a day a row; only what happened, only days that are known.
CREATE OR REPLACE VIEW analysis.dyad_days AS
SELECT e.date_start AS event_date, nullif(e.source_country, '') AS source_country,
    nullif(e.target_country, '') AS target_country, c.quadclass,
    count(*) AS events, avg(c.goldstein) AS mean_goldstein, sum(e.killed) AS killed
FROM main.events AS e
JOIN main.cameo_codes AS c USING (code)
WHERE e.date_precision IN ('day', 'hour', 'minute') AND e.date_start IS NOT NULL AND e.status IN ('asserted', 'claimed')
GROUP BY ALL;

-- What happened at a place, in order: filter by place_name or place_country.
CREATE OR REPLACE VIEW analysis.place_timeline AS
SELECT e.place_name, e.place_country, e.place_lat, e.place_lon, e.date_start, e.date_end, e.date_precision,
    c.label, e.source_name, e.target_name, e.status, e.killed, e.injured, e.event_id
FROM main.events AS e
JOIN main.cameo_codes AS c USING (code)
WHERE e.place_name <> ''
ORDER BY e.place_name, e.date_start, e.event_id;

-- Events that did not happen on the day they were reported: what dating by publication gets wrong.
CREATE OR REPLACE VIEW analysis.redated AS
WITH reported AS (
    SELECT link.event_id, min(a.published_start) AS first_published_date
    FROM main.event_mentions AS link
    JOIN main.mentions AS m USING (mention_id)
    JOIN main.articles AS a USING (article_id, version)
    GROUP BY link.event_id
)
SELECT e.event_id, e.date_start, e.date_end, e.date_precision, e.date_basis, r.first_published_date,
    date_diff('day', e.date_start, r.first_published_date) AS days_before_report,
    c.label, e.source_name, e.target_name
FROM main.events AS e
JOIN reported AS r USING (event_id)
JOIN main.cameo_codes AS c USING (code)
WHERE r.first_published_date < e.date_start OR r.first_published_date >= coalesce(e.date_end, e.date_start + 1);

-- How each source is doing, newest window first: found, read, lost.
CREATE OR REPLACE VIEW analysis.source_coverage AS
SELECT source_id, day, outcome, pages, known_pages, articles, mentions, events_new, events_updated, rejected, quarantined,
    detail, closed_at
FROM main.windows
ORDER BY source_id, day DESC;
