# Queries as analysts write them, and what must come out, written by hand for the bare database.
? SELECT count(*) FROM hr.emp
= SELECT count(*) FROM hr.emp
? SELECT dept, count(*) AS n FROM hr.emp GROUP BY dept
= SELECT dept, count(*) FROM hr.emp GROUP BY dept HAVING count(DISTINCT uid) >= :k
? SELECT zip, count(*), sum(salary), avg(score) FROM hr.emp GROUP BY zip ORDER BY zip DESC
= SELECT zip, count(*), sum(salary), avg(score) FROM hr.emp GROUP BY zip HAVING count(DISTINCT uid) >= :k ORDER BY zip DESC
? SELECT clinic, count(*), sum(cost), count(DISTINCT uid) FROM clinic.visits GROUP BY clinic
= SELECT clinic, count(*), sum(least(cost, 50)), count(DISTINCT uid) FROM clinic.visits WHERE uid IS NOT NULL GROUP BY clinic HAVING count(DISTINCT uid) >= :k
? SELECT dept, sum(bonus) FROM hr.emp GROUP BY dept
= SELECT dept, CASE WHEN count(DISTINCT uid) FILTER (bonus IS NOT NULL) >= :k THEN sum(bonus) END FROM hr.emp GROUP BY dept
? SELECT sum(CASE WHEN sick THEN salary ELSE 0 END) AS s, sum(salary * sick::INT) FROM hr.emp
= SELECT NULL, NULL
? SELECT sum(CASE WHEN sick THEN salary ELSE 0 END) AS s, sum(salary * sick::INT) FROM hr.emp WHERE dept <> 'A'
= SELECT sum(salary) FILTER (sick), sum(salary) FILTER (sick) FROM hr.emp WHERE dept <> 'A'
? SELECT dept, count(*), sum(salary), avg(salary), stddev(salary) FROM hr.emp GROUP BY dept ORDER BY dept
= SELECT dept, count(*), CASE WHEN d THEN sum(salary) END, CASE WHEN d THEN avg(salary) END, CASE WHEN d THEN stddev(salary) END FROM hr.emp JOIN (SELECT dept, list_sum(max(salary, 2)) <= 0.9 * sum(salary) AS d FROM hr.emp GROUP BY dept) USING (dept) GROUP BY dept, d ORDER BY dept
? SELECT clinic, sum(cost), sum(vid), sum(-vid) FROM clinic.visits WHERE vid < 4 OR vid > 898 OR clinic = 'X' GROUP BY clinic
= SELECT clinic, sum(least(cost, 50)), sum(vid), -sum(vid) FROM clinic.visits WHERE uid IS NOT NULL AND clinic = 'X' GROUP BY clinic
? SELECT count(*) FILTER (WHERE sick), count(*) FILTER (WHERE id < 4) FROM hr.emp
= SELECT count(*) FILTER (sick), NULL FROM hr.emp
? SELECT e.dept, o.city, count(*), sum(o.rent * e.salary) FROM hr.emp e JOIN hr.offices o ON e.dept = o.dept GROUP BY e.dept, o.city
= SELECT e.dept, o.city, count(*), CASE WHEN list_sum(max(o.rent * e.salary, 2)) <= 0.9 * sum(o.rent * e.salary) THEN sum(o.rent * e.salary) END FROM hr.emp e JOIN hr.offices o ON e.dept = o.dept GROUP BY e.dept, o.city
? SELECT e.dept, count(*), sum(v.cost) FROM hr.emp e, clinic.visits v WHERE e.uid = v.uid GROUP BY e.dept
= SELECT e.dept, count(*), sum(least(v.cost, 50)) FROM hr.emp e, clinic.visits v WHERE e.uid = v.uid GROUP BY e.dept
? SELECT n, count(*) FROM (SELECT uid, count(*) AS n FROM clinic.visits GROUP BY uid) GROUP BY n ORDER BY n
= SELECT n, count(*) FROM (SELECT uid, count(*) AS n FROM clinic.visits WHERE uid IS NOT NULL GROUP BY uid) GROUP BY n HAVING count(*) >= :k ORDER BY n
? SELECT avg(m) FROM (SELECT uid, max(cost) AS m FROM clinic.visits GROUP BY uid)
= SELECT avg(m) FROM (SELECT uid, max(least(cost, 50)) AS m FROM clinic.visits WHERE uid IS NOT NULL GROUP BY uid)
? SELECT dept, a * 2 AS twice FROM (SELECT dept, avg(salary) AS a FROM hr.emp GROUP BY dept) WHERE a > 0 ORDER BY twice LIMIT 2
= SELECT dept, avg(salary) * 2 AS twice FROM hr.emp GROUP BY dept ORDER BY twice LIMIT 2
? SELECT count(*) FROM hr.emp WHERE salary > (SELECT avg(salary) FROM hr.emp WHERE dept = 'B')
= SELECT count(*) FROM hr.emp WHERE salary > (SELECT avg(salary) FROM hr.emp WHERE dept = 'B')
? SELECT count(*) FROM hr.emp WHERE salary > 0.5 * (SELECT avg(salary) FROM hr.emp WHERE dept = 'B')
= SELECT count(*) FROM hr.emp WHERE salary > 0.5 * (SELECT avg(salary) FROM hr.emp WHERE dept = 'B')
? SELECT dept, count(*) FROM hr.emp WHERE uid IN (SELECT uid FROM clinic.visits WHERE clinic = 'X') GROUP BY dept
= SELECT dept, count(*) FROM hr.emp WHERE uid IN (SELECT uid FROM clinic.visits WHERE clinic = 'X') GROUP BY dept HAVING count(*) >= :k
? SELECT dept, count(*) FROM hr.emp e WHERE NOT EXISTS (SELECT 1 FROM clinic.visits v WHERE v.uid = e.uid AND v.cost > 60) GROUP BY dept
= SELECT dept, count(*) FROM hr.emp GROUP BY dept
? SELECT avg(t) FROM (SELECT e.id, (SELECT sum(v.cost) FROM clinic.visits v WHERE v.uid = e.uid) AS t FROM hr.emp e)
= SELECT avg(t) FROM (SELECT uid, sum(least(cost, 50)) AS t FROM clinic.visits WHERE uid IS NOT NULL GROUP BY uid)
? SELECT e.dept, count(v.cost) AS n, count(DISTINCT v.uid) AS m FROM hr.emp e LEFT JOIN clinic.visits v ON e.uid = v.uid GROUP BY e.dept
= SELECT e.dept, count(v.cost) AS n, count(DISTINCT v.uid) AS m FROM hr.emp e LEFT JOIN clinic.visits v ON e.uid = v.uid GROUP BY e.dept
? SELECT count(*), sum(s) FROM (SELECT uid, salary AS s FROM hr.emp WHERE dept = 'C' UNION ALL SELECT uid, salary FROM hr.emp WHERE dept = 'B')
= SELECT count(*), sum(salary) FROM hr.emp WHERE dept IN ('C', 'B')
? SELECT count(*), sum(s) FROM (SELECT uid, salary AS s FROM hr.emp WHERE dept = 'A' UNION ALL SELECT uid, salary FROM hr.emp WHERE dept = 'B')
= SELECT count(*), NULL FROM hr.emp WHERE dept IN ('A', 'B')
? SELECT kwh % 2 AS odd, count(*), sum(kwh) FROM clinic.meters GROUP BY odd
= SELECT kwh % 2 AS odd, count(*), sum(kwh) FROM clinic.meters GROUP BY odd
? SELECT house, count(*) FROM clinic.meters GROUP BY house
= SELECT house, count(*) FROM clinic.meters GROUP BY house HAVING count(*) >= :k
? SELECT count(*), sum(days) FROM clinic.stays
= SELECT count(*), sum(days) FROM clinic.stays
? SELECT days % 2 AS g, count(*) FROM clinic.stays GROUP BY g
= SELECT days % 2 AS g, count(*) FROM clinic.stays GROUP BY g
? SELECT sum(m) FROM (SELECT a, b, max(days) AS m FROM clinic.stays GROUP BY a, b)
= SELECT sum(m) FROM (SELECT a, b, max(days) AS m FROM clinic.stays GROUP BY a, b)
? SELECT dept, median(salary) FROM hr.emp GROUP BY dept
= SELECT dept, median(salary) FROM hr.emp GROUP BY dept
? SELECT count(*) FROM (SELECT uid, row_number() OVER (PARTITION BY uid ORDER BY ts) AS r FROM clinic.visits) WHERE r = 1
= SELECT count(DISTINCT uid) FROM clinic.visits
? SELECT DISTINCT zip FROM hr.emp
= SELECT zip FROM hr.emp GROUP BY zip HAVING count(DISTINCT uid) >= :k
? SELECT ssn, count(*) FROM hr.emp GROUP BY ssn
= SELECT '*', count(*) FROM hr.emp
? SELECT * FROM hr.offices ORDER BY city
= SELECT * FROM hr.offices ORDER BY city
? SELECT dept, n, sum(n) OVER () AS total FROM (SELECT dept, count(*) AS n FROM hr.emp GROUP BY dept)
= SELECT dept, count(*) AS n, sum(count(*)) OVER () FROM hr.emp GROUP BY dept
? SELECT count(*) FROM hr.emp e WHERE e.salary > (SELECT avg(f.salary) FROM hr.emp f WHERE f.dept = e.dept)
= SELECT count(*) FROM hr.emp e WHERE e.dept <> 'A' AND e.salary > (SELECT avg(f.salary) FROM hr.emp f WHERE f.dept = e.dept)
? SELECT o.city, sum(e.salary * o.rent) FROM hr.emp e, hr.offices o WHERE e.dept = o.dept AND e.sex = 'F' AND o.rent > 5 GROUP BY o.city
= SELECT o.city, CASE WHEN list_sum(max(e.salary * o.rent, 2)) <= 0.9 * sum(e.salary * o.rent) THEN sum(e.salary * o.rent) END FROM hr.emp e, hr.offices o WHERE e.dept = o.dept AND e.sex = 'F' GROUP BY o.city
? SELECT avg(r) FROM (SELECT uid, row_number() OVER (PARTITION BY uid ORDER BY ts) + 1 AS r FROM clinic.visits)
= SELECT avg(r + 1) FROM (SELECT row_number() OVER (PARTITION BY uid ORDER BY ts) AS r FROM clinic.visits WHERE uid IS NOT NULL)
? SELECT e.dept, count(*) FROM hr.emp e FULL JOIN clinic.visits v ON e.uid = v.uid GROUP BY e.dept
= SELECT e.dept, count(*) FROM hr.emp e FULL JOIN clinic.visits v ON e.uid = v.uid WHERE coalesce(e.uid, v.uid) IS NOT NULL GROUP BY e.dept HAVING count(DISTINCT coalesce(e.uid, v.uid)) >= :k
? SELECT zip FROM hr.emp WHERE dept = 'A' UNION SELECT zip FROM hr.emp WHERE dept = 'B'
= SELECT zip FROM hr.emp WHERE dept IN ('A', 'B') GROUP BY zip HAVING count(DISTINCT uid) >= :k
? SELECT count(*), count(DISTINCT a.uid) FROM hr.emp a JOIN hr.emp b ON a.dept = b.dept
= SELECT count(*), count(DISTINCT a.uid) FROM hr.emp a JOIN hr.emp b ON a.dept = b.dept
? SELECT v.clinic, e.dept, count(*), sum(v.cost * v.vid), sum(v.cost) FROM clinic.visits v, hr.emp e, clinic.visits w WHERE v.uid = e.uid AND w.vid = v.vid GROUP BY v.clinic, e.dept
= SELECT v.clinic, e.dept, count(*), sum(least(v.cost, 50) * v.vid), sum(least(v.cost, 50)) FROM clinic.visits v, hr.emp e WHERE v.uid = e.uid AND v.clinic <> 'V' GROUP BY v.clinic, e.dept
? SELECT dept, zip, count(*), grouping(dept, zip) FROM hr.emp GROUP BY ROLLUP (dept, zip)
= SELECT dept, NULL, count(*), 1 FROM hr.emp GROUP BY dept UNION ALL SELECT NULL, NULL, count(*), 3 FROM hr.emp
? SELECT sex, dept, count(*) AS n, sum(id) AS s FROM hr.emp WHERE id < 900 GROUP BY ROLLUP (sex, dept) ORDER BY sex, dept
= SELECT sex, dept, count(*), sum(id) FROM hr.emp WHERE id < 900 GROUP BY ROLLUP (sex, dept) ORDER BY sex, dept
? SELECT zip, count(*) FROM hr.emp GROUP BY ROLLUP (zip)
= SELECT zip, count(*) FROM hr.emp GROUP BY zip HAVING count(DISTINCT uid) >= :k
? SELECT clinic, count(*), sum(cost) FROM clinic.visits GROUP BY GROUPING SETS ((clinic), ()) ORDER BY clinic
= SELECT clinic, count(*), sum(least(cost, 50)) FROM clinic.visits WHERE uid IS NOT NULL AND clinic <> 'V' GROUP BY clinic ORDER BY clinic
? SELECT clinic, count(DISTINCT uid), sum(cost) FROM clinic.visits WHERE clinic <> 'V' GROUP BY ROLLUP (clinic)
= SELECT clinic, count(DISTINCT uid), sum(least(cost, 50)) FROM clinic.visits WHERE uid IS NOT NULL AND clinic <> 'V' GROUP BY ROLLUP (clinic)
? SELECT count(*) FROM hr.emp e WHERE e.dept <> 'A' AND 1200 > (SELECT avg(v.cost) FROM clinic.visits v WHERE v.clinic = e.dept OR e.dept = 'B')
= SELECT count(*) FROM hr.emp WHERE dept = 'B'

# Units found through another table: bills lead to visits, and visits name the person.
? SELECT count(*), sum(amount) FROM clinic.bills WHERE amount < 1000
= SELECT count(*), sum(amount) FROM clinic.bills b JOIN clinic.visits v ON v.vid = b.vid WHERE v.uid IS NOT NULL AND amount < 1000
? SELECT count(*), sum(amount) FROM clinic.bills
= SELECT count(*), NULL FROM clinic.bills b JOIN clinic.visits v ON v.vid = b.vid WHERE v.uid IS NOT NULL
? SELECT v.clinic, count(*), sum(b.amount) FROM clinic.bills b JOIN clinic.visits v ON v.vid = b.vid GROUP BY v.clinic
= SELECT v.clinic, count(*), CASE WHEN count(DISTINCT v.uid) FILTER (WHERE b.amount IS NOT NULL) >= :k THEN sum(b.amount) END FROM clinic.bills b JOIN clinic.visits v ON v.vid = b.vid WHERE v.uid IS NOT NULL GROUP BY v.clinic HAVING count(DISTINCT v.uid) >= :k
? SELECT amount, count(*) FROM clinic.bills GROUP BY amount
= SELECT amount, count(*) FROM clinic.bills b JOIN clinic.visits v ON v.vid = b.vid WHERE v.uid IS NOT NULL GROUP BY amount HAVING count(DISTINCT v.uid) >= :k
? SELECT count(*) FROM clinic.visits v WHERE EXISTS (SELECT 1 FROM clinic.bills b WHERE b.vid = v.vid AND b.amount > 4)
= SELECT count(*) FROM clinic.visits v WHERE v.uid IS NOT NULL AND EXISTS (SELECT 1 FROM clinic.bills b WHERE b.vid = v.vid AND b.amount > 4)
? SELECT count(*), sum(s) FROM (SELECT v.uid, sum(b.amount) AS s FROM clinic.bills b JOIN clinic.visits v ON b.vid = v.vid WHERE b.amount < 1000 GROUP BY v.uid) t
= SELECT count(*), sum(s) FROM (SELECT v.uid, sum(b.amount) AS s FROM clinic.bills b JOIN clinic.visits v ON b.vid = v.vid WHERE v.uid IS NOT NULL AND b.amount < 1000 GROUP BY v.uid) t
? SELECT v.clinic, count(b.bid) FROM clinic.visits v LEFT JOIN clinic.bills b ON b.vid = v.vid AND b.amount > 5 GROUP BY v.clinic
= SELECT v.clinic, CASE WHEN count(DISTINCT v.uid) FILTER (WHERE b.bid IS NOT NULL) >= :k THEN count(b.bid) END FROM clinic.visits v LEFT JOIN clinic.bills b ON b.vid = v.vid AND b.amount > 5 WHERE v.uid IS NOT NULL GROUP BY v.clinic HAVING count(DISTINCT v.uid) >= :k
? SELECT a.amount, count(*) FROM clinic.bills a JOIN clinic.bills b ON a.vid = b.vid GROUP BY a.amount
= SELECT a.amount, count(*) FROM clinic.bills a JOIN clinic.bills b ON a.vid = b.vid JOIN clinic.visits v ON v.vid = a.vid WHERE v.uid IS NOT NULL GROUP BY a.amount HAVING count(DISTINCT v.uid) >= :k
