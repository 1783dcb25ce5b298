# Queries whose printed form must give the same columns, types, rows and order as their own text.
SELECT * FROM emp a JOIN (select nm, id as z from emp) b USING (nm) WHERE a.id > 1
SELECT * FROM emp a NATURAL JOIN (select nm, id as z from emp) b
SELECT nm, z FROM (select nm, id as z from emp) b NATURAL JOIN emp a ORDER BY a.nm
SELECT id, z FROM emp a JOIN (select id::BIGINT AS id, nm z from emp) b USING (id)
SELECT id, z FROM emp a LEFT JOIN (select id::BIGINT+3 AS id, nm z from emp) b USING (id)
SELECT id, z FROM emp a RIGHT JOIN (select id::BIGINT+3 AS id, nm z from emp) b USING (id)
SELECT id, z FROM emp a FULL JOIN (select id::BIGINT+3 AS id, nm z from emp) b USING (id)
SELECT * FROM emp a FULL JOIN (select id::BIGINT+3 AS id, nm z from emp) b USING (id)
SELECT * FROM emp a RIGHT JOIN (select id::BIGINT+3 AS id, nm z from emp) b USING (id)
SELECT a.*, b.z FROM emp a JOIN (select id, nm z from emp) b USING (id)
SELECT a.id, b.id, id FROM emp a JOIN emp b USING (id)
SELECT id, count(*) FROM emp a JOIN emp b USING (id) GROUP BY id
SELECT id, count(*) c FROM emp a JOIN emp b USING (id) GROUP BY id ORDER BY id
SELECT id FROM emp a JOIN emp b USING (id) WHERE id > 2 ORDER BY id DESC
SELECT id + 1 AS x FROM emp a JOIN emp b USING (id) ORDER BY x
SELECT id + 1 FROM emp a JOIN emp b USING (id) ORDER BY id
SELECT id, x.c FROM emp JOIN (SELECT boss AS id, count(*) c FROM emp GROUP BY boss) x USING (id) ORDER BY c, id
SELECT id FROM emp a JOIN emp b USING (id) JOIN emp c USING (id) ORDER BY id
SELECT max(id) OVER (ORDER BY id) m FROM emp a JOIN emp b USING (id)
SELECT DISTINCT id FROM emp a JOIN emp b USING (id, nm) ORDER BY id LIMIT 2
WITH c AS (SELECT id, nm AS z FROM emp) SELECT * FROM c JOIN emp USING (id) ORDER BY id
WITH c(k, id) AS (SELECT nm, id FROM emp) SELECT * FROM c NATURAL JOIN emp ORDER BY id
SELECT * FROM emp a JOIN (SELECT * FROM emp) b USING (id, boss) ORDER BY 1
SELECT id FROM emp a FULL JOIN (SELECT id + 3 AS id FROM emp) b USING (id) ORDER BY id
SELECT * FROM (VALUES (1, 2)) t(id, q) JOIN emp USING (id)
SELECT -id AS id FROM emp a JOIN emp b USING (id) ORDER BY id
SELECT sum(id) FROM emp a RIGHT JOIN visits v ON v.visit_id = a.id JOIN emp e USING (id)
SELECT (SELECT max(id) FROM emp x JOIN emp y USING (id) WHERE x.id < a.id) m FROM emp a ORDER BY a.id
SELECT count(*) FROM emp a JOIN emp b USING (id) WHERE EXISTS (SELECT 1 FROM emp c WHERE c.id = a.id)
SELECT nm, id FROM emp ORDER BY 2 DESC LIMIT 2 OFFSET 1
SELECT boss, count(*) n, count(DISTINCT nm) d FROM emp GROUP BY 1 HAVING count(*) >= 1 ORDER BY n DESC, boss NULLS FIRST
SELECT boss b, sum(id) / count(*) a FROM emp GROUP BY b ORDER BY a, b
SELECT kind, sum(cost) s, sum(cost) * 100.0 / (SELECT sum(cost) FROM visits) p FROM visits GROUP BY kind ORDER BY s
SELECT kind, rank() OVER (ORDER BY sum(cost) DESC) r, sum(sum(cost)) OVER () t FROM visits GROUP BY kind ORDER BY kind
SELECT * FROM (SELECT visit_id, row_number() OVER (PARTITION BY kind ORDER BY cost, visit_id) k FROM visits) x WHERE k <= 2 ORDER BY visit_id
SELECT visit_id, sum(dur) OVER (PARTITION BY kind ORDER BY visit_id ROWS BETWEEN 2 PRECEDING AND 1 FOLLOWING) s, lag(dur, 1, 0) OVER (ORDER BY visit_id) l FROM visits ORDER BY visit_id
SELECT e.nm, (SELECT count(*) FROM visits v WHERE v.person_id = e.id) c FROM emp e ORDER BY e.id
SELECT nm FROM emp e WHERE EXISTS (SELECT 1 FROM emp f WHERE f.boss = e.id AND f.id > (SELECT min(id) FROM emp)) ORDER BY nm
SELECT nm FROM emp WHERE id NOT IN (SELECT boss FROM emp WHERE boss IS NOT NULL) ORDER BY nm
SELECT nm FROM emp WHERE id NOT IN (SELECT boss FROM emp) ORDER BY nm
SELECT nm FROM emp WHERE id > ANY (SELECT boss FROM emp) AND id <= ALL (SELECT id + 3 FROM emp) ORDER BY nm
SELECT id, CASE WHEN boss IS NULL THEN 0 WHEN boss > 1 THEN 2.5 ELSE boss END c, coalesce(boss, -1) d FROM emp ORDER BY id
SELECT id FROM emp UNION SELECT boss FROM emp EXCEPT SELECT 2 ORDER BY id NULLS FIRST
SELECT 1 a UNION ALL SELECT 2.5 UNION ALL SELECT NULL ORDER BY a
SELECT id FROM emp INTERSECT ALL SELECT boss FROM emp ORDER BY 1
WITH a AS (SELECT boss, count(*) n FROM emp GROUP BY boss), b AS (SELECT max(n) m FROM a) SELECT boss FROM a, b WHERE n = m ORDER BY boss
SELECT x + 0.5 y FROM (VALUES (1), (2.5), (NULL)) t(x) ORDER BY y
SELECT 1 / 0 a, -7 // 2 b, -7 % 3 c, 7 / 2 d, 1e3 e, .5 f, 1.10 g, 12345678901234567890 h
SELECT a.nm, b.nm FROM emp a LEFT JOIN emp b ON a.boss = b.id AND b.id > 1 WHERE a.id <> 3 ORDER BY a.id
SELECT a.nm x, b.nm y FROM emp a FULL JOIN emp b ON a.id = b.boss ORDER BY a.id, b.id
SELECT count(*) FILTER (WHERE cost > 20) a, avg(dur) FILTER (WHERE kind = 'in') b, min(tm) c FROM visits
SELECT DATE '1500-03-01' a, TIMESTAMP '1500-03-01 10:00:00' b, DATE '0044-03-15 (BC)' c, INTERVAL '3' MONTH d
SELECT date_trunc('month', tm) m, extract(year FROM tm) y, count(*) c FROM visits GROUP BY ALL ORDER BY m
SELECT DISTINCT kind, dur % 2 AS odd FROM visits ORDER BY odd, kind
SELECT d FROM (SELECT '2024-01-02' AS d) t WHERE d < 'x'
SELECT nm || '_' || id s, upper(nm) u, nm LIKE '_o%' l FROM emp ORDER BY s
SELECT max(n) FROM (SELECT count(*) n FROM visits GROUP BY kind, dur % 7)
SELECT count(*) FROM (SELECT DISTINCT kind FROM visits), (SELECT id FROM emp LIMIT 2)
SELECT 'a' k, 5 n, count(*) c FROM emp GROUP BY k, n ORDER BY k, 2
SELECT count(*) FROM emp a SEMI JOIN (SELECT boss FROM emp) b ON b.boss = a.id
SELECT id FROM emp a ANTI JOIN emp b USING (id)
SELECT nm FROM emp SEMI JOIN (SELECT boss AS b FROM emp) x ON b = id ANTI JOIN (SELECT 2 AS two) y ON two = id ORDER BY nm
SELECT * EXCLUDE (boss) REPLACE (upper(nm) AS nm) FROM emp ORDER BY ALL
SELECT a.* EXCLUDE (id), b.id FROM emp a JOIN emp b ON a.boss = b.id ORDER BY ALL DESC
SELECT COLUMNS('m|id') FROM emp ORDER BY 1
SELECT id, id, nm FROM (SELECT id, nm, id FROM emp) ORDER BY id_1 DESC
SELECT id + 1 AS k, k * 2 AS twice FROM emp WHERE k > 2 QUALIFY row_number() OVER (ORDER BY id) < 3 ORDER BY k
SELECT id + 1 AS id FROM emp WHERE id > 2 ORDER BY ALL
SELECT DISTINCT ON (kind) kind, visit_id, dur FROM visits ORDER BY kind, dur DESC, visit_id
SELECT e.nm, v.n FROM emp e, (SELECT count(*) n FROM visits v WHERE v.person_id = e.id) v ORDER BY e.nm
SELECT e.nm, v.visit_id FROM emp e LEFT JOIN LATERAL (SELECT visit_id FROM visits v WHERE v.person_id = e.id ORDER BY visit_id LIMIT 2) v ON v.visit_id > 5 ORDER BY ALL
SELECT kind, person_id, count(*) c, grouping(kind, person_id) g FROM visits GROUP BY GROUPING SETS ((kind, person_id), (kind), (), ()) ORDER BY ALL
SELECT kind, dur % 3 d, sum(cost) s FROM visits GROUP BY ROLLUP (kind, dur % 3) HAVING count(*) > 3 ORDER BY ALL
SELECT kind, sum(dur) FILTER (WHERE cost > 3) OVER (PARTITION BY kind ORDER BY visit_id) s, count(*) FILTER (WHERE cost > 3) OVER () c FROM visits ORDER BY ALL
SELECT visit_id, count(*) OVER (ORDER BY tm RANGE BETWEEN INTERVAL 1 DAY PRECEDING AND INTERVAL 3 HOUR FOLLOWING EXCLUDE CURRENT ROW) c FROM visits ORDER BY visit_id
SELECT visit_id, sum(dur) OVER w s, max(dur) OVER (w ROWS 2 PRECEDING) m FROM visits WINDOW w AS (PARTITION BY kind ORDER BY visit_id) ORDER BY visit_id
SELECT id, last_value(boss IGNORE NULLS) OVER (ORDER BY id) l, count(DISTINCT boss) OVER (ORDER BY id) d FROM emp ORDER BY id
SELECT string_agg(nm, '-' ORDER BY id DESC) s, list(id ORDER BY nm) l, first(nm ORDER BY id) f FROM emp
SELECT kind, percentile_cont(0.25) WITHIN GROUP (ORDER BY dur) a, percentile_disc(0.25) WITHIN GROUP (ORDER BY dur DESC) b FROM visits GROUP BY kind ORDER BY kind
SELECT {'a': id, 'b c': nm} s, [id, boss] l, MAP {'x': id} m, s.a + 1 z, l[2] y FROM emp ORDER BY id
SELECT array(SELECT v.kind FROM visits v WHERE v.person_id = e.id ORDER BY visit_id LIMIT 3) k FROM emp e ORDER BY id
SELECT main.emp.id FROM main.emp ORDER BY emp.nm
SELECT nm[1:2] a, nm[1] b FROM emp ORDER BY id
SELECT id FROM emp UNION BY NAME SELECT nm, id FROM emp
SELECT id, nm FROM emp UNION ALL BY NAME SELECT boss, id FROM emp ORDER BY id, nm, boss
