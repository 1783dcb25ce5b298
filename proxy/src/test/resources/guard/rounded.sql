# Counts where the policy says round_to: 4, against counts rounded by hand; what hides is decided by exact ones.
? SELECT count(*), count(bonus), count(DISTINCT uid), approx_count_distinct(dept), regr_count(salary, score) FROM hr.emp
= SELECT 60, NULL, 60, 4, 60
? SELECT dept, count(*), count(*) + 0 FROM hr.emp GROUP BY dept
= SELECT dept, (count(*) + 2) // 4 * 4, (count(*) + 2) // 4 * 4 FROM hr.emp GROUP BY dept
? SELECT zip, count(*) AS n FROM hr.emp WHERE id <= 40 GROUP BY zip HAVING count(*) > 5
= SELECT zip, (count(*) + 2) // 4 * 4 FROM hr.emp WHERE id <= 40 GROUP BY zip HAVING count(*) >= :k AND (count(*) + 2) // 4 * 4 > 5
? SELECT count(*) FILTER (WHERE id < 6), count(*) FILTER (WHERE id < 7), count(*) FILTER (WHERE id < 5) FROM hr.emp
= SELECT 4, 8, NULL
? SELECT avg(n) FROM (SELECT uid, count(*) AS n FROM clinic.visits GROUP BY uid)
= SELECT avg(n) FROM (SELECT count(*) AS n FROM clinic.visits WHERE uid IS NOT NULL GROUP BY uid)
? SELECT sum(salary) FROM hr.emp WHERE dept = 'B'
= SELECT sum(salary) FROM hr.emp WHERE dept = 'B'
