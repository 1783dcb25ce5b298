CREATE TABLE request (
  number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  requester VARCHAR NOT NULL,
  fingerprint VARCHAR NOT NULL,
  -- True while the request answers its question, NULL after: so at most one does.
  answers BOOLEAN,
  state VARCHAR NOT NULL,
  sql_typed VARCHAR NOT NULL,
  sql_checked VARCHAR NOT NULL,
  parameters VARCHAR ARRAY NOT NULL,
  touched VARCHAR ARRAY NOT NULL,
  why VARCHAR NOT NULL,
  purpose VARCHAR,
  asked TIMESTAMP(6) WITH TIME ZONE NOT NULL,
  expires TIMESTAMP(6) WITH TIME ZONE NOT NULL,
  uses_left INTEGER,
  ended_by VARCHAR,
  ended TIMESTAMP(6) WITH TIME ZONE,
  ended_why VARCHAR,
  CHECK (uses_left >= 0),
  UNIQUE (requester, fingerprint, answers)
);

CREATE TABLE pin (
  request BIGINT NOT NULL REFERENCES request,
  dataset VARCHAR NOT NULL,
  owner VARCHAR NOT NULL,
  policy_version VARCHAR NOT NULL,
  epoch VARCHAR NOT NULL,
  uses INTEGER NOT NULL,
  expire_after_seconds BIGINT NOT NULL,
  PRIMARY KEY (request, dataset)
);

CREATE INDEX pin_by_owner ON pin (owner);

CREATE TABLE approval (
  request BIGINT NOT NULL REFERENCES request,
  owner VARCHAR NOT NULL,
  approved TIMESTAMP(6) WITH TIME ZONE NOT NULL,
  reason VARCHAR NOT NULL,
  uses INTEGER NOT NULL,
  expires TIMESTAMP(6) WITH TIME ZONE NOT NULL,
  PRIMARY KEY (request, owner)
);
