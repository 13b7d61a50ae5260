-- A history file of format 1, as mockinterview 0.1.0 writes it. Never edited: it stands for
-- the files that people have. Read it with executescript() into an empty database.
PRAGMA application_id = 1298876790;
PRAGMA user_version = 1;
PRAGMA journal_mode = WAL;
BEGIN;
CREATE TABLE session (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    started_at TEXT NOT NULL,
    finished_at TEXT,
    role TEXT NOT NULL,
    mode TEXT NOT NULL,
    planned INTEGER NOT NULL,
    document TEXT NOT NULL
) STRICT;
CREATE INDEX session_by_start ON session (started_at, n);

CREATE TABLE attempt (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    session_id TEXT NOT NULL REFERENCES session (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    question_id TEXT NOT NULL,
    category TEXT NOT NULL,
    skipped INTEGER NOT NULL CHECK (skipped IN (0, 1)),
    answered_at TEXT NOT NULL,
    document TEXT NOT NULL
) STRICT;
CREATE INDEX attempt_by_session ON attempt (session_id, skipped, position);
CREATE INDEX attempt_by_question ON attempt (skipped, question_id, answered_at);

CREATE TABLE grading (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    attempt_id TEXT NOT NULL REFERENCES attempt (id) ON DELETE CASCADE,
    seq INTEGER NOT NULL,
    at TEXT NOT NULL,
    judge TEXT NOT NULL,
    evaluated INTEGER NOT NULL CHECK (evaluated IN (0, 1)),
    overall REAL,
    document TEXT NOT NULL,
    UNIQUE (attempt_id, id)
) STRICT;
CREATE UNIQUE INDEX grading_by_attempt ON grading (attempt_id, seq, evaluated, overall);

CREATE TABLE reverse (
    n INTEGER PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES session (id) ON DELETE CASCADE,
    document TEXT NOT NULL
) STRICT;
CREATE INDEX reverse_by_session ON reverse (session_id);

CREATE TABLE draft (
    session_id TEXT PRIMARY KEY REFERENCES session (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    text TEXT NOT NULL
) STRICT;

-- Its rowid is attempt.n. The triggers keep one row for each attempt, also when a
-- deleted session takes its attempts along; the store fills in the words.
CREATE VIRTUAL TABLE answer_search USING fts5 (
    question, answer, feedback, tokenize = 'porter unicode61 remove_diacritics 2'
);
CREATE TRIGGER attempt_added AFTER INSERT ON attempt BEGIN
    INSERT INTO answer_search (rowid, question, answer, feedback) VALUES (new.n, '', '', '');
END;
CREATE TRIGGER attempt_deleted AFTER DELETE ON attempt BEGIN
    DELETE FROM answer_search WHERE rowid = old.n;
END;
INSERT INTO session (n, id, started_at, finished_at, role, mode, planned, document) VALUES (
    1,
    '7f3a9c',
    '2026-03-01T09:00:00.000000+00:00',
    '2026-03-01T09:20:00.000000+00:00',
    'backend engineer',
    'coach',
    2,
    '{"questions":[{"question":{"id":"q-0","category":"behavioral","text":"Tell me about time 0.","why_asked":"","approach":null,"star":null,"key_points":[],"sample_answer":"","tip":"","tip_kind":"personalization","competencies":[],"difficulty":2,"follow_ups":[],"minutes":2.0},"reason":""},{"question":{"id":"q-1","category":"behavioral","text":"Tell me about time 1.","why_asked":"","approach":null,"star":null,"key_points":[],"sample_answer":"","tip":"","tip_kind":"personalization","competencies":[],"difficulty":2,"follow_ups":[],"minutes":2.0},"reason":""}],"mode":"coach","style":"neutral","role":"backend engineer","follow_ups":1,"scores":true,"seed":null}'
);
INSERT INTO session (n, id, started_at, finished_at, role, mode, planned, document) VALUES (
    2,
    '81b20d',
    '2026-03-02T09:00:00.000000+00:00',
    NULL,
    'sre',
    'exam',
    3,
    '{"questions":[{"question":{"id":"q-0","category":"behavioral","text":"Tell me about time 0.","why_asked":"","approach":null,"star":null,"key_points":[],"sample_answer":"","tip":"","tip_kind":"personalization","competencies":[],"difficulty":2,"follow_ups":[],"minutes":2.0},"reason":""},{"question":{"id":"q-1","category":"behavioral","text":"Tell me about time 1.","why_asked":"","approach":null,"star":null,"key_points":[],"sample_answer":"","tip":"","tip_kind":"personalization","competencies":[],"difficulty":2,"follow_ups":[],"minutes":2.0},"reason":""},{"question":{"id":"q-2","category":"behavioral","text":"Tell me about time 2.","why_asked":"","approach":null,"star":null,"key_points":[],"sample_answer":"","tip":"","tip_kind":"personalization","competencies":[],"difficulty":2,"follow_ups":[],"minutes":2.0},"reason":""}],"mode":"exam","style":"neutral","role":"sre","follow_ups":1,"scores":true,"seed":null}'
);
INSERT INTO attempt (n, id, session_id, position, question_id, category, skipped, answered_at, document) VALUES (
    1,
    'a-one',
    '7f3a9c',
    0,
    'q-0',
    'behavioral',
    0,
    '2026-03-01T09:00:00.000000+00:00',
    '{"id":"a-one","session_id":"7f3a9c","position":0,"question":{"id":"q-0","category":"behavioral","text":"Tell me about time 0.","why_asked":"","approach":null,"star":null,"key_points":[],"sample_answer":"","tip":"","tip_kind":"personalization","competencies":[],"difficulty":2,"follow_ups":[],"minutes":2.0},"answer":"Our deploys were slow; it''s me who cut them to 8 minutes.","follow_ups":[{"text":"How do you know?","aim":"evidence","answer":"The dashboard: from 40 to 8."}],"skipped":false,"hint_used":false,"asked_at":"2026-03-01T09:00:00Z","answered_at":"2026-03-01T09:00:00Z","seconds":0.0}'
);
INSERT INTO attempt (n, id, session_id, position, question_id, category, skipped, answered_at, document) VALUES (
    2,
    'a-two',
    '7f3a9c',
    1,
    'q-1',
    'behavioral',
    0,
    '2026-03-01T09:06:00.000000+00:00',
    '{"id":"a-two","session_id":"7f3a9c","position":1,"question":{"id":"q-1","category":"behavioral","text":"Tell me about time 1.","why_asked":"","approach":null,"star":null,"key_points":[],"sample_answer":"","tip":"","tip_kind":"personalization","competencies":[],"difficulty":2,"follow_ups":[],"minutes":2.0},"answer":"I asked Zoë to pair with me — 日本 team.","follow_ups":[],"skipped":false,"hint_used":false,"asked_at":"2026-03-01T09:06:00Z","answered_at":"2026-03-01T09:06:00Z","seconds":0.0}'
);
INSERT INTO attempt (n, id, session_id, position, question_id, category, skipped, answered_at, document) VALUES (
    3,
    'b-one',
    '81b20d',
    0,
    'q-0',
    'behavioral',
    1,
    '2026-03-02T09:00:00.000000+00:00',
    '{"id":"b-one","session_id":"81b20d","position":0,"question":{"id":"q-0","category":"behavioral","text":"Tell me about time 0.","why_asked":"","approach":null,"star":null,"key_points":[],"sample_answer":"","tip":"","tip_kind":"personalization","competencies":[],"difficulty":2,"follow_ups":[],"minutes":2.0},"answer":"","follow_ups":[],"skipped":true,"hint_used":false,"asked_at":"2026-03-02T09:00:00Z","answered_at":"2026-03-02T09:00:00Z","seconds":0.0}'
);
INSERT INTO grading (n, id, attempt_id, seq, at, judge, evaluated, overall, document) VALUES (
    1,
    'g-one',
    'a-one',
    1,
    '2026-03-01T09:00:00.000000+00:00',
    'openai',
    0,
    NULL,
    '{"id":"g-one","at":"2026-03-01T09:00:00Z","judge":"openai","evaluation":null,"error_code":"unreachable","error":"down"}'
);
INSERT INTO grading (n, id, attempt_id, seq, at, judge, evaluated, overall, document) VALUES (
    2,
    'g-two',
    'a-one',
    2,
    '2026-03-01T09:00:00.000000+00:00',
    'offline',
    1,
    3.5,
    '{"id":"g-two","at":"2026-03-01T09:00:00Z","judge":"offline","evaluation":{"overall":3.5,"verdict":"Developing","criteria":[{"id":"result","name":"Result","level":3.5,"spread":0.0,"reason":"No figure yet.","evidence":[]}],"star":null,"key_points":[],"strengths":[],"improvements":[{"criterion":"result","text":"Say what changed.","evidence":[]}],"next_step":"","stronger_answer":null,"flags":[],"confidence":0.5,"provenance":{"judge":"offline","model":"small","prompt":"","prompt_sha":"","rubric_version":"","samples":1,"usage":null,"cost_usd":null,"seconds":0.0,"server":"","dropped_quotes":0,"repaired":false,"notes":[]}},"error_code":"","error":""}'
);
INSERT INTO reverse (n, session_id, document) VALUES (
    1,
    '7f3a9c',
    '{"text":"How do you ship?","rating":2,"comment":"Specific, and about the team."}'
);
INSERT INTO draft (session_id, position, text) VALUES (
    '81b20d',
    1,
    'I would start with'
);
UPDATE answer_search SET question = 'Tell me about time 0.',
    answer = 'Our deploys were slow; it''s me who cut them to 8 minutes.'||char(10)||''||char(10)||'The dashboard: from 40 to 8.',
    feedback = 'Say what changed.'||char(10)||''||char(10)||'No figure yet.'
    WHERE rowid = 1;
UPDATE answer_search SET question = 'Tell me about time 1.',
    answer = 'I asked Zoë to pair with me — 日本 team.',
    feedback = ''
    WHERE rowid = 2;
UPDATE answer_search SET question = 'Tell me about time 0.',
    answer = '',
    feedback = ''
    WHERE rowid = 3;
COMMIT;
