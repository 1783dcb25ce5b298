CREATE TYPE colour AS ENUM ('red', 'green', 'blue');
CREATE TABLE things(
  k INTEGER NOT NULL, i INTEGER, s SMALLINT, b BIGINT, h HUGEINT, ti TINYINT, ub UBIGINT, d DECIMAL(10, 2),
  x DOUBLE, f FLOAT, v VARCHAR, w VARCHAR, dt DATE, ts TIMESTAMP, tz TIMESTAMPTZ, tm TIME, iv INTERVAL,
  o BOOLEAN, l INTEGER[], st STRUCT(a INTEGER, b VARCHAR), m MAP(VARCHAR, INTEGER), u UUID, e colour, bl BLOB, j JSON);
INSERT INTO things SELECT
  n, CASE WHEN n % 7 <> 0 THEN n * 13 % 41 - 20 END, CASE WHEN n % 5 <> 0 THEN n % 9 END, n * 1000003 % 97,
  CASE WHEN n % 11 <> 0 THEN CAST(n AS HUGEINT) * 10000000000000000000 END, n % 50 - 25, n * 7,
  CASE WHEN n % 6 <> 0 THEN n * 37 % 500 / 4.0 END, CASE WHEN n % 8 <> 0 THEN n / 4.0 - 3 END, n / 2.0,
  CASE WHEN n % 9 <> 0 THEN ['ann', 'Bob', 'čeněk', 'ann ', '', 'O''Neil', '100%'][1 + n % 7] END,
  CASE WHEN n % 4 <> 0 THEN CAST(n * 5 % 12 AS VARCHAR) ELSE 'none' END,
  CASE WHEN n % 10 <> 0 THEN DATE '2023-11-29' + n * 17 END,
  CASE WHEN n % 12 <> 0 THEN TIMESTAMP '2024-02-28 22:15:30.25' + to_hours(n * 7) END,
  TIMESTAMPTZ '2024-03-31 00:30:00+00' + to_hours(n), TIME '08:00:00' + to_minutes(n), to_days(n % 6),
  CASE WHEN n % 5 <> 1 THEN n % 3 = 0 END, CASE WHEN n % 6 <> 1 THEN [n % 4, n % 3, NULL] END,
  CASE WHEN n % 7 <> 2 THEN {'a': n % 5, 'b': 'b' || n % 3} END, MAP {'a': n, 'z': n % 2},
  CAST('00000000-0000-4000-8000-0000000000' || lpad(CAST(n AS VARCHAR), 2, '0') AS UUID),
  CAST(['red', 'green', 'blue', NULL][1 + n % 4] AS colour), encode('x' || n % 5), json_object('a', n % 4, 'b', 'q')
  FROM (SELECT CAST(r AS INTEGER) AS n FROM range(0, 30) t(r));
CREATE TABLE parts(id INTEGER NOT NULL, k INTEGER, i INTEGER, d DECIMAL(12, 3), v VARCHAR, dt DATE, ts TIMESTAMP, o BOOLEAN);
INSERT INTO parts SELECT n, CASE WHEN n % 9 <> 0 THEN n * 11 % 34 END, n * 7 % 10, n / 8.0,
  CASE WHEN n % 5 <> 0 THEN ['ann', 'bob', 'x_y', 'Zoë'][1 + n % 4] END, DATE '2024-01-01' + n % 60,
  TIMESTAMP '2024-01-01 12:00:00' + to_minutes(n * 97), n % 4 = 1
  FROM (SELECT CAST(r AS INTEGER) AS n FROM range(0, 45) t(r));
CREATE TABLE kinds(v VARCHAR, rank BIGINT, ratio DOUBLE);
INSERT INTO kinds VALUES ('ann', 1, 0.5), ('bob', 2, NULL), ('Bob', 3, 1.25), (NULL, 4, -2.0), ('', NULL, 0.0);
