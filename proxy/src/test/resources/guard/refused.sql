# Queries that no policy here lets run, and a part of the sentence that says why.
? SELECT name FROM hr.emp
= the answer would hold rows of `hr.emp`
? SELECT dept, max(salary) FROM hr.emp GROUP BY dept
= `max` shows one person's own value
? SELECT uid, count(*) FROM hr.emp GROUP BY uid
= the answer would hold rows
? SELECT count(*) FROM hr.emp WHERE uid = 'U999'
= the unit key `uid`
? SELECT note FROM hr.emp
= unknown column `note`
? SELECT a % 2 AS g, count(*) FROM clinic.stays GROUP BY g
= the unit key `a`
? SELECT count(uid) FROM hr.emp
= the unit key `uid`
# A. aggregates that show rows
? SELECT dept, max(salary), min(ssn) FROM hr.emp GROUP BY dept
= `max` shows one person's own value
? SELECT dept, any_value(ssn), first(name) FROM hr.emp GROUP BY dept
= `any_value` can show one person's own value
? SELECT mode(ssn) FROM hr.emp
= `mode` can show
? SELECT arg_max(name, salary) FROM hr.emp
= `arg_max` can show
? SELECT max(salary, 3) FROM hr.emp
= `max`
? SELECT bit_xor(id) FROM hr.emp
= `bit_xor` can show
? SELECT regr_slope(salary, (id = 999)::INT) FROM hr.emp
= `regr_slope` can show
? SELECT dept, bool_or(id = 999 AND salary > 1e6) FROM hr.emp GROUP BY dept
= `bool_or` can show
? SELECT dept, string_agg(name, ',') FROM hr.emp GROUP BY dept
= `string_agg`
? SELECT list(name) FROM hr.emp
= `list` can show
? SELECT sum(DISTINCT salary) FROM hr.emp
= `sum` with these arguments
? SELECT count(DISTINCT upper(name)) FROM hr.emp
= `upper` inside an aggregate
? SELECT count_if(id = 999) FROM hr.emp
= `count_if`
# B. isolation by argument
? SELECT sum(salary * power(10, 10 * (id - 1))) FROM hr.emp
= `power` over protected rows
? SELECT sum(hash(name)) FROM hr.emp
= `hash` over protected rows
? SELECT sum(salary % 10) FROM hr.emp
= `%` inside an aggregate
? SELECT sum(salary // 1000000) FROM hr.emp
= `//` inside an aggregate
? SELECT sum(salary / id) FROM hr.emp
= division by anything but a number
? SELECT sum(salary * salary * salary * salary) FROM hr.emp
= a product of more than 3 columns
? SELECT sum(length(name)) FROM hr.emp
= `length` inside an aggregate
? SELECT sum(ascii(name) & 15) FROM hr.emp
= `&` over protected rows
? SELECT sum(e.salary * v.w) FROM hr.emp e JOIN (VALUES ('Z9', 1), ('Z1', 0)) v(z, w) ON e.zip = v.z
= rows that the query makes itself
? SELECT sum(e.salary * a.x) FROM hr.emp e JOIN lab.att a ON e.zip = a.zip
= a value of another owner's public table
? SELECT sum(e.salary * o.w) FROM hr.emp e JOIN (SELECT dept, CASE WHEN dept = 'A' THEN 1 ELSE 0 END AS w FROM hr.offices) o ON e.dept = o.dept
= a value that the query itself makes for public rows
? SELECT sum(salary * (SELECT max(x) FROM lab.att a WHERE a.zip = e.zip)) FROM hr.emp e
= a sub-query
# C. group inflation, and units by the query
? SELECT count(DISTINCT uid || 'x') FROM hr.emp
= the unit key `uid`
? SELECT sum(m) FROM (SELECT uid, max(salary) AS m FROM hr.emp WHERE id = 999 GROUP BY uid) GROUP BY uid
= the answer would hold rows
? SELECT count(*) FROM lab.att t LEFT JOIN hr.emp e ON e.uid = t.uid
= the unit key `uid`
? SELECT count(*) FROM hr.emp e JOIN lab.att b ON e.uid = b.uid
= the unit key `uid`
? SELECT count(DISTINCT uid) FROM (SELECT uid FROM hr.emp UNION ALL SELECT uid FROM lab.att)
= a union of a unit key with other values
? SELECT sum(s) FROM (SELECT salary AS s FROM hr.emp WHERE id = 999 UNION ALL SELECT 0 FROM lab.att)
= a value that the query itself makes for public rows
? SELECT count(*) FROM hr.emp WHERE uid > 'U5'
= the unit key `uid`
? SELECT count(*) FROM hr.emp WHERE uid LIKE 'U9%'
= the unit key `uid`
? SELECT count(*) FROM hr.emp WHERE uid IN ('U999')
= the unit key `uid`
? SELECT count(*) FROM hr.emp WHERE uid = name
= the unit key `uid`
? SELECT count(*) FROM hr.emp WHERE uid IN (SELECT uid FROM lab.att)
= the unit key `uid`
? SELECT sum(CASE WHEN uid = 'U999' THEN salary END) FROM hr.emp
= the unit key `uid`
? SELECT substr(uid, 1, 2) AS s, count(*) FROM hr.emp GROUP BY s
= the unit key `uid`
? SELECT dept, uid, count(*) FROM hr.emp e JOIN clinic.visits v USING (uid) GROUP BY dept, uid
= the answer would hold rows
# D. windows, nesting, grouping sets
? SELECT sum(salary) OVER (ORDER BY id ROWS BETWEEN CURRENT ROW AND CURRENT ROW) FROM hr.emp
= a window over protected rows that is not partitioned by the unit key
? SELECT sum(d) FROM (SELECT salary - lag(salary) OVER (ORDER BY id) AS d FROM hr.emp)
= a window over protected rows that is not partitioned by the unit key
? SELECT max(t) FROM (SELECT uid, sum(salary) AS t FROM hr.emp GROUP BY uid)
= `max` shows one person's own value
? SELECT dept, zip, count(*) FROM hr.emp GROUP BY CUBE (dept, zip)
= grouping sets of which neither contains the other
? SELECT dept, zip, count(*) FROM hr.emp GROUP BY GROUPING SETS ((dept), (zip))
= grouping sets of which neither contains the other
? SELECT uid, count(*) FROM hr.emp GROUP BY ROLLUP (uid)
= the unit key `uid`
? SELECT dept, max(salary) FROM hr.emp GROUP BY ROLLUP (dept)
= `max` shows one person's own value
# E. sub-queries, sets, ordering
? SELECT (SELECT name FROM hr.emp WHERE id = 999), count(*) FROM hr.emp
= a sub-query
? SELECT EXISTS (SELECT 1 FROM hr.emp WHERE id = 999 AND salary > 1e6)
= a sub-query over protected rows of `hr.emp`
? SELECT count(*) FROM hr.emp e WHERE EXISTS (SELECT 1 FROM clinic.visits v WHERE v.clinic = e.zip)
= a sub-query over protected rows of `clinic.visits`
? SELECT city FROM hr.offices o WHERE EXISTS (SELECT 1 FROM hr.emp e WHERE e.dept = o.dept AND e.salary > 1e5)
= a sub-query over protected rows of `hr.emp`
? SELECT dept FROM hr.emp GROUP BY dept ORDER BY (SELECT salary FROM hr.emp WHERE id = 999) > 1e6, dept
= a sub-query
? SELECT zip FROM hr.emp EXCEPT SELECT zip FROM hr.emp WHERE id <> 999
= `except` over protected rows
? SELECT zip FROM hr.emp INTERSECT SELECT zip FROM lab.att
= `intersect` over protected rows
? SELECT count(*) FROM (SELECT 1 FROM hr.emp LIMIT 3)
= `limit` over protected rows
? SELECT count(*) FROM hr.emp WHERE dept = (SELECT dept FROM hr.emp WHERE salary > 1e6 OR id = 1)
= a sub-query
? SELECT count(*) FROM hr.emp e WHERE salary > (SELECT x FROM lab.att a WHERE a.zip = e.zip)
= a sub-query that could give several rows
? SELECT count(*) FROM hr.emp e LEFT JOIN clinic.visits v ON v.clinic = e.zip
= an outer join of protected rows that does not set their unit keys equal
? SELECT * FROM hr.emp WHERE 1 = 0
= the answer would hold rows
# column rights
? SELECT count(*) FROM hr.emp WHERE bonus > 3
= the column `bonus` of `hr.emp` may not be used in a condition
? SELECT bonus, count(*) FROM hr.emp GROUP BY bonus
= the column `bonus` of `hr.emp` may not be used as a group key
? SELECT b, count(*) FROM (SELECT bonus + 1 AS b FROM hr.emp) GROUP BY b
= the column `bonus` of `hr.emp` may not be used as a group key
? SELECT sum(CASE WHEN bonus > 3 THEN salary END) FROM hr.emp
= the column `bonus` of `hr.emp` may not be used in a condition
? SELECT count(DISTINCT bday) FROM hr.emp
= the column `bday` of `hr.emp` may not be used inside an aggregate
? SELECT count(*) FROM hr.emp e JOIN lab.att a ON a.x = e.bonus
= the column `bonus` of `hr.emp` may not be used in a join
? SELECT t, count(*) FROM (SELECT uid, sum(bonus) AS t FROM hr.emp GROUP BY uid) GROUP BY t
= the column `bonus` of `hr.emp` may not be used as a group key
? SELECT EXISTS (SELECT 1 FROM lab.att a WHERE a.x > e.bonus) AS b, count(*) FROM hr.emp e GROUP BY b
= the column `bonus` of `hr.emp` may not be used in a join
# values of public tables as weights, products over several people, windows that could fail
? SELECT sum(o.rent) FROM hr.emp e JOIN hr.offices o ON (e.id = 999) = (o.dept = 'A')
= a value of a public table whose rows a computed condition chose
? SELECT sum(e.salary * o.rent) FROM hr.emp e, hr.offices o WHERE (e.id = 999) = (o.city = 'Bonn')
= a value of a public table whose rows a computed condition chose
? SELECT sum(e.salary * o.rent) FROM (SELECT salary, CASE WHEN id = 999 THEN 'A' ELSE 'B' END AS k FROM hr.emp) e JOIN hr.offices o ON e.k = o.dept
= a value of a public table whose rows a computed condition chose
? SELECT sum(rent) FROM (SELECT rent, (e.id = 999) = (o.dept = 'A') AS f FROM hr.emp e, hr.offices o) WHERE f
= a value of a public table whose rows a computed condition chose
? SELECT sum(a.salary * (b.id - 31)) FROM hr.emp a JOIN hr.emp b ON (a.id = 999 AND b.dept = 'A') OR (a.id <> 999 AND b.dept = 'B')
= a product of columns over rows that belong to several persons
? SELECT count(n) FROM (SELECT uid, ntile(id) OVER (PARTITION BY uid ORDER BY id) AS n FROM hr.emp)
= `ntile` over protected rows
? SELECT count(n) FROM (SELECT uid, sum(id) OVER (PARTITION BY uid ORDER BY id RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) AS n FROM hr.emp)
= a window frame that is not a fixed number of rows
? SELECT count(*) FROM hr.emp e WHERE (SELECT sum(x * CAST(e.salary AS DECIMAL(38,2))) FROM lab.att) > 0
= `sum` of very long numbers
? SELECT sum(CASE WHEN EXISTS (SELECT 1 FROM clinic.visits v, hr.emp f WHERE v.uid = e.uid AND f.id = 999) THEN salary END) FROM hr.emp e
= a sub-query over protected rows
? SELECT count(*) FROM hr.emp e WHERE uid NOT IN (SELECT v.uid FROM lab.att a LEFT JOIN clinic.visits v ON v.clinic = a.zip)
= the unit key `uid`
# Rounding what is computed, and rows that the query makes: both can weigh one person
? SELECT sum(floor(salary / 900000)), sum(round(salary / 2000000 + 0.001)), sum((salary / 900000)::INT) FROM hr.emp
= rounding of what is computed
? SELECT count(*), avg(salary) FROM hr.emp, (VALUES (1), (2), (3), (4), (5), (6), (7)) v(i) WHERE id = 999
= rows that the query makes itself
? SELECT kwh, count(*) FROM clinic.meters m, (VALUES (1), (2), (3), (4), (5), (6)) v(i) GROUP BY kwh
= rows that the query makes itself

# Units found through another table.
? SELECT vid, amount FROM clinic.bills
= rows of `clinic.bills`
? SELECT vid, count(*) FROM clinic.bills b WHERE EXISTS (SELECT 1 FROM clinic.visits v WHERE v.clinic = 'X' AND v.cost = b.amount) GROUP BY vid
= tied by the unit key
? SELECT sum(salary * (((id / 1000) + 1e16) - 1e16)) FROM hr.emp
= hide the low digits
? SELECT sum(CAST(salary AS DOUBLE) * 1e98) FROM hr.emp WHERE id <> 999
= beyond 1e-60 to 1e60
