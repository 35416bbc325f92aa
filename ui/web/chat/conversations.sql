-- The conversations of the chat page, and what people reported about answers. Times are ISO 8601 in UTC.

CREATE TABLE conversations (
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, title TEXT NOT NULL,
    renamed INTEGER NOT NULL DEFAULT 0, -- a title that a person gave stays
    created TEXT NOT NULL, updated TEXT NOT NULL,
    deleted TEXT -- since when; kept a while, so that it can be restored
);
CREATE INDEX conversations_by_owner ON conversations (owner, updated);

-- One question and what became of it. `answer` is the whole Answer as JSON, `scope` the Filters it was asked with.
CREATE TABLE turns (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
    conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    question TEXT NOT NULL, state TEXT NOT NULL, error TEXT NOT NULL, answer TEXT, scope TEXT NOT NULL,
    cut TEXT, -- since when: a turn that was cut while it was answered must not come back with its answer
    cut_by TEXT -- the turn under way that takes its place: if that ends without an answer, this one comes back
);
CREATE INDEX turns_by_conversation ON turns (conversation, number);

-- A report keeps all it is about: the conversation may be gone when it is read.
CREATE TABLE feedback (
    number INTEGER PRIMARY KEY, time TEXT NOT NULL, owner TEXT NOT NULL, turn TEXT NOT NULL,
    kind TEXT NOT NULL, marker INTEGER, note TEXT NOT NULL, right_answer TEXT NOT NULL,
    question TEXT NOT NULL, answer TEXT NOT NULL, scope TEXT NOT NULL, history TEXT NOT NULL
);
CREATE INDEX feedback_by_turn ON feedback (turn);
