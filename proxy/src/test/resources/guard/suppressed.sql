# Attacks on one person that run, and what they get, which is the same without that person.
? SELECT sum(salary) FROM hr.emp WHERE id = 999
= SELECT NULL
? SELECT avg(salary) FROM hr.emp WHERE dept = 'A' AND zip = 'Z9' AND sex = 'F'
= SELECT NULL
? SELECT id = 999 AS v, count(*) FROM hr.emp WHERE zip = 'Z9' GROUP BY v
= SELECT 1 WHERE FALSE
? SELECT sum(CASE WHEN id = 999 THEN salary END) FROM hr.emp
= SELECT NULL
? SELECT sum(CASE WHEN id = 999 THEN salary ELSE 0 END), sum(salary * (id = 999)::INT), sum(if(id = 999, salary, 0)) FROM hr.emp
= SELECT NULL, NULL, NULL
? SELECT sum(salary) FILTER (WHERE id = 999), count(*) FILTER (WHERE id = 999 AND salary > 1e5) FROM hr.emp
= SELECT NULL, NULL
? SELECT sum((id = 999 AND salary > 1e5)::INT), sum(CAST(id = 999 AS DOUBLE) * salary) FROM hr.emp
= SELECT NULL, NULL
? SELECT count(DISTINCT CASE WHEN id = 999 THEN salary ELSE 0 END), count(DISTINCT id = 999) FROM hr.emp
= SELECT NULL, NULL
? SELECT sum((CASE WHEN zip = 'Z9' THEN 1 ELSE 0 END) * (CASE WHEN dept = 'A' THEN salary ELSE 0 END)) FROM hr.emp
= SELECT NULL
? SELECT sum(greatest(salary - 900000, 0)), sum(coalesce(nullif(greatest(salary, 900000), 900000), 0)) FROM hr.emp
= SELECT NULL, NULL
? SELECT sum(x) FROM (SELECT CASE WHEN id = 999 THEN salary ELSE 0 END AS x FROM hr.emp) WHERE x >= 0
= SELECT NULL
? SELECT sum(e.x) FROM (SELECT uid, CASE WHEN id = 999 THEN salary ELSE 0 END AS x FROM hr.emp) e JOIN clinic.visits v ON v.uid = e.uid
= SELECT NULL
? SELECT sum(t) FROM (SELECT uid, sum(CASE WHEN id = 999 THEN salary ELSE 0 END) AS t FROM hr.emp GROUP BY uid)
= SELECT NULL
? SELECT sum(t), sum(n) FROM (SELECT uid, max(salary) FILTER (WHERE id = 999) AS t, count(*) FILTER (WHERE id = 999) AS n FROM hr.emp GROUP BY uid)
= SELECT NULL, NULL
? SELECT sum(n), count(n) FROM (SELECT (SELECT count(*) FROM clinic.visits v WHERE v.uid = e.uid AND v.clinic = 'V') AS n FROM hr.emp e WHERE dept = 'B') WHERE n >= 0
= SELECT NULL, NULL
? SELECT sum(s) FROM (SELECT uid, salary * 2 AS s FROM hr.emp WHERE id = 999 UNION ALL SELECT uid, 0 FROM hr.emp WHERE id <> 999)
= SELECT NULL
? SELECT count(TRY(CAST(id AS INT))) FROM hr.emp WHERE id = 999
= SELECT NULL
? SELECT clinic, count(*), sum(cost) FROM clinic.visits WHERE clinic = 'V' GROUP BY clinic
= SELECT 1 WHERE FALSE
? SELECT e.name, sum(v.cost) FROM hr.emp e JOIN clinic.visits v ON v.uid = e.uid WHERE e.name = 'Victim' GROUP BY e.name
= SELECT 1 WHERE FALSE
? SELECT a.uid FROM lab.att a WHERE a.x > (SELECT sum(salary) FROM hr.emp WHERE id = 999)
= SELECT 1 WHERE FALSE
? SELECT count(*) FROM hr.emp WHERE dept = 'B' AND salary > (SELECT avg(salary) FROM hr.emp WHERE id = 999)
= SELECT NULL
? SELECT count(*) FROM hr.emp WHERE dept = 'B' AND salary / (CASE WHEN salary > 1e5 THEN 0 ELSE 1 END) > 0
= SELECT 20
? SELECT count(*) FROM hr.emp WHERE dept = 'B' AND (id <> 999 OR CAST(name AS INTEGER) > 0)
= SELECT 20
? SELECT count(CASE WHEN CAST(name AS INTEGER) > 0 THEN 1 END) FROM hr.emp
= SELECT NULL
? SELECT sum(CAST(salary AS DECIMAL(38,2)) * 100000000000000000000000000000) FROM hr.emp WHERE id = 999
= SELECT NULL
? SELECT sum(salary) FROM hr.emp WHERE id = 999 AND salary = 0.0000000000000000000000000000000000001
= SELECT NULL
? SELECT count(*) FROM (SELECT DISTINCT name FROM hr.emp) WHERE name = 'Victim'
= SELECT 0
? SELECT dept, sum(CASE WHEN dept = 'A' AND id = 999 THEN salary WHEN dept = 'B' THEN 1 ELSE 0 END) FROM hr.emp WHERE dept = 'B' OR id = 999 GROUP BY dept
= SELECT 'B', NULL
? SELECT sum(CASE WHEN id = 999 THEN salary ELSE 0.0000001 END) FROM hr.emp
= SELECT NULL
? SELECT corr(salary, (id = 999)::INT), covar_pop(salary, CASE WHEN id = 999 THEN 1 ELSE 0 END) FROM hr.emp
= SELECT NULL, NULL
? SELECT approx_count_distinct(CASE WHEN id = 999 THEN 1 END) FROM hr.emp
= SELECT NULL
? SELECT median(CASE WHEN id = 999 THEN salary END) FROM hr.emp
= SELECT NULL
? SELECT sum(salary * sick::INT * (zip = 'Z9')::INT) FROM hr.emp
= SELECT NULL
? SELECT sum(z) FROM (SELECT uid, row_number() OVER (PARTITION BY uid ORDER BY cost) * 2 - 2 AS z FROM clinic.visits WHERE clinic = 'V')
= SELECT NULL
? SELECT sum(x) FROM (SELECT salary AS x FROM hr.emp WHERE id = 999 UNION ALL SELECT id FROM hr.emp WHERE id <= 60)
= SELECT NULL
? SELECT sum(salary - 1000000 * 0 - salary) FROM hr.emp
= SELECT NULL
? SELECT sum(d) FROM (SELECT uid, cost - lag(cost) OVER (PARTITION BY uid ORDER BY ts) AS d FROM clinic.visits WHERE clinic = 'V')
= SELECT NULL
? SELECT count(*) FROM hr.emp e WHERE e.dept = 'B' AND e.salary > (SELECT avg(f.salary) FROM hr.emp f WHERE f.dept = e.dept AND f.zip = 'Z9')
= SELECT NULL
? SELECT avg(salary) FROM hr.emp GROUP BY zip HAVING zip = 'Z9'
= SELECT 1 WHERE FALSE
? WITH c AS (SELECT * FROM hr.emp WHERE name = 'Victim') SELECT avg(salary), stddev(score), count(DISTINCT name) FROM c
= SELECT NULL, NULL, NULL
? SELECT x FROM (SELECT count(*) FILTER (WHERE name = 'Victim') AS x, count(*) AS n FROM hr.emp) WHERE n > 1
= SELECT NULL

# Units found through another table: a visit's number names a person here, too.
? SELECT sum(amount) FROM clinic.bills WHERE vid = 999
= SELECT NULL
? SELECT vid, sum(amount) FROM clinic.bills GROUP BY vid
= SELECT 1, 1 WHERE FALSE
? SELECT count(*) FROM clinic.bills WHERE amount > 10000
= SELECT NULL
