/**
 * From an analyst's text to a plan, and from a guarded plan to an engine's SQL.
 *
 * <p>What a plan of {@link io.sallyport.proxy.sql.SqlFront} may hold, for whoever judges it;
 * whatever is not here must be refused:
 *
 * <ul>
 *   <li><b>Nodes</b>: {@code LogicalTableScan} (of a {@code ScannedTable}), {@code LogicalFilter},
 *       {@code LogicalProject} (with windows inside), {@code LogicalJoin} (inner, left, right,
 *       full), {@code LogicalCorrelate} (inner, left), {@code LogicalAggregate} (grouping sets;
 *       calls with DISTINCT, FILTER, and an ORDER BY in their collation), {@code LogicalSort}
 *       (order, limit, offset), {@code LogicalUnion}, {@code LogicalIntersect}, {@code
 *       LogicalMinus}, {@code LogicalValues}. Filter, project and join may set correlation
 *       variables.
 *   <li><b>Expressions</b>: input references, literals, dynamic parameters, fields of correlation
 *       variables, {@code RexSubQuery} (IN, EXISTS, SOME, ALL, scalar; kept in place), {@code
 *       RexOver} and calls. Semi and anti joins come as EXISTS and NOT EXISTS; IN lists, BETWEEN
 *       and COALESCE are functions called {@code in}, {@code between} and {@code coalesce}; {@code
 *       NOT IN} is NOT of one.
 *   <li><b>Calls</b>: AND, OR, NOT, CASE, IS [NOT] NULL, TRUE and FALSE, and the eight comparisons
 *       by their {@code SqlKind}; everything else is an {@link
 *       io.sallyport.proxy.sql.EngineFunction} with a lower-case name of {@code FunctionList}:
 *       casts are {@code cast} and {@code try_cast}, operators are {@code +}, {@code ||}, {@code
 *       ~~} and so on; a struct's fields are read by {@code struct_extract}.
 *   <li><b>Aggregates and windows</b>: {@code COUNT} of Calcite (also {@code COUNT(*)}), {@code
 *       GROUPING}, and else an {@link io.sallyport.proxy.sql.EngineAggregate} with a lower-case
 *       name of {@code AggregateList}. WITHIN GROUP of a quantile is an ordinary argument; FILTER
 *       over a window is a CASE in the argument.
 * </ul>
 *
 * <p>In a guarded plan, {@code try} around a call makes it total; the printer writes TRY(…).
 */
@NullMarked
package io.sallyport.proxy.sql;

import org.jspecify.annotations.NullMarked;
