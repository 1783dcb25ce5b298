package io.sallyport.policy.plan;

import java.util.OptionalInt;

/**
 * A BIGINT column that the engine sends beside the answer, for the last door to check and drop.
 *
 * @param index its position in the plan's row
 * @param atLeast in every row the column is not NULL and at least this, or the rule below is met
 * @param figure absent: a row that fails must not exist, so the whole answer is stopped. Present:
 *     the answer's column at that position must be NULL in a row that fails
 */
public record GuardColumn(int index, long atLeast, OptionalInt figure) {}
