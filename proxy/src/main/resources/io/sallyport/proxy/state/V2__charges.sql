-- How many queries a user has begun against a dataset in one window of its policy's limit.
CREATE TABLE charge (
  username VARCHAR NOT NULL,
  dataset VARCHAR NOT NULL,
  window_start TIMESTAMP WITH TIME ZONE NOT NULL,
  taken INTEGER NOT NULL,
  PRIMARY KEY (username, dataset, window_start)
);
