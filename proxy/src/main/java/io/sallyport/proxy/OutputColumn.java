package io.sallyport.proxy;

/**
 * A column of an answer or of a table, by its name and DuckDB's name of its type.
 *
 * @param type for example {@code DECIMAL(10,2)}, {@code VARCHAR[]} or {@code TIMESTAMP WITH TIME
 *     ZONE}
 */
public record OutputColumn(String name, String type, boolean nullable) {}
