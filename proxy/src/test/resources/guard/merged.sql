# Answers where the policy says small_groups: merge, against groups put together by hand.
? SELECT zip, count(*) FROM hr.emp GROUP BY zip
= SELECT zip, count(*) FROM hr.emp GROUP BY zip HAVING count(*) >= :k
? SELECT zip, dept, count(*), sum(salary) FROM hr.emp WHERE id < 900 GROUP BY zip, dept
= SELECT NULL, NULL, count(*), sum(salary) FROM hr.emp WHERE id < 900
? SELECT zip, count(*) AS n, sum(salary), count(bonus) FROM hr.emp WHERE id <= 32 GROUP BY zip ORDER BY n, zip
= SELECT CASE WHEN zip IN ('Z1', 'Z2', 'Z3', 'Z4') THEN zip END AS z, count(*) AS n, sum(salary), NULL FROM hr.emp WHERE id <= 32 GROUP BY z ORDER BY n, z
? SELECT zip, count(*) FROM hr.emp WHERE id <= 32 GROUP BY zip HAVING count(*) > 5
= SELECT NULL, count(*) FROM hr.emp WHERE id <= 32 AND zip NOT IN ('Z1', 'Z2', 'Z3', 'Z4')
? SELECT count(*), sum(n) FROM (SELECT zip, count(*) AS n FROM hr.emp WHERE id <= 32 GROUP BY zip) t
= SELECT 5, 32
? SELECT CASE WHEN id > 28 THEN zip END AS z, count(*) FROM hr.emp WHERE id <= 60 GROUP BY z
= SELECT zip, count(*) FROM hr.emp WHERE id BETWEEN 29 AND 60 GROUP BY zip HAVING count(*) >= :k UNION ALL VALUES (NULL, 28), (NULL, 12)
? SELECT DISTINCT zip FROM hr.emp WHERE id <= 32
= VALUES ('Z1'), ('Z2'), ('Z3'), ('Z4'), (NULL)
? SELECT ts, count(*), count(DISTINCT uid), sum(cost) FROM clinic.visits GROUP BY ts
= SELECT CASE WHEN ts IN (SELECT ts FROM clinic.visits GROUP BY ts HAVING count(DISTINCT uid) >= :k) THEN ts END AS t, count(*), count(DISTINCT uid), sum(least(cost, 50)) FROM clinic.visits WHERE uid IS NOT NULL GROUP BY t
? SELECT v.clinic, e.zip, count(*), avg(e.salary) FROM clinic.visits v JOIN hr.emp e ON v.uid = e.uid WHERE e.id <= 40 GROUP BY v.clinic, e.zip
= SELECT clinic, zip, n, s FROM (SELECT v.clinic, e.zip, count(*) AS n, avg(e.salary) AS s, count(DISTINCT v.uid) AS u FROM clinic.visits v JOIN hr.emp e ON v.uid = e.uid WHERE e.id <= 40 GROUP BY v.clinic, e.zip) WHERE u >= :k UNION ALL SELECT NULL, NULL, count(*), avg(salary) FROM (SELECT v.uid, e.salary, v.clinic, e.zip FROM clinic.visits v JOIN hr.emp e ON v.uid = e.uid WHERE e.id <= 40) WHERE (clinic, zip) NOT IN (SELECT (v.clinic, e.zip) FROM clinic.visits v JOIN hr.emp e ON v.uid = e.uid WHERE e.id <= 40 GROUP BY v.clinic, e.zip HAVING count(DISTINCT v.uid) >= :k) HAVING count(DISTINCT uid) >= :k
? SELECT count(*) FROM hr.emp
= SELECT count(*) FROM hr.emp
? SELECT o.city, (SELECT count(*) FROM (SELECT e.zip, count(*) AS n FROM hr.emp e WHERE e.dept = o.dept GROUP BY e.zip) t) FROM hr.offices o
= SELECT city, CASE WHEN dept <> 'D' THEN 1 ELSE 0 END FROM hr.offices
