package io.sallyport.proxy.sql;

import com.fasterxml.jackson.databind.JsonNode;
import io.sallyport.proxy.ErrorCode;
import io.sallyport.proxy.GatewayException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text as DuckDB parsed it.
 *
 * @param sql from where its statement begins
 * @param positions the parameters' places, counted from zero, by their names: {@code ?} is named by
 *     its number
 */
record ParsedText(String sql, JsonNode tree, Map<String, Integer> positions) {
  private static final Pattern NUMBER = Pattern.compile("\\$([1-9][0-9]{0,8})");

  static ParsedText of(String sql, JsonNode tree) {
    Map<String, Integer> positions = new HashMap<>();
    tree.path("named_param_map")
        .forEach(entry -> positions.put(Ast.text(entry, "key"), entry.path("value").asInt() - 1));
    if (positions.values().stream().anyMatch(place -> place < 0 || place >= positions.size())) {
      throw Ast.unsupported("a parameter's number that leaves others out", "$1, $2 … in turn");
    }
    return new ParsedText(SqlText.withoutLead(sql), tree, Map.copyOf(positions));
  }

  /** True for DESCRIBE SELECT …, which is bound to tell its columns and never run. */
  boolean isDescribedQuery() {
    JsonNode show = tree.path("node").path("from_table");
    return Ast.type(show).equals("SHOW_REF")
        && Ast.text(show, "show_type").equals("DESCRIBE")
        && AstShows.table(show).isEmpty();
  }

  /** The parameters' names, without their signs, in order. */
  List<String> parameters() {
    return positions.entrySet().stream()
        .sorted(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey)
        .toList();
  }

  void checkCount(int given) {
    if (given != positions.size()) {
      throw new GatewayException(
          ErrorCode.WRONG_PARAMETER,
          "the statement has " + positions.size() + " parameters. Given: " + given);
    }
  }

  /** A column's name with the parameters' names in place of their numbers. */
  String unnumbered(String name) {
    List<String> names = parameters();
    return NUMBER
        .matcher(name)
        .replaceAll(
            number -> {
              int position = Integer.parseInt(number.group(1)) - 1;
              String known = position < names.size() ? names.get(position) : number.group(1);
              return Matcher.quoteReplacement("$" + known);
            });
  }
}
